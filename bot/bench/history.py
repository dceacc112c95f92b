"""What one ticket costs a desk that has taken in very many, beside a desk that has taken in few.

Two desks stand side by side on databases with the same customers and a different past. In turn, each takes in
the same number of messages through the whole use case (`Desk.receive`, many callers at once, committed); the
ratio of neighbouring slices is what counts: whatever else the machine does falls on both.
"""

import asyncio
import gc
import platform
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.bench import filling, filling_postgres
from bot.bench.filling import ACTIVE
from bot.bench.ground import Customers, house, scratch
from bot.bench.intake import rush, warm
from bot.bench.progress import Stages, watched
from bot.bench.report import CannotMeasure, Figure, Goal, Report
from bot.bench.server import scratch_database
from bot.clock import SystemClock
from bot.desk import Desk
from bot.ports import Store
from storage.postgres.store import open_store as open_postgres
from storage.sqlite.store import open_store as open_sqlite

RATIO = 1.3
SQLITE_BYTES = 7_000
"""What a ticket of the past takes of the disk; on PostgreSQL it is a third more."""


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """`small` and `large` tickets of the past; `tickets` a slice, of which there are `slices` on each desk,
    from `callers` at once. `database`: a PostgreSQL server, else SQLite."""

    small: int = 10_000
    large: int = 2_000_000
    customers: int = 10_000
    tickets: int = 500
    slices: int = 15
    callers: int = 64
    database: str | None = None

    def __post_init__(self) -> None:
        counts = (self.small, self.large, self.customers, self.tickets, self.slices, self.callers)
        if min(counts) <= 0:
            raise ValueError("every option must be above zero")
        if len(self.writers) < self.tickets * (self.slices + 1):
            raise ValueError("there must be more customers than tickets are opened")

    @property
    def writers(self) -> Sequence[int]:
        """Customers of whom no ticket is open: what they write opens one."""
        return [number for number in range(1, self.customers) if number % ACTIVE]


QUICK = HistoryOptions(large=100_000, tickets=200, slices=7)


@dataclass(frozen=True, slots=True)
class Side:
    """One desk; the seconds its past took to write and its slices took."""

    store: Store
    desk: Desk
    filled: float
    slices: list[float]


def run_history(options: HistoryOptions = HistoryOptions()) -> Report:
    """Takes several minutes, and some 14 GB of temporary disk space; ten million stored tickets take half
    an hour and 70 to 95 GB. Raises CannotMeasure when the disk is too small, StoreError without a server."""
    with scratch() as directory, watched() as stages:
        _must_fit(directory, options)
        small, large = asyncio.run(_measure(directory, options, stages))
    ratio = median(large / small for small, large in zip(small.slices, large.slices, strict=True))
    goal = Goal(f"cost per ticket, {options.large:,} ÷ {options.small:,} stored", ratio, RATIO, "× (at most)")
    return Report("history", _figures(options, small, large), (goal,))


def _must_fit(directory: Path, options: HistoryOptions) -> None:
    """Only for SQLite: how large the disk of a server is, nobody tells."""
    free, needed = shutil.disk_usage(directory).free, options.large * SQLITE_BYTES
    if options.database is None and needed > free:
        raise CannotMeasure(
            f"{options.large:,} stored tickets take {needed / 1e9:.0f} GB, and {directory.parent} has "
            f"{free / 1e9:.0f} GB: say a smaller --large"
        )


def _figures(options: HistoryOptions, small: Side, large: Side) -> dict[str, Figure]:
    return {
        "small_stored": options.small,
        "large_stored": options.large,
        "customers": options.customers,
        "tickets": options.tickets * options.slices,
        "callers": options.callers,
        "small_ticket_ms": median(small.slices) / options.tickets * 1000,
        "large_ticket_ms": median(large.slices) / options.tickets * 1000,
        "small_per_second": options.tickets / median(small.slices),
        "large_per_second": options.tickets / median(large.slices),
        "filling_seconds": large.filled,
        "store": "postgresql" if options.database else "sqlite",
        "python": platform.python_version(),
    }


async def _measure(directory: Path, options: HistoryOptions, stages: Stages) -> tuple[Side, Side]:
    async with (
        _side(directory, options.small, options, stages) as small,
        _side(directory, options.large, options, stages) as large,
    ):
        start = SystemClock().now()
        before = [await _opened_since(start, side) for side in (small, large)]
        await _in_turn(small, large, options, stages)
        after = [await _opened_since(start, side) for side in (small, large)]
    expected = options.tickets * (options.slices + 1)
    if [late - early for early, late in zip(before, after, strict=True)] != [expected, expected]:
        raise RuntimeError(f"{expected} messages on each desk opened {before} to {after} tickets")
    del small.slices[0], large.slices[0]  # the first one warms everything up
    return small, large


async def _in_turn(small: Side, large: Side, options: HistoryOptions, stages: Stages) -> None:
    customers, writers = Customers(options.customers), iter(options.writers)
    bar = stages.stage(f"slices of {options.tickets} tickets", options.slices + 1)
    for number in range(options.slices + 1):
        numbers = list(islice(writers, options.tickets))
        for side in (small, large) if number % 2 else (large, small):
            await _slice(side, customers, numbers, options.callers)
        bar.advance()


async def _opened_since(start: datetime, side: Side) -> int:
    """Tickets of the hour that begins with `start`."""
    end = start + timedelta(hours=1)
    return len(await side.store.read(lambda tx: tx.tickets.opened_between(start, end)))


async def _slice(side: Side, customers: Customers, numbers: Sequence[int], callers: int) -> None:
    now = SystemClock().now()
    messages = [customers.message(number, now) for number in numbers]
    gc.collect()
    side.slices.append(await rush(side.desk, messages, callers))


@asynccontextmanager
async def _side(directory: Path, stored: int, options: HistoryOptions, stages: Stages) -> AsyncIterator[Side]:
    started = perf_counter()
    async with AsyncExitStack() as open_now:
        if options.database is None:
            store = await _on_sqlite(directory / f"{stored}.db", stored, options, stages)
        else:
            url = await open_now.enter_async_context(scratch_database(options.database))
            store = await _on_postgres(url, stored, options, stages)
        open_now.push_async_callback(store.close)
        desk = Desk(store, SystemClock(), house(), lambda: None)
        yield Side(store, desk, perf_counter() - started, [])


async def _on_sqlite(path: Path, stored: int, options: HistoryOptions, stages: Stages) -> Store:
    await filling.live(path)
    filling.multiply(path, stored, options.customers, stages.stage(f"{stored:,} tickets of the past", stored))
    warm(path)
    return await open_sqlite(path, alone=True)


async def _on_postgres(url: str, stored: int, options: HistoryOptions, stages: Stages) -> Store:
    await filling_postgres.live(url)
    await filling_postgres.multiply(url, stored, options.customers, stages)
    return await open_postgres(url, worker="bench")
