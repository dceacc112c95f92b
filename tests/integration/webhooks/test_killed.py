"""A desk that dies on the way to a receiver and starts again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from bot.play.clock import VirtualClock

from tests.fakes.webhook_receiver import FakeReceiver
from tests.integration.core.night import P1, introduce
from tests.integration.webhooks.stage import running
from tests.openers import OpenStore
from tests.unit.tickets.builders import START


class Killed(BaseException):
    """Nothing that was begun is finished, as after SIGKILL."""


def dying(point: str, clock: VirtualClock) -> Callable[[str], None]:
    """Whoever comes to that point from a minute after the beginning on."""

    def observe(seen: str) -> None:
        if seen == point and clock.now() > START + timedelta(minutes=1):
            raise Killed

    return observe


@pytest.mark.parametrize(
    ("point", "times"),
    [("outbox.claimed", 1), ("outbox.sending", 1), ("outbox.sent", 2), ("outbox.recorded", 1)],
)
async def test_it_arrives_at_least_once_and_always_under_the_same_id(
    open_store: OpenStore, point: str, times: int
) -> None:
    clock = VirtualClock(START)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with FakeReceiver(clock) as receiver:
        async with running(open_store, clock, receiver, dying(point, clock)) as desk:
            await desk.store.write(introduce)
            await desk.subscribes("ticket.opened")
            await desk.night.till(2)
            with suppress(Killed):
                await desk.night.says("dana", P1)
        clock.advance(timedelta(minutes=3))
        async with running(open_store, clock, receiver) as desk:
            await desk.waits(seconds=10)
        assert receiver.types == ["ticket.opened"] * times
        assert len(set(receiver.ids)) == 1
        assert receiver.violations == []
