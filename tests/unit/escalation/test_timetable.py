"""When whom is paged: derived from the deadline backwards, then for ever and wider."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from bot.escalation.policy import Snapshot, begins, snapshot, timetable
from bot.policy import EscalationPolicy, Priority
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.escalation.builders import offsets, policy
from tests.unit.tickets.builders import START, after, clock, minutes

DESK = policy()


def promise(priority: Priority) -> Snapshot:
    return snapshot(DESK, priority, DESK.teams[0])


def rounds(frozen: Snapshot, count: int) -> list[float]:
    """The minutes at which the first rounds are due."""
    return offsets(tuple(frozen.page_at(START, number) - START for number in range(count)))


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        # The steps share the response time; then the widening rounds, at least hourly.
        (Priority.P0, [0, 3, 6, 9, 12, 15, 18, 21, 24]),
        (Priority.P1, [0, 7.5, 15, 22.5, 30, 37.5]),
        (Priority.P2, [0, 60, 120, 180, 240, 300]),
        # A question wakes nobody beyond its steps before its deadline, and then everybody every hour.
        (Priority.P3, [0, 360, 720, 1080, 1440, 1500, 1560]),
    ],
)
def test_the_default_timetables(priority: Priority, due: list[float]) -> None:
    assert rounds(promise(priority), len(due)) == due


def test_written_offsets_stand() -> None:
    written = EscalationPolicy.model_validate({"steps": [["lead"], ["senior"]], "at": ["0s", "2m"]})
    assert offsets(timetable(written, minutes(15))) == [0, 2]


def test_a_repeat_that_is_written_stands() -> None:
    steps = {"steps": [["architect"]], "at": ["0s"], "repeat_every": "5m"}
    desk = policy(escalation={"critical": steps})
    assert rounds(snapshot(desk, Priority.P0, desk.teams[0]), 4) == [0, 5, 10, 15]


def test_beyond_the_steps_it_widens_and_never_narrows() -> None:
    frozen = promise(Priority.P0)
    assert frozen.targets(4) == ("tier:lead",)
    assert frozen.targets(5) == ("awake",)
    assert frozen.targets(6) == ("awake", "tier:lead")
    for number in (7, 8, 1000):
        assert frozen.targets(number) == ("awake", "tier:lead", "everyone")


def test_after_a_downtime_the_missed_rounds_collapse_into_the_newest() -> None:
    frozen = promise(Priority.P0)
    assert frozen.round_at(START, after(47)) == 15
    assert frozen.missed(1, 4) == ("architect.2", "senior", "senior.2", "support", "tier:architect")
    assert frozen.missed(4, 15) == (
        "tier:lead",
        "awake",
        "awake",
        "tier:lead",
        "awake",
        "tier:lead",
        "everyone",
    )
    assert frozen.missed(3, 3) == ()


STEPS = st.integers(1, 6)
POLICIES = st.builds(
    lambda count, within, repeat: (
        EscalationPolicy.model_validate(
            {"steps": [["lead"]] * count, **({"repeat_every": minutes(repeat)} if repeat else {})}
        ),
        minutes(within),
    ),
    STEPS,
    st.integers(5, 3000),
    st.one_of(st.none(), st.integers(1, 120)),
)


def frozen_from(written: tuple[EscalationPolicy, timedelta]) -> Snapshot:
    escalation, within = written
    desk = policy(
        escalation={"critical": escalation.model_dump()}, priorities={"P0": {"respond_within": within}}
    )
    return snapshot(desk, Priority.P0, desk.teams[0])


@given(written=POLICIES, number=st.integers(0, 300))
def test_a_round_is_due_at_its_time_and_not_before(
    written: tuple[EscalationPolicy, timedelta], number: int
) -> None:
    frozen = frozen_from(written)
    due = frozen.page_at(START, number)
    assert frozen.round_at(START, due) == number
    assert frozen.round_at(START, due - timedelta(microseconds=1)) == max(number - 1, 0)


@given(written=POLICIES)
def test_rounds_go_on_for_ever_and_every_step_comes_before_the_deadline(
    written: tuple[EscalationPolicy, timedelta],
) -> None:
    frozen = frozen_from(written)
    due = [frozen.page_at(START, number) for number in range(100)]
    assert all(minutes(1) <= later - earlier for earlier, later in pairwise(due[len(frozen.steps) :]))
    assert all(later - earlier <= timedelta(hours=2) for earlier, later in pairwise(due[len(frozen.steps) :]))
    assert all(at < START + frozen.respond_within for at in due[: len(frozen.steps)])


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (0, 0),  # at once
        (4, 0),  # a message four minutes late starts further up
        (14.9, 0),
        (15, 15),  # too late already: from now, or everybody would be woken at once
        (600, 600),
    ],
)
def test_where_an_escalation_begins(now: float, since: float) -> None:
    assert begins(clock(15), after(now)) == after(since)


def test_pauses_put_the_beginning_off() -> None:
    paused = replace(clock(15), paused_for=minutes(10))
    assert begins(paused, after(20)) == after(10)


def test_a_snapshot_is_named_by_what_it_says() -> None:
    assert promise(Priority.P0).name == promise(Priority.P0).name
    assert promise(Priority.P0).name != replace(promise(Priority.P0), schedule="other").name


def test_the_clocks_a_promise_starts() -> None:
    assert [(each.kind, each.due_at) for each in promise(Priority.P1).clocks(START)] == [
        ("response", after(30)),
        ("plan", after(120)),
    ]
    assert [each.kind for each in promise(Priority.P0).clocks(START)] == ["response"]
