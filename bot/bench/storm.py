"""Very many escalations that are due at one instant, and how long it takes until everybody is paged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bench.crew import Crew, Member
from bot.bench.crowd import put_escalations
from bot.bench.place import Place, ask
from bot.bench.progress import Bar
from bot.clock import SystemClock
from storage.encoding import from_micros, to_micros
from storage.session import Driver

LEAD = timedelta(seconds=1.5)
"""Between when everybody hears of it and when it is due; workers look once a second."""
LOOK = timedelta(milliseconds=50)
GIVE_UP = timedelta(seconds=90)
_PAGED = """
SELECT count(DISTINCT ticket), max(delivered_at) FROM pages
WHERE created_at >= :due AND delivered_at IS NOT NULL
"""
_FIRED = "SELECT count(*) FROM events WHERE kind = 'paged' AND at >= :due"
_UNPAGED = """
SELECT count(*) FROM tickets AS t WHERE NOT EXISTS (
    SELECT 1 FROM pages AS p WHERE p.ticket = t.number AND p.created_at >= :due AND p.delivered_at IS NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Storm:
    """What became of it. `fired`: until the last escalation was seen to be committed; `paged`: until the last
    page had arrived; `rest`: the same from when workers were lost. Seconds."""

    fired: float
    paged: float
    unpaged: int
    rest: float = 0.0


@dataclass(slots=True)
class Watch:
    """The storm as the bench sees it from beside. `due` is when it begins."""

    beside: Driver
    due: datetime
    tickets: int
    bar: Bar
    seen: int = 0
    fired: float = 0.0

    async def until(self, count: int) -> datetime:
        """When so many tickets are paged, or it takes too long; the instant of the last of them so far."""
        clock, last = SystemClock(), self.due
        while clock.now() < self.due + GIVE_UP:
            await self._look_for_fired()
            paged, newest = await ask(self.beside, _PAGED, due=to_micros(self.due))
            self.bar.advance(paged - self.seen)
            self.seen, last = paged, from_micros(newest) if newest else self.due
            if paged >= count:
                break
            await clock.sleep_until(clock.now() + LOOK)
        return last

    async def _look_for_fired(self) -> None:
        if not self.fired and (await ask(self.beside, _FIRED, due=to_micros(self.due)))[0] >= self.tickets:
            self.fired = (SystemClock().now() - self.due).total_seconds()


async def storm(place: Place, hired: Crew, tickets: int, bar: Bar) -> Storm:
    """All escalations due at one instant. The crew is ready and has not begun yet."""
    async with place.beside() as beside:
        watch = await _begun(beside, hired.members, tickets, bar)
        last = await watch.until(tickets)
        return await _outcome(watch, last)


async def storm_with_losses(place: Place, hired: Crew, tickets: int, bar: Bar) -> Storm:
    """The same, and half of the crew is killed when a third of the tickets are paged."""
    async with place.beside() as beside:
        watch = await _begun(beside, hired.members, tickets, bar)
        await watch.until(tickets // 3)
        killed_at = SystemClock().now()
        await asyncio.gather(*(hired.lose(member) for member in hired.members[::2]))
        last = await watch.until(tickets)
        return await _outcome(watch, last, killed_at)


async def _begun(beside: Driver, members: Sequence[Member], tickets: int, bar: Bar) -> Watch:
    due = SystemClock().now() + LEAD
    await put_escalations(beside, due)
    for member in members:
        member.tell(do="begin")
    return Watch(beside, due, tickets, bar)


async def _outcome(watch: Watch, last: datetime, killed_at: datetime | None = None) -> Storm:
    (unpaged,) = await ask(watch.beside, _UNPAGED, due=to_micros(watch.due))
    if unpaged:
        last = watch.due + GIVE_UP
    return Storm(
        fired=watch.fired or GIVE_UP.total_seconds(),
        paged=(last - watch.due).total_seconds(),
        unpaged=unpaged,
        rest=(last - killed_at).total_seconds() if killed_at else 0.0,
    )
