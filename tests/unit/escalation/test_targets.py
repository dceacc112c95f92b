"""Whom a step means."""

import pytest
from bot.escalation.policy import audience, resolve
from bot.oncall.schedule import Duty
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.escalation.builders import PEOPLE, roster
from tests.unit.tickets.builders import after

TARGETS = [
    "architect",
    "architect.2",
    "lead",
    "tier:architect",
    "engineer:tom",
    "tam",
    "awake",
    "everyone",
    "dba",
]


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("architect", ("ada",)),
        ("architect.1", ("ada",)),
        ("architect.2", ("abe",)),
        ("architect.3", ()),
        ("architect.0", ()),
        ("architect.x", ()),
        ("architect.-1", ()),
        ("dba", ()),
        ("tier:architect", ("ada", "abe")),
        ("tier:dba", ()),
        ("engineer:tom", ("tom",)),
        ("engineer:nobody", ()),
        ("tam", ("fay",)),
        ("awake", ("ada", "nora")),
        ("everyone", tuple(PEOPLE)),
        ("", ()),
    ],
)
def test_whom_a_target_means(target: str, meant: tuple[str, ...]) -> None:
    assert resolve(target, roster("nora", "ada", account_manager="fay")) == meant


def test_a_customer_without_an_account_manager() -> None:
    assert resolve("tam", roster()) == ()
    assert resolve("tam", roster(account_manager="somebody-who-left")) == ()


def test_two_shifts_at_once_both_count() -> None:
    duties = tuple(
        Duty(shift, "emea", "lead", (name,), after(60)) for shift, name in (("day", "leo"), ("eve", "ada"))
    )
    assert resolve("lead", roster(duties=duties)) == ("leo", "ada")


def test_nobody_on_call_means_nobody() -> None:
    assert [resolve(target, roster(duties=())) for target in ("architect", "lead.2")] == [(), ()]


def test_everybody_is_called_once_in_calling_order() -> None:
    assert audience(("lead", "tier:architect", "architect", "everyone"), roster()) == (
        "leo", "ada", "abe", "nora", "tom", "fay",
    )  # fmt: skip


@given(targets=st.lists(st.sampled_from(TARGETS), max_size=8))
def test_an_audience_is_everybody_meant_and_nobody_else(targets: list[str]) -> None:
    there = roster("nora", account_manager="fay")
    called = audience(targets, there)
    assert len(set(called)) == len(called)
    assert set(called) == {name for target in targets for name in resolve(target, there)}
    assert set(called) <= set(PEOPLE)


@given(target=st.text(max_size=20))
def test_whatever_a_policy_writes_means_somebody_or_nobody(target: str) -> None:
    assert set(resolve(target, roster("ada"))) <= set(PEOPLE)
