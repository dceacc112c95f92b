"""What one look of the engine costs when very many timers lie in the future.

Two desks stand side by side, one with few and one with many pending timers. In turn, each takes in the same
number of tickets (not measured), whose first pages are then due at once; measured is the engine's cycle until
all of it is done: timers claimed and fired, messages claimed, sent to a channel that takes everything, and
recorded. The ratio of neighbouring cycles is what counts.
"""

import asyncio
import gc
import platform
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.bench.filling import NUMBERS
from bot.bench.ground import CHANNEL, Customers, Swallower, house, scratch
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.loop import Engine
from storage.encoding import to_micros
from storage.sqlite.store import SqliteStore, open_store

RATIO = 1.3
_LOOKS = 20
_PENDING = f"""
INSERT INTO timers (key, kind, ticket, due_at, wake_at, token, attempts, data) {NUMBERS}
SELECT 'clock:response:' || n, 'clock', n, :due + n * 1000000, :due + n * 1000000, 0, 0,
       '{{"clock":"response"}}'
FROM numbers
"""  # noqa: S608 - NUMBERS is a constant


@dataclass(frozen=True, slots=True)
class TimersOptions:
    """`few` and `many` pending timers; `due` tickets a cycle, of which there are `cycles` on each desk."""

    few: int = 10_000
    many: int = 1_000_000
    due: int = 100
    cycles: int = 15

    def __post_init__(self) -> None:
        if min(self.few, self.many, self.due, self.cycles) <= 0:
            raise ValueError("every option must be above zero")


QUICK = TimersOptions(many=100_000, cycles=5)


@dataclass(frozen=True, slots=True)
class Side:
    """One desk, and the seconds its cycles and its looks at nothing took."""

    store: SqliteStore
    desk: Desk
    engine: Engine
    customers: Customers
    channel: Swallower
    cycles: list[float]
    looks: list[float]


def run_timers(options: TimersOptions = TimersOptions()) -> Report:
    """Takes about a minute, and some 400 MB of temporary disk space."""
    with scratch() as directory, watched() as stages:
        few, many = asyncio.run(_measure(directory, options, stages))
    ratio = median(larger / smaller for smaller, larger in zip(few.cycles, many.cycles, strict=True))
    goal = Goal(f"one cycle, {options.many:,} ÷ {options.few:,} pending", ratio, RATIO, "× (at most)")
    return Report("timers", _figures(options, few, many), (goal,))


def _figures(options: TimersOptions, few: Side, many: Side) -> dict[str, Figure]:
    return {
        "few_pending": options.few,
        "many_pending": options.many,
        "due_tickets_a_cycle": options.due,
        "messages_a_cycle": many.channel.taken / (options.cycles + 1),
        "cycles": options.cycles,
        "cycle_few_ms": median(few.cycles) * 1000,
        "cycle_many_ms": median(many.cycles) * 1000,
        "look_at_nothing_few_ms": median(few.looks) * 1000,
        "look_at_nothing_many_ms": median(many.looks) * 1000,
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }


async def _measure(directory: Path, options: TimersOptions, stages: Stages) -> tuple[Side, Side]:
    sides = [await _side(directory, pending, options) for pending in (options.few, options.many)]
    bar = stages.stage(f"cycles of {options.due} tickets", options.cycles + 1)
    for number in range(options.cycles + 1):
        for side in sides if number % 2 else sides[::-1]:
            await _cycle(side, number * options.due, options.due)
        bar.advance()
    for side in sides:
        del side.cycles[0], side.looks[:_LOOKS]  # the first one warms everything up
        await side.store.close()
    return sides[0], sides[1]


async def _side(directory: Path, pending: int, options: TimersOptions) -> Side:
    path, clock, home, channel = directory / f"{pending}.db", SystemClock(), house(), Swallower()
    await (await open_store(path)).close()
    _fill(path, pending, clock.now() + timedelta(days=30))
    store = await open_store(path, alone=True)
    customers = Customers(options.due * (options.cycles + 1))
    await customers.introduce(store)
    engine = Engine(store, clock, home, {CHANNEL: channel}, asyncio.Event())
    desk = Desk(store, clock, home, lambda: None)
    return Side(store, desk, engine, customers, channel, [], [])


def _fill(path: Path, pending: int, due: datetime) -> None:
    """Timers of tickets far from any that is opened here."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    first = 10_000_000
    db.execute(_PENDING, {"first": first, "last": first + pending - 1, "due": to_micros(due)})
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


async def _cycle(side: Side, first: int, due: int) -> None:
    now = SystemClock().now()
    messages = [side.customers.message(first + each, now) for each in range(due)]
    await asyncio.gather(*(side.desk.receive(message) for message in messages))
    gc.collect()
    side.cycles.append(await _timed(side.engine))
    for _ in range(_LOOKS):
        side.looks.append(await _timed(side.engine))


async def _timed(engine: Engine) -> float:
    started = perf_counter()
    await engine.settle()
    return perf_counter() - started
