"""How late timers fire, through a running engine, when very many others lie in the future.

Escalations of real tickets come due one after the other, so many a second; the engine fires them and pages by
a channel that takes everything. Late is the time from when one was due until everything it did was committed.
"""

import asyncio
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from bot.bench.crowd import FAR, pending, put_escalations, storm_house, untaken
from bot.bench.ground import CHANNEL, Swallower
from bot.bench.place import Place, ask, place
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.clock import SystemClock
from bot.durable import ClaimedTimer
from bot.engine.loop import Engine
from bot.ports import Store, Timers, Transaction, Unit
from storage.session import Driver

T = TypeVar("T")
SQLITE_MS, POSTGRES_MS = 100.0, 250.0
LEAD, GIVE_UP = timedelta(seconds=1), timedelta(seconds=30)
_APART = timedelta(seconds=60)
_FIRST = "SELECT min(number) FROM tickets"
_PAGES = "SELECT count(*) FROM pages WHERE delivered_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class LatenessOptions:
    """`pending` timers in the far future; `due` timers a second for `seconds`."""

    pending: int = 1_000_000
    due: int = 50
    seconds: int = 20
    engineers: int = 100

    def __post_init__(self) -> None:
        if min(self.pending, self.due, self.seconds, self.engineers) <= 0:
            raise ValueError("every option must be above zero")


QUICK = LatenessOptions(pending=100_000, seconds=5)


@dataclass(frozen=True, slots=True)
class Watched:
    """The store, which notes how late each timer was when its firing was committed, by the timer's key."""

    store: Store
    late: dict[str, float] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def write(self, work: Unit[T]) -> T:
        taken: list[ClaimedTimer] = []
        result = await self.store.write(lambda tx: work(cast(Transaction, _Noting(tx, taken))))
        now = SystemClock().now()
        self.late.update((each.timer.key, (now - each.timer.due_at).total_seconds()) for each in taken)
        return result


@dataclass(frozen=True, slots=True)
class _Noting:
    """A transaction that notes which timers are taken in it."""

    tx: Transaction
    taken: list[ClaimedTimer]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    @property
    def timers(self) -> "_NotingTimers":
        return _NotingTimers(self.tx.timers, self.taken)


@dataclass(frozen=True, slots=True)
class _NotingTimers:
    timers: Timers
    taken: list[ClaimedTimer]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.timers, name)

    async def take(self, claimed: ClaimedTimer) -> bool:
        """As the engine's firing does."""
        mine = await self.timers.take(claimed)
        if mine:
            self.taken.append(claimed)
        return mine


def run_lateness(server: str | None = None, options: LatenessOptions = LatenessOptions()) -> Report:
    """Takes about a minute. Without `server`: on SQLite."""
    with watched() as stages, place(server) as ours:
        late, paged = asyncio.run(_measure(ours, options, stages))
    allowed = SQLITE_MS if server is None else POSTGRES_MS
    p99 = percentile(late, 0.99) * 1000
    goal = Goal(f"p99 of lateness, {options.pending:,} pending", p99, allowed, "ms (at most)")
    return Report("lateness", _figures(options, late, paged), (goal,))


def _figures(options: LatenessOptions, late: Sequence[float], paged: int) -> dict[str, Figure]:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        "pending": options.pending,
        "due_per_second": options.due,
        "fired": len(late),
        "paged": paged,
        **{f"{name}_ms": percentile(late, share) * 1000 for name, share in shares.items()},
        "python": platform.python_version(),
    }


async def _measure(ours: Place, options: LatenessOptions, stages: Stages) -> tuple[list[float], int]:
    count = options.due * options.seconds
    await untaken(ours, count, options.engineers, stages)
    await pending(ours, options.pending, SystemClock().now() + FAR, _APART, stages)
    store = Watched(await ours.open("bench"))
    async with ours.beside() as beside:
        begin = SystemClock().now() + LEAD
        await _one_after_the_other(beside, begin, options.due)
        await _run(store, options, begin, stages)
        await store.store.close()
        (paged,) = await ask(beside, _PAGES)
    if len(store.late) < count:
        raise RuntimeError(f"of {count} due timers only {len(store.late)} fired in time")
    return sorted(store.late.values()), paged


async def _one_after_the_other(beside: Driver, begin: datetime, due: int) -> None:
    (first,) = await ask(beside, _FIRST)
    apart = timedelta(seconds=1) / due
    await put_escalations(beside, begin - first * apart, apart)


async def _run(store: Watched, options: LatenessOptions, begin: datetime, stages: Stages) -> None:
    """The engine, until all have fired."""
    clock, stop, count = SystemClock(), asyncio.Event(), options.due * options.seconds
    channels, bar = {CHANNEL: Swallower()}, stages.stage("timers that come due", count)
    home = storm_house(options.engineers)
    engine = Engine(cast(Store, store), clock, home, channels, asyncio.Event())
    running = asyncio.create_task(engine.run(stop))
    end, seen = begin + timedelta(seconds=options.seconds) + GIVE_UP, 0
    while seen < count and clock.now() < end:
        await clock.sleep_until(clock.now() + timedelta(milliseconds=250))
        bar.advance(len(store.late) - seen)
        seen = len(store.late)
    stop.set()
    await running
