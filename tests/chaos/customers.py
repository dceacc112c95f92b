"""Many people who write at the same time, and a platform that offers what they say until it is accepted."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from bot.clock import SystemClock
from bot.inbound import MessagePosted

from tests.chaos.fleet import Fleet, Gone, Hand
from tests.chaos.waiting import until
from tests.chaos.worker import ASKABLE, BLIND
from tests.integration.killed.load import message

PATIENCE = 3.0
"""Seconds a platform waits for an answer, as Slack does."""
AGAIN = timedelta(milliseconds=200)
APART = timedelta(milliseconds=700)
"""Between one person's message and the next one's; few, so that a busy machine can keep up."""
QUICK = timedelta(milliseconds=150)
"""So many that two workers have something under way at any time, for a while."""
Offer = Callable[[Hand, MessagePosted], Awaitable[str]]
"""Why it was not accepted; "" when it was."""
Make = Callable[[int], MessagePosted]


async def at_the_counter(hand: Hand, item: MessagePosted) -> str:
    return await hand.offer(item)


def on_the_wire(number: int) -> MessagePosted:
    return message(number, SystemClock().now(), (ASKABLE, BLIND)[number // 2 % 2])


@dataclass(eq=False, slots=True)
class Customers:
    """`accepted`: the event keys that a worker said are safe, as often as it was said, and when it was."""

    fleet: Fleet
    make: Make = on_the_wire
    ask: Offer = at_the_counter
    seed: int = 1
    offered: set[str] = field(default_factory=set)
    accepted: list[tuple[float, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _dice: random.Random = field(init=False)
    _waiting: "set[asyncio.Task[None]]" = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    @asynccontextmanager
    async def writing(self, apart: timedelta = APART) -> AsyncIterator[None]:
        """One after the other meanwhile; at the end all they wrote is accepted."""
        going = asyncio.create_task(self._go_on(apart))
        try:
            yield
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)
        await self.heard()

    def write(self, count: int) -> None:
        """So many at once."""
        for _ in range(count):
            item = self.make(next(self._numbers))
            self.offered.add(item.event_key)
            task = asyncio.create_task(self._until_accepted(item))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def heard(self) -> None:
        """Return when everything is accepted."""

        async def nothing_waits() -> bool:
            return not self._waiting

        await until(nothing_waits, lambda: f"{len(self._waiting)} accepted, after {self.refused[-3:]}")

    @property
    def keys(self) -> list[str]:
        return [key for _, key in self.accepted]

    def longest_silence(self, since: float) -> float:
        """The longest time from then on in which nobody was told that anything is safe."""
        times = [since, *sorted(at for at, _ in self.accepted if at > since)]
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

    async def _go_on(self, apart: timedelta) -> None:
        clock = SystemClock()
        while True:
            self.write(1)
            await clock.sleep_until(clock.now() + apart)

    async def _until_accepted(self, item: MessagePosted) -> None:
        clock, loop = SystemClock(), asyncio.get_running_loop()
        while why := await self._once(item):
            self.refused.append(why)
            await clock.sleep_until(clock.now() + AGAIN)
        self.accepted.append((loop.time(), item.event_key))

    async def _once(self, item: MessagePosted) -> str:
        working = self.fleet.working
        if not working:
            return "nobody works"
        try:
            return await asyncio.wait_for(self.ask(self._dice.choice(working), item), PATIENCE)
        except (TimeoutError, Gone, httpx.HTTPError, OSError) as error:
            return type(error).__name__
