"""Creating a ticket here, and what others that one could use instead need for theirs, in the same run.

Each of the others is installed into a scratch environment, with its own dependencies, and set up on a
database of its own on the same server. It runs as one process, as the desk does, with as many callers at
once; what it does stands in `peer_side`. In turn, each creates for so many seconds; only committed ones
count. Nobody sends anything: neither the desk's messages nor the others' e-mails leave.
"""

import asyncio
import platform
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Protocol

from bot.bench.ground import Customers, house, scratch
from bot.bench.peer import PEERS, Peer, installed, running
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report
from bot.bench.server import scratch_database
from bot.clock import SystemClock
from bot.desk import Desk
from storage.postgres.connection import connect
from storage.postgres.store import open_store

HERE, AHEAD = "dawnline", 1.0
_MOST_PER_SECOND = 2_500
"""So many customers are made for every second: each writes once, and so opens a ticket."""
_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class PeersOptions:
    """Each creates for `seconds` a round, with `callers` at once, on the server `database`."""

    database: str
    rounds: int = 7
    seconds: float = 5.0
    callers: int = 16

    def __post_init__(self) -> None:
        if min(self.rounds, self.seconds, self.callers) <= 0:
            raise ValueError("every option must be above zero")


def quick(database: str) -> PeersOptions:
    return PeersOptions(database, rounds=3, seconds=2.0)


class Creator(Protocol):
    async def create_for(self, seconds: float) -> tuple[int, float]:
        """How many were committed, and the seconds it took."""


class Ours:
    """The desk: a message each, of a customer who has no ticket yet, through the whole use case."""

    def __init__(self, desk: Desk, customers: Customers, callers: int) -> None:
        self._desk = desk
        self._customers = customers
        self._callers = callers
        self._numbers = count()

    async def create_for(self, seconds: float) -> tuple[int, float]:
        started = perf_counter()
        created = await asyncio.gather(*(self._until(started + seconds) for _ in range(self._callers)))
        return sum(created), perf_counter() - started

    async def _until(self, end: float) -> int:
        created = 0
        while perf_counter() < end and (number := next(self._numbers)) < self._customers.count:
            await self._desk.receive(self._customers.message(number, SystemClock().now()))
            created += 1
        return created


@dataclass(frozen=True, slots=True)
class Side:
    """Who creates, where it is kept, and how many a second in each round."""

    name: str
    creator: Creator
    url: str
    table: str
    rates: list[float] = field(default_factory=list)


def run_peers(options: PeersOptions) -> Report:
    """Takes about three minutes. Raises CannotMeasure when nothing can be installed, StoreError without a
    server."""
    with scratch() as directory, watched() as stages:
        return asyncio.run(_measure(directory, options, stages))


async def _measure(directory: Path, options: PeersOptions, stages: Stages) -> Report:
    async with AsyncExitStack() as open_now:
        ours = await open_now.enter_async_context(_ours(options))
        others = await _others(directory, options, stages, open_now)
        await _rounds([ours, *others], options, stages)
        settings = await _settings(ours.url)
    return _report(options, ours, others, settings)


def _report(options: PeersOptions, ours: Side, others: Sequence[Side], settings: dict[str, str]) -> Report:
    figures: dict[str, Figure] = {"rounds": options.rounds, "round_seconds": options.seconds}
    figures["callers"] = options.callers
    for side in (ours, *others):
        figures[f"{side.name}_per_second"] = median(side.rates)
    for peer in PEERS:
        figures[f"{peer.name}_version"] = peer.version
    figures |= {f"postgresql_{name}": value for name, value in settings.items()}
    figures["python"] = platform.python_version()
    goals = tuple(_goal(ours, side) for side in others)
    return Report("peers", figures, goals)


def _goal(ours: Side, side: Side) -> Goal:
    ratio = median(here / there for here, there in zip(ours.rates, side.rates, strict=True))
    return Goal(f"tickets per second, {HERE} ÷ {side.name}", ratio, AHEAD, "× (at least)")


async def _others(
    directory: Path, options: PeersOptions, stages: Stages, open_now: AsyncExitStack
) -> list[Side]:
    bar = stages.stage("others installed and set up", len(PEERS))
    sides = []
    for peer in PEERS:
        python = await installed(peer, directory)
        sides.append(await open_now.enter_async_context(_other(peer, python, directory, options)))
        bar.advance()
    return sides


@asynccontextmanager
async def _other(peer: Peer, python: Path, directory: Path, options: PeersOptions) -> AsyncIterator[Side]:
    async with (
        scratch_database(options.database) as url,
        running(peer, python, directory, url, options.callers) as process,
    ):
        yield Side(peer.name, process, url, peer.table)


@asynccontextmanager
async def _ours(options: PeersOptions) -> AsyncIterator[Side]:
    async with scratch_database(options.database) as url:
        store = await open_store(url, worker="bench")
        try:
            customers = Customers(int(_MOST_PER_SECOND * options.seconds * (options.rounds + 1)))
            await customers.introduce(store)
            desk = Desk(store, SystemClock(), house(), lambda: None)
            yield Side(HERE, Ours(desk, customers, options.callers), url, "tickets")
        finally:
            await store.close()


async def _rounds(sides: Sequence[Side], options: PeersOptions, stages: Stages) -> None:
    bar = stages.stage("rounds", options.rounds + 1)
    created = dict.fromkeys((side.name for side in sides), 0)
    for number in range(options.rounds + 1):
        for side in _rotated(sides, number):
            done, seconds = await side.creator.create_for(options.seconds)
            created[side.name] += done
            side.rates.append(done / seconds)
        bar.advance()
    for side in sides:
        del side.rates[0]  # the first one warms everything up
        await _must_be_there(side, created[side.name])


def _rotated(sides: Sequence[Side], number: int) -> list[Side]:
    """Another one is the first in every round."""
    first = number % len(sides)
    return [*sides[first:], *sides[:first]]


async def _must_be_there(side: Side, created: int) -> None:
    connection = await connect(side.url)
    there = await connection.fetchval(f"SELECT count(*) FROM {side.table}")  # noqa: S608
    await connection.close()
    if there != created:
        raise RuntimeError(f"{side.name} says it created {created}, and {there} are there")


async def _settings(url: str) -> dict[str, str]:
    """What decides how much a commit costs; the same for everybody."""
    connection = await connect(url)
    try:
        return {name: await connection.fetchval(f"SHOW {name}") for name in _SETTINGS}
    finally:
        await connection.close()
