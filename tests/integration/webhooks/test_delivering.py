"""Tries, their order and their end: what a receiver's answer leads to."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from adapters.webhook.channel import RETRIES
from bot.webhooks import managing
from bot.webhooks.webhook import PATIENCE, ROTATION, Webhook

from tests.fakes.webhook_receiver import Fault
from tests.integration.core.night import DESK, P1
from tests.integration.webhooks.stage import SOON, Watched

DOWN = Fault(500)


def waits(desk: Watched) -> list[timedelta]:
    """Between one try and the next."""
    tries = desk.receiver.tries
    return [later - earlier for earlier, later in pairwise(tries)]


async def one_event(desk: Watched, *events: str) -> Webhook:
    made = await desk.subscribes(*(events or ("ticket.opened",)))
    await desk.night.says("dana", P1)
    return made


async def done(desk: Watched) -> None:
    """Nobody is paged any more, so that days may pass quickly."""
    await desk.night.does("nora", "resolve T-1 done")


async def state(desk: Watched) -> list[tuple[Any, ...]]:
    """What became of what is for webhooks, the oldest first."""

    async def unit(tx: Any) -> list[tuple[Any, ...]]:
        return list(
            await tx.outbox._session.rows(
                "SELECT state, attempts, reason FROM outbox WHERE channel = 'webhook' ORDER BY id"
            )
        )

    return await desk.store.read(unit)


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(404), Fault(400), Fault(302, {"location": "/other"}), Fault(), Fault(503)]
)
async def test_what_failed_is_tried_again_under_the_same_id(desk: Watched, fault: Fault) -> None:
    """Also a redirect, where nobody follows."""
    desk.receiver.faults.append(fault)
    await one_event(desk)
    await desk.waits(seconds=4)
    assert desk.receiver.taken == []
    await desk.waits(seconds=2)
    assert desk.receiver.types == ["ticket.opened"]
    assert waits(desk) == [RETRIES[0]]


async def test_a_receiver_that_says_nothing_is_given_up_for_now(desk: Watched) -> None:
    desk.receiver.faults.append(Fault(silent=True))
    async with asyncio.timeout(20 * SOON):
        await one_event(desk)
        await desk.waits(seconds=6)
    assert desk.receiver.types == ["ticket.opened"]


async def test_what_was_heard_but_not_answered_comes_again_under_the_same_id(desk: Watched) -> None:
    desk.receiver.faults.append(Fault(taken=True))
    await one_event(desk)
    await desk.waits(seconds=6)
    first, second = desk.receiver.taken
    assert (first.id, first.body) == (second.id, second.body)
    assert second.at > first.at


async def test_the_waits_grow_and_then_it_is_given_up(desk: Watched) -> None:
    desk.receiver.always = DOWN
    await one_event(desk)
    await done(desk)
    await desk.waits(days=8)
    assert tuple(waits(desk)) == RETRIES
    assert await state(desk) == [("dead", 9, "the receiver answered with status 500")]


@pytest.mark.parametrize("fault", [DOWN, Fault()])
async def test_nothing_overtakes_what_waits(desk: Watched, fault: Fault) -> None:
    """Neither what did not arrive nor what may have arrived."""
    desk.receiver.always = fault
    await one_event(desk, "*")
    await desk.night.does("nora", "ack T-1")
    await desk.waits(minutes=20)
    await desk.night.does("nora", "resolve T-1 done")
    desk.receiver.always = None
    await desk.waits(minutes=40)
    types = [each for each in desk.receiver.types if each != "ticket.updated"]
    assert types[:3] == ["ticket.opened", "ticket.acknowledged", "ticket.resolved"]
    assert len(desk.receiver.ids) == len(set(desk.receiver.ids))
    assert {each[0] for each in await state(desk)} == {"sent"}


async def test_waiting_behind_another_is_no_failure(desk: Watched) -> None:
    desk.receiver.always = DOWN
    await one_event(desk, "ticket.opened", "ticket.acknowledged")
    await desk.night.does("nora", "ack T-1")
    await done(desk)
    await desk.waits(hours=3)
    assert [each[:2] for each in await state(desk)] == [("waiting", 5), ("waiting", 0)]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("40", 40),
        ("Mon, 02 Mar 2026 10:01:00 GMT", None),
        ("2", 5),
        ("soon", 5),
        ("", 5),
    ],
)
async def test_a_receiver_may_ask_for_more_time(desk: Watched, said: str, seconds: int | None) -> None:
    """But gets no more tries by asking for less."""
    if seconds is None:
        until = desk.night.clock.now() + timedelta(minutes=3)
        said, seconds = until.strftime("%a, %d %b %Y %H:%M:%S GMT"), 180 - 6
    desk.receiver.faults.append(Fault(429, {"retry-after": said} if said else {}))
    await one_event(desk)
    await desk.waits(minutes=10)
    (waited,) = waits(desk)
    assert waited == timedelta(seconds=seconds)


async def test_gone_is_gone(desk: Watched) -> None:
    desk.receiver.always = Fault(410)
    made = await one_event(desk, "*")
    after = await desk.webhook(made)
    assert (after.is_active, after.disabled_for) == (False, "gone")
    await desk.night.does("nora", "ack T-1")
    await desk.waits(hours=1)
    assert len(desk.receiver.tries) == 1
    for place in ("U-LEO", DESK):
        assert any(
            f"Webhook {made.id}" in each and "gone for good" in each for each in desk.night.heard(place)
        )


async def test_after_five_days_of_failures_it_is_disabled_and_the_leads_hear_of_it(desk: Watched) -> None:
    desk.receiver.always = DOWN
    made = await one_event(desk, "*")
    await done(desk)
    for _ in range(6):
        await desk.waits(days=1)
        await desk.night.does("nora", "reopen T-1")
        await done(desk)
    after = await desk.webhook(made)
    assert (after.is_active, after.disabled_for) == (False, "failing")
    assert after.disabled_at is not None
    assert after.failing_since is not None
    assert timedelta(0) <= after.disabled_at - after.failing_since - PATIENCE < timedelta(days=1, seconds=1)
    assert sum("has failed for five days" in each for each in desk.night.heard("U-LEO")) == 1
    tried = len(desk.receiver.tries)
    await desk.waits(days=3)
    assert len(desk.receiver.tries) == tried
    assert {each[0] for each in await state(desk)} == {"dead"}


async def test_one_success_begins_the_five_days_anew(desk: Watched) -> None:
    desk.receiver.always = DOWN
    made = await one_event(desk, "*")
    await done(desk)
    await desk.waits(days=2)
    desk.receiver.always = None
    await desk.waits(days=1)
    assert (await desk.webhook(made)).failing_since is None
    assert (await desk.webhook(made)).is_active


async def test_enabled_again_what_waits_goes_out_at_once_and_in_order(desk: Watched) -> None:
    desk.receiver.always = DOWN
    made = await one_event(desk, "ticket.opened", "ticket.acknowledged")
    await desk.night.does("nora", "ack T-1")
    await done(desk)
    await desk.waits(hours=9)
    desk.receiver.always = None
    now = desk.night.clock.now()
    await desk.store.write(lambda tx: managing.enable(tx, made.id, now))
    await desk.night.engine.settle()
    assert desk.receiver.types == ["ticket.opened", "ticket.acknowledged"]
    assert {each.at for each in desk.receiver.taken} == {now}


async def test_an_unknown_address_is_tried_again_and_a_private_one_too(desk: Watched) -> None:
    desk.names.known["localhost"] = ()
    await one_event(desk)
    assert await state(desk) == [("waiting", 1, None)]
    del desk.names.known["localhost"]
    await desk.waits(seconds=6)
    assert desk.receiver.types == ["ticket.opened"]


async def test_for_a_day_after_a_rotation_both_secrets_sign(desk: Watched) -> None:
    made = await desk.subscribes("ticket.opened")
    now = desk.night.clock.now()
    fresh = await desk.store.write(lambda tx: managing.rotate(tx, made.id, now))
    assert fresh.secret != made.secret
    await desk.night.says("dana", P1)
    await done(desk)
    assert desk.receiver.taken[0].signatures == 2  # and the receiver only knows the old one
    desk.receiver.secrets["/hook"] = fresh.secret
    await desk.waits(seconds=ROTATION.total_seconds())
    await desk.night.says("dana", "the sound is gone in room 7 as well")
    assert [each.signatures for each in desk.receiver.taken] == [2, 1]


async def test_a_slow_receiver_holds_up_nobody(desk: Watched) -> None:
    """Pages leave, another receiver hears, while one lets us wait."""
    await desk.subscribes("ticket.opened")
    await desk.subscribes("ticket.opened", path="/other")
    desk.receiver.faults.append(Fault(silent=True))
    saying = asyncio.create_task(desk.night.says("dana", P1))
    await desk.receiver.heard()
    async with asyncio.timeout(SOON / 2):
        while not (desk.night.pages() and desk.receiver.taken):
            await asyncio.wait({saying}, timeout=0.01)
    assert not saying.done()
    await saying
