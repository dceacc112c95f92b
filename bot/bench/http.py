"""How many signed Slack events a second the desk takes in over HTTP, and how long Slack waits for the 200.

The desk is a process of its own (see `http_server`), with one SQLite database; this process beside it is
Slack, signing included. An event opens a ticket: its whole transaction is committed with synchronous=FULL
before the 200. Some events are delivered twice.

Throughput: slices of events, many requests at once; beside each slice the same deliveries go to a handler on
the same HTTP server that only verifies the signature and commits one row. The ratio of neighbouring slices
says what a whole desk costs beside that. Then come the waits, with fewer requests at once.

In the end the desk is killed in the middle of its work: every event it answered with 200 must be on the
ledger. It is started again, what was not answered is delivered again, and it is killed once more: now there
is one ticket and one row on the ledger for each event, however often it came.
"""

import asyncio
import gc
import platform
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bot.bench.ground import Customers, scratch
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.bench.slack_side import Delivery, Rush, deliveries, rush, slack_api
from bot.clock import SystemClock
from storage.sqlite.store import open_store

PER_SECOND, P99_MS = 4000.0, 25.0
_MOST, _START = 600.0, 30.0
"""Seconds: nothing takes longer than that."""
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """`events` a slice, of which there are `slices`, with `many` requests at once; then `waits` events with
    `few` at once."""

    events: int = 2000
    slices: int = 9
    many: int = 64
    waits: int = 5000
    few: int = 16

    def __post_init__(self) -> None:
        if min(self.events, self.slices, self.many, self.waits, self.few) <= 0:
            raise ValueError("every option must be above zero")

    @property
    def customers(self) -> int:
        """The first slice warms up, the last one is interrupted."""
        return self.events * (self.slices + 2) + self.waits


QUICK = HttpOptions(events=500, slices=3, waits=1000)


@dataclass(frozen=True, slots=True)
class Slice:
    """The same deliveries to either; `busy` is the share of the desk's time in which we ourselves worked."""

    desk: Rush
    plain: Rush
    busy: float


@dataclass(slots=True)
class Server:
    """A child process; its port is known once it has started."""

    process: asyncio.subprocess.Process
    port: int = 0
    killed: bool = False

    async def started(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        said = await asyncio.wait_for(self.process.stdout.readline(), _START)
        if not said:
            raise RuntimeError("it did not start; what it said is above")
        self.port = int(said)

    def kill(self) -> None:
        """Once: asked again, the process would be waited for behind asyncio's back."""
        if not self.killed:
            self.killed = True
            self.process.kill()


class Coming:
    """Events that have not been delivered yet, and what came of the others."""

    def __init__(self, count: int) -> None:
        self._numbers = iter(range(count))
        self.confirmed: set[str] = set()

    def next(self, count: int) -> list[Delivery]:
        numbers = [next(self._numbers) for _ in range(count)]
        return list(deliveries(numbers, SystemClock().now()))

    async def rush(self, server: Server, coming: Iterable[Delivery], at_once: int) -> Rush:
        gc.collect()
        result = await rush(server.port, coming, at_once)
        self.confirmed |= result.confirmed
        return result


def run_http(options: HttpOptions = HttpOptions()) -> Report:
    """Takes about a minute."""
    with scratch() as directory, watched() as stages:
        slices, waits, kept = asyncio.run(_bounded(directory, options, stages))
    per_second = median(options.events / each.desk.seconds for each in slices)
    goals = (
        Goal("events per second", per_second, PER_SECOND, "/s (at least)"),
        Goal(f"p99, {options.few} at once", percentile(waits, 0.99) * 1000, P99_MS, "ms (at most)"),
    )
    return Report("http", _figures(options, slices, waits) | kept, goals)


def _figures(options: HttpOptions, slices: list[Slice], waits: list[float]) -> dict[str, Figure]:
    requests = len(slices[0].desk.waits)
    return {
        "events": options.events * len(slices),
        "requests_per_event": requests / options.events,
        "at_once": options.many,
        "desk_requests_per_second": requests / median(each.desk.seconds for each in slices),
        "plain_requests_per_second": requests / median(each.plain.seconds for each in slices),
        "desk_per_plain": median(each.plain.seconds / each.desk.seconds for each in slices),
        "load_generator_busy": median(each.busy for each in slices),
        "few_at_once": options.few,
        **{f"{name}_ms": percentile(waits, share) * 1000 for name, share in _SHARES.items()},
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }


async def _bounded(
    directory: Path, options: HttpOptions, stages: Stages
) -> tuple[list[Slice], list[float], dict[str, Figure]]:
    async with asyncio.timeout(_MOST), slack_api() as api:
        return await _measure(directory, options, stages, api)


async def _measure(
    directory: Path, options: HttpOptions, stages: Stages, api: str
) -> tuple[list[Slice], list[float], dict[str, Figure]]:
    database, coming = directory / "desk.db", Coming(options.customers)
    await _prepare(database, options.customers)
    await _prepare(directory / "plain.db", 0)
    async with _running("desk", database, api) as desk:
        async with _running("plain", directory / "plain.db", api) as plain:
            bar = stages.stage("slices beside a plain handler", options.slices + 1)
            slices = []
            for _ in range(options.slices + 1):
                slices.append(await _slice(desk, plain, coming, options))
                bar.advance()
        waits = sorted((await coming.rush(desk, coming.next(options.waits), options.few)).waits)
        last = coming.next(options.events)
        await _interrupted(desk, last, options.many, coming.confirmed)
    killed = _kept(database, coming.confirmed)
    async with _running("desk", database, api) as desk:
        again = [each for each in last if each.key not in coming.confirmed]
        await coming.rush(desk, again, options.many)
    kept = _kept(database, coming.confirmed)
    if not kept["tickets"] == kept["ledger_rows"] == options.customers:
        raise RuntimeError(f"{options.customers} events, but {kept}")
    return slices[1:], waits, {"confirmed_when_killed": killed["confirmed"], **kept}


async def _prepare(database: Path, customers: int) -> None:
    store = await open_store(database)
    await Customers(customers).introduce(store)
    await store.close()


async def _slice(desk: Server, plain: Server, coming: Coming, options: HttpOptions) -> Slice:
    events = coming.next(options.events)
    worked, started = process_time(), perf_counter()
    ours = await coming.rush(desk, events, options.many)
    busy = (process_time() - worked) / (perf_counter() - started)
    return Slice(ours, await rush(plain.port, events, options.many), busy)


async def _interrupted(desk: Server, events: list[Delivery], at_once: int, confirmed: set[str]) -> None:
    """Kill the desk when it has answered half of the events."""
    result = Rush()

    def until_half() -> Iterable[Delivery]:
        for each in events:
            if len(result.confirmed) >= len(events) // 2:
                desk.kill()
            yield each

    try:
        await rush(desk.port, until_half(), at_once, result)
    except* (OSError, EOFError):
        confirmed |= result.confirmed
    else:
        raise RuntimeError("the desk was killed and went on answering")


def _kept(database: Path, confirmed: set[str]) -> dict[str, Figure]:
    """What is in the database of the dead desk. Raises RuntimeError if a confirmed event is not."""
    db = sqlite3.connect(database)
    ledger = [row[0] for row in db.execute("SELECT event_key FROM ledger")]
    [[tickets]] = db.execute("SELECT count(*) FROM tickets").fetchall()
    db.close()
    lost = confirmed - set(ledger)
    if lost:
        raise RuntimeError(f"{len(lost)} events were confirmed and are lost, such as {min(lost)}")
    return {"confirmed": len(confirmed), "ledger_rows": len(ledger), "tickets": tickets}


@asynccontextmanager
async def _running(way: str, database: Path, api: str) -> AsyncIterator[Server]:
    """The server as a child process, killed in the end."""
    words = ("-m", "bot.bench.http_server", way, str(database), api)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=pipe, stdout=pipe)
    server = Server(process)
    try:
        await server.started()
        yield server
    finally:
        server.kill()
        await process.wait()
