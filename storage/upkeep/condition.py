"""What there is to say about a store's condition, whatever it is kept in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.durable import Worker
from bot.engine.presence import LAPSE
from storage.encoding import from_micros
from storage.scripts import Script, made_by
from storage.session import Driver

LATE = timedelta(seconds=10)
"""What has been due for longer is not being done."""
_TIMERS = "SELECT count(*), min(wake_at) FROM timers"
_MESSAGES = "SELECT count(*), min(wake_at) FROM outbox WHERE state = 'waiting'"


class Level(StrEnum):
    WELL = "well"
    DOUBTFUL = "doubtful"
    """It works, and somebody should know."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at. `text` says what is so and, where it is not well, what is allowed or to do."""

    about: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still to be done. `next_at`: when the first of it may be picked up; the past: it is late."""

    timers: int
    messages: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Condition:
    """`at` is the store's own time. `workers` are those that are alive."""

    found: tuple[Found, ...]
    at: datetime
    workers: tuple[Worker, ...] = ()
    waiting: Waiting | None = None

    @property
    def well(self) -> bool:
        return all(each.level is not Level.WRONG for each in self.found)


def last_beat(worker: Worker) -> datetime:
    return worker.alive_until - LAPSE


async def waiting(driver: Driver) -> Waiting:
    [[timers], [messages]] = await driver.run([], [(_TIMERS, {}), (_MESSAGES, {})])
    due = [each[1] for each in (timers, messages) if each[1] is not None]
    return Waiting(timers[0], messages[0], from_micros(min(due)) if due else None)


def waiting_found(waits: Waiting, now: datetime) -> Found:
    count = f"{waits.timers} timers and {waits.messages} messages wait"
    if waits.next_at is None:
        return Found("waiting", Level.WELL, "nothing waits")
    late = now - waits.next_at
    if late <= timedelta(0):
        return Found("waiting", Level.WELL, f"{count}, nothing is due")
    level = Level.DOUBTFUL if late > LATE else Level.WELL
    return Found("waiting", level, f"{count}, the oldest has been due for {seconds(late)}")


def workers_found(workers: Sequence[Worker], now: datetime) -> Found:
    told = (
        f"{each.id} ({each.role}, {each.version}, knows schema {each.knows}, "
        f"heard of {seconds(now - last_beat(each))} ago)"
        for each in workers
    )
    return Found("workers", Level.WELL, "; ".join(told) or "nobody is at work")


def tables_found(applied: Iterable[Script], there: Iterable[str]) -> Found:
    made = made_by(applied)
    missing = sorted(made - set(there))
    if not missing:
        return Found("tables", Level.WELL, f"all {len(made)} tables, indexes and sequences are there")
    return Found("tables", Level.WRONG, f"missing: {', '.join(missing)}; restore them from a backup")


def seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.1f} s"
