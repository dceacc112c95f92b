"""How many tickets a second the desk takes in, and how long a message waits when a million tickets lie there.

Throughput: slices of messages go through the whole use case (`Desk.receive`, many callers at once, committed
with synchronous=FULL); beside each slice a plain sqlite3 loop writes the very rows of those messages, one
transaction each, on the same disk. The ratio of neighbouring slices is what counts: whatever else the machine
does falls on both.

Latency: messages come at random, so many a second on average, whether or not the earlier ones are through.
The database has been read once before. Beside the desk's figures stands what the bare disk needs to keep one
commit's worth at the same pace: nobody can be quicker than that.
"""

import asyncio
import gc
import os
import platform
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from bot.bench.filling import live, multiply
from bot.bench.ground import Customers, house, scratch
from bot.bench.plain import Recorder, copy, write_each
from bot.bench.progress import Bar, Stages, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.clock import SystemClock
from bot.desk import Desk
from bot.inbound import MessagePosted
from storage.sqlite.store import open_store

RATIO, P99_MS = 0.8, 25.0
_COMMIT, _WATCHED = bytes(120_000), 10.0
"""What the write-ahead log grows by with one ticket; for so many seconds the bare disk is watched."""


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """`tickets` a slice, of which there are `slices`; `stored` tickets lie there when `offered` messages a
    second come for `seconds`."""

    tickets: int = 1000
    slices: int = 9
    callers: int = 256
    stored: int = 1_000_000
    offered: float = 200.0
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if min(self.tickets, self.slices, self.callers, self.stored, self.offered, self.seconds) <= 0:
            raise ValueError("every option must be above zero")


QUICK = IntakeOptions(tickets=300, slices=5, stored=20_000, seconds=5.0)


@dataclass(frozen=True, slots=True)
class Slice:
    """Seconds for the same messages each way."""

    desk: float
    plain: float
    rows: int


def run_intake(options: IntakeOptions = IntakeOptions()) -> Report:
    """Takes a few minutes with a million stored tickets, and some 8 GB of temporary disk space."""
    with scratch() as directory, watched() as stages:
        slices = asyncio.run(_throughput(directory, options, stages))
        waits = _latency(directory, options, stages)
        syncs = _disk(directory / "disk", options)
    figures = _figures(options, slices, waits, syncs)
    ratio = median(each.plain / each.desk for each in slices)
    goals = (
        Goal("tickets per second, desk ÷ plain loop", ratio, RATIO, "× (at least)"),
        Goal(f"p99 at {options.offered:g}/s", percentile(waits, 0.99) * 1000, P99_MS, "ms (at most)"),
    )
    return Report("intake", figures, goals)


def _figures(
    options: IntakeOptions, slices: Sequence[Slice], waits: Sequence[float], syncs: Sequence[float]
) -> dict[str, Figure]:
    waited = {f"{name}_ms": percentile(waits, share) * 1000 for name, share in _SHARES.items()}
    alone = {f"disk_alone_{name}_ms": percentile(syncs, share) * 1000 for name, share in _SHARES.items()}
    return {
        "tickets": options.tickets * len(slices),
        "callers": options.callers,
        "rows_per_ticket": slices[0].rows / options.tickets,
        "desk_per_second": options.tickets / median(each.desk for each in slices),
        "plain_loop_per_second": options.tickets / median(each.plain for each in slices),
        "stored": options.stored,
        "offered_per_second": options.offered,
        "messages": len(waits),
        **waited,
        **alone,
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }


_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


async def _throughput(directory: Path, options: IntakeOptions, stages: Stages) -> list[Slice]:
    clock, home, path = SystemClock(), house(), directory / "desk.db"
    customers = Customers(options.tickets * (options.slices + 1))
    store = await open_store(path, alone=True)
    await customers.introduce(store)
    plain, recorder = copy(path, directory / "plain.db"), Recorder(path, home, clock)
    desk = Desk(store, clock, home, lambda: None)
    bar = stages.stage("tickets beside the plain loop", options.slices + 1)
    slices = []
    for number in range(options.slices + 1):
        first = number * options.tickets
        messages = [customers.message(first + each, clock.now()) for each in range(options.tickets)]
        slices.append(await _slice(desk, recorder, plain, messages, options.callers))
        bar.advance()
    opened = await store.write(lambda tx: tx.tickets.next_number()) - 1
    await store.close()
    recorder.close()
    plain.close()
    if opened != customers.count:
        raise RuntimeError(f"{customers.count} messages opened {opened} tickets")
    return slices[1:]  # the first one warms everything up


async def _slice(
    desk: Desk, recorder: Recorder, plain: sqlite3.Connection, messages: Sequence[MessagePosted], callers: int
) -> Slice:
    writes = [await recorder.statements(message) for message in messages]
    gc.collect()
    return Slice(await rush(desk, messages, callers), write_each(plain, writes), sum(map(len, writes)))


async def rush(desk: Desk, messages: Sequence[MessagePosted], callers: int) -> float:
    """Seconds until all are committed, `callers` at a time."""
    waiting = iter(messages)

    async def caller() -> None:
        for message in waiting:
            await desk.receive(message)

    started = perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return perf_counter() - started


def _latency(directory: Path, options: IntakeOptions, stages: Stages) -> list[float]:
    """Seconds from when a message was due to come until it was committed, sorted."""
    path, expected = directory / "past.db", int(options.offered * options.seconds)
    customers = Customers(max(20_000, expected * 2))
    asyncio.run(live(path))
    multiply(path, options.stored, customers.count, stages.stage("tickets of the past", options.stored))
    warm(path)
    bar = stages.stage(f"messages at {options.offered:g}/s", expected)
    return sorted(asyncio.run(_offer(path, options, customers, bar)))


def warm(path: Path) -> None:
    """Read it all once: a desk that has run for long has what it uses of its database in memory."""
    buffer = bytearray(1 << 23)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


async def _offer(path: Path, options: IntakeOptions, customers: Customers, bar: Bar) -> list[float]:
    store = await open_store(path, alone=True)
    desk = Desk(store, SystemClock(), house(), lambda: None)
    await rush(desk, [customers.message(0, SystemClock().now())], 1)
    waits = await _come(desk, customers, list(_arrivals(options)), bar)
    await store.close()
    return waits


def _disk(path: Path, options: IntakeOptions) -> list[float]:
    """Seconds to append one commit to a file and have it on the disk, at the same pace as the messages."""
    taken, end = [0.0], perf_counter() + min(options.seconds, _WATCHED)
    with path.open("wb", buffering=0) as file:
        while (started := perf_counter()) < end:
            file.write(_COMMIT)
            os.fsync(file.fileno())
            taken.append(perf_counter() - started)
            sleep(1 / options.offered)
    return sorted(taken)


def _arrivals(options: IntakeOptions) -> Iterator[float]:
    """Seconds from the start, as independent people write: with gaps, and in bursts."""
    chance, at = random.Random(7), 0.0
    while (at := at + chance.expovariate(options.offered)) < options.seconds:
        yield at


async def _come(desk: Desk, customers: Customers, arrivals: Sequence[float], bar: Bar) -> list[float]:
    loop, clock = asyncio.get_running_loop(), SystemClock()
    start = loop.time() + 0.1

    async def say(number: int, due: float) -> float:
        here = loop.create_future()
        loop.call_at(due, here.set_result, None)
        await here
        await desk.receive(customers.message(number, clock.now()))
        bar.advance()
        return loop.time() - due

    return await asyncio.gather(*(say(number, start + at) for number, at in enumerate(arrivals, start=1)))
