"""The desk of the crash test: the real core, engine and store, which kills itself at a named point.

    python -m tests.integration.killed.child DIRECTORY WAY BEGAN [POINT VISIT]

WAY is "askable" or "blind" (whether the platform can be asked what it has), BEGAN when the customers wrote
(ISO 8601). At the VISIT-th visit of POINT the process kills itself with SIGKILL; without them, or when that
never comes, it exits with 0 as soon as everything is done.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import MessagePosted
from bot.messages.catalogue import Catalogue
from bot.work import House
from storage.encoding import to_micros
from storage.sqlite.store import SqliteStore, open_store

from tests.integration.killed.fate import Fate
from tests.integration.killed.load import AT_ONCE, messages, policy
from tests.integration.killed.wire import WIRE, WireChannel, append, lines_of

DATABASE, SENT, CONFIRMED = "desk.db", "sent.jsonl", "confirmed.txt"
LONG = timedelta(minutes=1)
"""Longer than a timer's lease: what is due later than this is none of the test's business."""
GIVE_UP = 30.0
BUSY = """
SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting')
     + (SELECT count(*) FROM timers WHERE wake_at < :soon)
"""


@dataclass(frozen=True, slots=True)
class Platform:
    """Offers what it has not been told to have arrived, several at once, and notes what it is told."""

    desk: Desk
    told: Path

    async def offer(self, items: Sequence[MessagePosted]) -> None:
        known = set(lines_of(self.told))
        waiting = iter([each for each in items if each.event_key not in known])
        await asyncio.gather(*(self._one_by_one(waiting) for _ in range(AT_ONCE)))

    async def _one_by_one(self, waiting: Iterator[MessagePosted]) -> None:
        for item in waiting:
            await self.desk.receive(item)
            append(self.told, item.event_key)


async def run(directory: Path, way: str, began: datetime, point: str | None, visit: int) -> None:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    fate = Fate(lambda _: _say(fate), partial(loop.call_soon_threadsafe, changed.set), point, visit)
    store = await open_store(directory / DATABASE, alone=True, observe=fate)
    channel = WireChannel(directory / SENT, can_find=way == "askable")
    house = House.build(policy(), Catalogue.load(), {WIRE: channel.capabilities})
    clock, woken, stop = SystemClock(), asyncio.Event(), asyncio.Event()
    engine = Engine(store, clock, house, {WIRE: channel}, woken, fate)
    running = asyncio.create_task(engine.run(stop))
    await Platform(Desk(store, clock, house, woken.set), directory / CONFIRMED).offer(messages(began))
    await _done(directory / DATABASE, clock, changed)
    stop.set()
    await running
    await _end(store, fate)


async def _done(database: Path, clock: SystemClock, changed: asyncio.Event) -> None:
    """Return when nothing waits to be sent and nothing is due soon; looks after every commit."""
    db = sqlite3.connect(database)
    while True:
        changed.clear()
        if not db.execute(BUSY, {"soon": to_micros(clock.now() + LONG)}).fetchone()[0]:
            db.close()
            return
        await changed.wait()


async def _end(store: SqliteStore, fate: Fate) -> None:
    await store.close()
    _say(fate)


def _say(fate: Fate) -> None:
    os.write(2, f"{dict(fate.visits)}\n".encode())


def main(words: Sequence[str]) -> None:
    directory, way, began = words[:3]
    point, visit = (words[3], int(words[4])) if words[3:] else (None, 0)
    work = run(Path(directory), way, datetime.fromisoformat(began), point, visit)
    asyncio.run(asyncio.wait_for(work, GIVE_UP))


if __name__ == "__main__":
    main(sys.argv[1:])
