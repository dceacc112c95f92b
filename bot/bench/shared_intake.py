"""How many tickets a second several workers take in together on one PostgreSQL.

Every worker is a process with the real desk and the real store, and brings itself messages: first so many at
a time, the next when the last is committed; that is the most they can take, and what a message then waits.
Then so many a second, whether or not the earlier ones are through: what a message waits on an ordinary day.
Beside it a plain asyncpg loop writes the very rows of such messages, one transaction a ticket, on the same
server.
"""

import asyncio
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import perf_counter

from bot.bench.crew import Crew, Member, crew
from bot.bench.crowd import many_customers
from bot.bench.ground import Customers, house
from bot.bench.place import Place, ask, place
from bot.bench.plain import Recorder
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.clock import SystemClock
from storage.postgres.connection import connect
from storage.postgres.dialect import arguments, single
from storage.session import Statement
from storage.sqlite.store import open_store as open_file

PER_SECOND, P99_MS = 5000.0, 50.0
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class SharedIntakeOptions:
    """`callers` messages at a time and worker for `seconds`, after `warming` seconds; then `offered` a second
    in all. `plain` tickets are written by the plain loop."""

    workers: int = 4
    callers: int = 40
    warming: float = 3.0
    seconds: float = 15.0
    offered: float = 1000.0
    customers: int = 300_000
    plain: int = 4000
    connections: int = 4

    def __post_init__(self) -> None:
        if min(self.workers, self.callers, self.seconds, self.offered, self.customers, self.plain) <= 0:
            raise ValueError("every option must be above zero")


QUICK = SharedIntakeOptions(warming=1.0, seconds=4.0, customers=60_000, plain=1000)


@dataclass(frozen=True, slots=True)
class Load:
    """How long every message waited, a list a worker (sorted), and how long it all took."""

    waits: Sequence[Sequence[float]]
    took: float

    @property
    def all(self) -> list[float]:
        return sorted(chain.from_iterable(self.waits))

    @property
    def per_second(self) -> float:
        return sum(map(len, self.waits)) / self.took


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain loop's tickets a second, and the rows it wrote for each."""

    per_second: float
    rows: float


def run_shared_intake(server: str, options: SharedIntakeOptions = SharedIntakeOptions()) -> Report:
    """Takes about a minute."""
    with watched() as stages:
        with place(server) as ours:
            most, ordinary = asyncio.run(_measure(ours, options, stages))
        with place(server) as plains:
            plain = asyncio.run(_plain(plains, options, stages))
    goals = (
        Goal(f"tickets per second, {options.workers} workers", most.per_second, PER_SECOND, "/s (at least)"),
        Goal("p99 of a message under that load", percentile(most.all, 0.99) * 1000, P99_MS, "ms (at most)"),
    )
    return Report("intake", _figures(options, most, ordinary, plain), goals)


def _figures(options: SharedIntakeOptions, most: Load, ordinary: Load, plain: Plain) -> dict[str, Figure]:
    each = {
        f"worker_{number}_{name}": value
        for number, waits in enumerate(most.waits, start=1)
        for name, value in {
            "per_second": len(waits) / most.took,
            "p50_ms": percentile(waits, 0.5) * 1000,
            "p99_ms": percentile(waits, 0.99) * 1000,
        }.items()
    }
    return {
        "workers": options.workers,
        "callers_per_worker": options.callers,
        "tickets": len(most.all),
        "desk_per_second": most.per_second,
        "plain_loop_per_second": plain.per_second,
        "plain_loop_connections": options.connections,
        "rows_per_ticket": plain.rows,
        **{f"{name}_ms": percentile(most.all, share) * 1000 for name, share in _SHARES.items()},
        **each,
        "offered_per_second": options.offered,
        "offered_taken_per_second": ordinary.per_second,
        **{f"offered_{name}_ms": percentile(ordinary.all, share) * 1000 for name, share in _SHARES.items()},
        "python": platform.python_version(),
    }


async def _measure(ours: Place, options: SharedIntakeOptions, stages: Stages) -> tuple[Load, Load]:
    bar = stages.stage(f"{options.workers} workers take in", 4)
    await many_customers(ours, options.customers)
    bar.advance()
    async with crew(ours) as hired:
        members = await _hired(hired, options)
        warming = await _load(members, options.warming, do="rush", callers=options.callers)
        bar.advance()
        most = await _load(members, options.seconds, do="rush", callers=options.callers)
        bar.advance()
        ordinary = await _load(members, options.seconds, do="come", offered=options.offered / options.workers)
        bar.advance()
    await _audit(ours, sum(len(load.all) for load in (warming, most, ordinary)))
    return most, ordinary


async def _hired(hired: Crew, options: SharedIntakeOptions) -> list[Member]:
    job = {"customers": options.customers, "step": options.workers}
    members = [await hired.hire("take_in", first=first, **job) for first in range(options.workers)]
    for member in members:
        await member.says()
    return members


async def _load(members: Sequence[Member], seconds: float, **told: float | str) -> Load:
    """All begin at once; whoever is still at it after `seconds` finishes what is under way."""
    started = perf_counter()
    for member in members:
        member.tell(seconds=seconds, **told)
    said = await asyncio.gather(*(member.says() for member in members))
    took = max(perf_counter() - started, seconds)
    return Load([sorted(each["waits"]) for each in said], took)


async def _audit(ours: Place, messages: int) -> None:
    async with ours.beside() as beside:
        (opened,) = await ask(beside, "SELECT count(*) FROM tickets")
    if opened != messages:
        raise RuntimeError(f"{messages} messages opened {opened} tickets")


async def _plain(plains: Place, options: SharedIntakeOptions, stages: Stages) -> Plain:
    """Its customers are in its database, as they are in the desk's."""
    bar = stages.stage("the plain loop", 3)
    await many_customers(plains, options.customers)
    bar.advance()
    tickets = await _recorded(plains.directory, options.plain)
    bar.advance()
    took = await _write_each(plains.url, tickets, options.connections)
    bar.advance()
    return Plain(len(tickets) / took, sum(map(len, tickets)) / len(tickets))


async def _recorded(directory: Path, count: int) -> list[list[Statement]]:
    path, clock, customers = directory / "recorded.db", SystemClock(), Customers(count)
    store = await open_file(path, alone=True)
    await customers.introduce(store)
    await store.close()
    recorder = Recorder(path, house(), clock)
    recorded = [await recorder.statements(customers.message(each, clock.now())) for each in range(count)]
    recorder.close()
    return recorded


async def _write_each(url: str, tickets: Sequence[Sequence[Statement]], connections: int) -> float:
    """Seconds it took to write them all, each in a transaction of its own."""
    waiting = iter([[(single(sql), arguments(sql, values)) for sql, values in each] for each in tickets])
    links = [await connect(url) for _ in range(connections)]

    async def one_by_one(number: int) -> None:
        for statements in waiting:
            async with links[number].transaction():
                for sql, values in statements:
                    await links[number].execute(sql, *values)

    started = perf_counter()
    await asyncio.gather(*map(one_by_one, range(connections)))
    took = perf_counter() - started
    for link in links:
        await link.close()
    return took
