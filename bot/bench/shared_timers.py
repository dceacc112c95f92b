"""How many timers a second several workers fire together on one PostgreSQL, while they are killed in turn.

Firing is the store's own way: claim a batch, then one unit of work that takes it and adds an outbox row for
each timer. Every second one worker is killed where it stands and another one begins; what it held is free
when its lease has run out. In the end the database itself is asked whether every timer has exactly one outbox
row. Beside it stands what the real engine fires, with real tickets and all that follows from an escalation.
"""

import asyncio
import platform
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bench.crew import Crew, crew
from bot.bench.crowd import pending, untaken
from bot.bench.place import Place, ask, place
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report
from bot.bench.storm import Storm, storm
from bot.clock import SystemClock
from storage.encoding import from_micros
from storage.session import Driver

PER_SECOND = 20_000.0
SHARE = 0.99
"""The rate is that of the first so many: the last ones wait for the lease of the last who was killed."""
GIVE_UP = timedelta(minutes=5)
LOOK, APART = timedelta(milliseconds=100), timedelta(microseconds=1)
_LEFT = "SELECT min(wake_at) FROM timers"
_MOST = "SELECT percentile_disc(CAST(:share AS FLOAT8)) WITHIN GROUP (ORDER BY created_at) FROM outbox"
_AUDIT = "SELECT count(*), count(DISTINCT ticket), max(created_at) FROM outbox"


@dataclass(frozen=True, slots=True)
class SharedTimersOptions:
    """`timers` due, fired `batch` at a time by `hands` in every worker; `kills` a second. `tickets` of the
    real engine."""

    timers: int = 400_000
    workers: int = 4
    batch: int = 500
    hands: int = 2
    kills: float = 1.0
    tickets: int = 2000
    engineers: int = 100

    def __post_init__(self) -> None:
        if min(self.timers, self.workers, self.batch, self.hands, self.tickets, self.engineers) <= 0:
            raise ValueError("every option must be above zero")


QUICK = SharedTimersOptions(timers=60_000, tickets=300, engineers=30)


@dataclass(frozen=True, slots=True)
class Fired:
    """Seconds until most and until all were fired; timers with more than one row, and with none."""

    most: float
    all: float
    twice: int
    lost: int
    killed: int


def run_shared_timers(server: str, options: SharedTimersOptions = SharedTimersOptions()) -> Report:
    """Takes about two minutes."""
    with watched() as stages:
        with place(server) as ours:
            fired = asyncio.run(_fire(ours, options, stages))
        with place(server) as theirs:
            real = asyncio.run(_real(theirs, options, stages))
    rate = options.timers * SHARE / fired.most
    goals = (
        Goal(f"timers per second, {options.workers} workers", rate, PER_SECOND, "/s (at least)"),
        Goal("timers fired twice", fired.twice, 0, "(at most)"),
        Goal("timers lost", fired.lost, 0, "(at most)"),
    )
    return Report("timers", _figures(options, fired, real, rate), goals)


def _figures(options: SharedTimersOptions, fired: Fired, real: Storm, rate: float) -> dict[str, Figure]:
    return {
        "timers": options.timers,
        "workers": options.workers,
        "batch": options.batch,
        "killed": fired.killed,
        "fired_per_second": rate,
        "all_fired_s": fired.all,
        "real_engine_timers": options.tickets,
        "real_engine_fired_per_second": options.tickets / real.fired,
        "real_engine_paged_per_second": options.tickets / real.paged,
        "python": platform.python_version(),
    }


async def _fire(ours: Place, options: SharedTimersOptions, stages: Stages) -> Fired:
    clock, bar = SystemClock(), stages.stage("timers fired", 1)
    await (await ours.open("bench")).close()
    await pending(ours, options.timers, clock.now() - timedelta(hours=1), APART, stages)
    async with crew(ours) as hired, ours.beside() as beside:
        fate = Fate(hired, options)
        for member in await hired.hire_all(options.workers, "fire", **fate.job):
            member.tell(do="begin")
        started = clock.now()
        striking = asyncio.create_task(fate.strike())
        await _until_done(beside)
        striking.cancel()
        await asyncio.gather(striking, return_exceptions=True)
        bar.advance()
        return await _audited(beside, options, started, fate.killed)


class Fate:
    """Kills one worker after the other, and sends another one in its place."""

    def __init__(self, hired: Crew, options: SharedTimersOptions) -> None:
        self.killed = 0
        self.job = {"batch": options.batch, "hands": options.hands}
        self._hired = hired
        self._apart = timedelta(seconds=1 / options.kills)

    async def strike(self) -> None:
        clock = SystemClock()
        while True:
            await clock.sleep_until(clock.now() + self._apart)
            await self._hired.lose(random.choice(self._hired.members))
            self.killed += 1
            [other] = await self._hired.hire_all(1, "fire", **self.job)
            other.tell(do="begin")


async def _until_done(beside: Driver) -> None:
    clock = SystemClock()
    until = clock.now() + GIVE_UP
    while (await ask(beside, _LEFT))[0] is not None and clock.now() < until:
        await clock.sleep_until(clock.now() + LOOK)


async def _audited(beside: Driver, options: SharedTimersOptions, started: datetime, killed: int) -> Fired:
    rows, tickets, last = await ask(beside, _AUDIT)
    (most,) = await ask(beside, _MOST, share=SHARE)
    return Fired(
        most=(from_micros(most) - started).total_seconds(),
        all=(from_micros(last) - started).total_seconds(),
        twice=rows - tickets,
        lost=options.timers - tickets,
        killed=killed,
    )


async def _real(theirs: Place, options: SharedTimersOptions, stages: Stages) -> Storm:
    """Escalations, by the engines of as many workers."""
    await untaken(theirs, options.tickets, options.engineers, stages)
    async with crew(theirs) as hired:
        await hired.hire_all(options.workers, "serve", engineers=options.engineers)
        return await storm(theirs, hired, options.tickets, stages.stage("escalations fired", options.tickets))
