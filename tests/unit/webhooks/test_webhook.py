"""A webhook's own rules: what it wants, which secrets sign, and when it has failed for too long."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from bot.webhooks.as_json import state_of, webhook_json
from bot.webhooks.webhook import BREAK, PATIENCE, ROTATION, Webhook, fresh_id, fresh_key, fresh_secret

from tests.contract.builders import T0, after

HOOK = Webhook("wh_1", "https://a.example/", "whsec_AA==", ("ticket.opened",), T0, "mei")


def failing(webhook: Webhook, *hours: float) -> Webhook:
    for each in hours:
        webhook = webhook.failed(after(hours=each))
    return webhook


def test_what_it_wants() -> None:
    assert HOOK.wants("ticket.opened")
    assert not HOOK.wants("ticket.closed")
    assert replace(HOOK, events=("*",)).wants("ticket.closed")
    assert not HOOK.disabled("gone", T0).wants("ticket.opened")
    assert HOOK.disabled("gone", T0).enabled() == HOOK


def test_whose_tickets() -> None:
    assert HOOK.concerns("acme")
    assert replace(HOOK, customer="acme").concerns("acme")
    assert not replace(HOOK, customer="acme").concerns("beta")


def test_the_old_secret_signs_for_a_day() -> None:
    fresh = HOOK.rotated("whsec_BB==", T0)
    assert fresh.signing(T0) == ("whsec_BB==", "whsec_AA==")
    assert fresh.signing(T0 + ROTATION) == ("whsec_BB==",)
    assert HOOK.signing(T0) == ("whsec_AA==",)


def test_nobody_reads_secrets_in_a_log() -> None:
    told = HOOK.rotated("whsec_BB==", T0)
    assert "whsec" not in f"{told!r} {webhook_json(told)}"


@pytest.mark.parametrize(
    ("hours", "hopeless"),
    [
        ((), False),
        ((0,), False),
        ((0, 24, 48, 72, 96, 119.9), False),
        ((0, 24, 48, 72, 96, 120), True),
        ((0, 1, 200), False),  # nothing was tried in between: a row of its own
        ((0, 47, 94, 141), True),
    ],
)
def test_five_days_in_a_row(hours: tuple[float, ...], hopeless: bool) -> None:
    assert failing(HOOK, *hours).has_failed_for_too_long is hopeless
    assert not failing(HOOK, *hours).reached().has_failed_for_too_long


def test_the_longest_wait_between_tries_is_within_a_row() -> None:
    assert timedelta(hours=24) < BREAK < PATIENCE


def test_states() -> None:
    assert state_of(HOOK) == "active"
    assert state_of(HOOK.failed(T0)) == "failing"
    assert state_of(HOOK.disabled("gone", T0)) == "gone"
    assert state_of(HOOK.failed(T0).disabled("failing", T0)) == "disabled"


def test_what_is_made_up() -> None:
    assert len({make() for make in (fresh_id, fresh_key, fresh_secret) for _ in range(100)}) == 300
    assert 24 <= len(base64.b64decode(fresh_secret().removeprefix("whsec_"), validate=True)) <= 64
    assert "." not in fresh_key()
