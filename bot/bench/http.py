"""How many signed Slack events a second the desk takes in over HTTP, and how long Slack waits for the 200.

The desk is a process of its own (see `http_server`), with one SQLite database; this process beside it is
Slack, signing included. An event opens a ticket: its whole transaction is committed with synchronous=FULL
before the 200. Some events are delivered twice.

Throughput: slices of events, many requests at once; beside each slice the same deliveries go to a handler on
the same HTTP server that only verifies the signature and commits one row. The ratio of neighbouring slices
says what a whole desk costs beside that. Then come the waits, with fewer requests at once; the plain
handler's, one commit after the other, stand beside them.

In the end the desk is killed in the middle of its work: every event it answered with 200 must be on the
ledger. It is started again, what was not answered is delivered again, and it is killed once more: now there
is one ticket and one row on the ledger for each event, however often it came.
"""

import asyncio
import gc
import platform
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bot.bench.child import Server, running
from bot.bench.ground import Customers, scratch
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.bench.slack_side import Delivery, Rush, deliveries, rush, slack_api
from bot.clock import SystemClock
from storage.sqlite.store import open_store

PER_SECOND, P99_MS = 4000.0, 25.0
_MOST = 600.0
"""Seconds: it never takes longer."""
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


@dataclass(frozen=True, slots=True)
class Measured:
    """`calm` is the slice with few requests at once, `kept` what the dead desk's database held."""

    slices: list[Slice]
    calm: Slice
    kept: dict[str, Figure]


def run_http(options: HttpOptions = HttpOptions()) -> Report:
    """Takes about a minute."""
    with scratch() as directory, watched() as stages:
        measured = asyncio.run(_bounded(directory, options, stages))
    per_second = median(options.events / each.desk.seconds for each in measured.slices)
    p99 = percentile(sorted(measured.calm.desk.waits), 0.99) * 1000
    goals = (
        Goal("events per second", per_second, PER_SECOND, "/s (at least)"),
        Goal(f"p99, {options.few} at once", p99, P99_MS, "ms (at most)"),
    )
    return Report("http", _figures(options, measured), goals)


def _figures(options: HttpOptions, measured: Measured) -> dict[str, Figure]:
    slices, requests = measured.slices, len(measured.slices[0].desk.waits)
    return {
        "events": options.events * len(slices),
        "requests_per_event": requests / options.events,
        "at_once": options.many,
        "desk_requests_per_second": requests / median(each.desk.seconds for each in slices),
        "plain_requests_per_second": requests / median(each.plain.seconds for each in slices),
        "desk_per_plain": median(each.plain.seconds / each.desk.seconds for each in slices),
        "load_generator_busy": median(each.busy for each in slices),
        "few_at_once": options.few,
        **_waits("", measured.calm.desk),
        **_waits("plain_", measured.calm.plain),
        **measured.kept,
        "sqlite": sqlite3.sqlite_version,
        "python": platform.python_version(),
    }


def _waits(prefix: str, result: Rush) -> dict[str, Figure]:
    waits = sorted(result.waits)
    return {f"{prefix}{name}_ms": percentile(waits, share) * 1000 for name, share in _SHARES.items()}


async def _bounded(directory: Path, options: HttpOptions, stages: Stages) -> Measured:
    async with asyncio.timeout(_MOST), slack_api() as api:
        return await _measure(directory, options, stages, api)


async def _measure(directory: Path, options: HttpOptions, stages: Stages, api: str) -> Measured:
    database, yardstick, coming = directory / "desk.db", directory / "plain.db", Coming(options.customers)
    await _prepare(database, options.customers)
    await _prepare(yardstick, 0)
    async with running("desk", database, api) as desk:
        async with running("plain", yardstick, api) as plain:
            slices = await _slices(desk, plain, coming, options, stages)
            calm = await _slice(desk, plain, coming, options.waits, options.few)
        last = coming.next(options.events)
        await _interrupted(desk, last, options.many, coming.confirmed)
    killed = _kept(database, coming.confirmed)
    async with running("desk", database, api) as desk:
        again = [each for each in last if each.key not in coming.confirmed]
        await coming.rush(desk, again, options.many)
    kept = _kept(database, coming.confirmed)
    if not kept["tickets"] == kept["ledger_rows"] == options.customers:
        raise RuntimeError(f"{options.customers} events, but {kept}")
    return Measured(slices, calm, {"confirmed_when_killed": killed["confirmed"], **kept})


async def _prepare(database: Path, customers: int) -> None:
    store = await open_store(database)
    await Customers(customers).introduce(store)
    await store.close()


async def _slices(
    desk: Server, plain: Server, coming: Coming, options: HttpOptions, stages: Stages
) -> list[Slice]:
    bar, slices = stages.stage("slices beside a plain handler", options.slices + 1), []
    for _ in range(options.slices + 1):
        slices.append(await _slice(desk, plain, coming, options.events, options.many))
        bar.advance()
    return slices[1:]  # the first one warms everything up


async def _slice(desk: Server, plain: Server, coming: Coming, count: int, at_once: int) -> Slice:
    events = coming.next(count)
    worked, started = process_time(), perf_counter()
    ours = await coming.rush(desk, events, at_once)
    busy = (process_time() - worked) / (perf_counter() - started)
    return Slice(ours, await rush(plain.port, events, at_once), busy)


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
