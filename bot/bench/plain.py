"""The yardstick: the very rows the desk writes, by a plain sqlite3 loop, one transaction a ticket."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TypeVar, cast

from bot.desk import Desk
from bot.inbound import MessagePosted
from bot.ports import Clock, Store, Unit
from bot.work import House
from storage.claims import Claims
from storage.session import Row, Session, Statement
from storage.sqlite.connection import PRAGMAS, execute, write_ahead
from storage.transaction import SqlTransaction

T = TypeVar("T")


def copy(source: Path, target: Path | str) -> sqlite3.Connection:
    """A connection to a copy of the database, with the desk's own pragmas."""
    db = sqlite3.connect(target, isolation_level=None, cached_statements=256)
    with sqlite3.connect(source) as original:
        original.backup(db)
    original.close()
    as_the_desk_does(db)
    return db


def as_the_desk_does(db: sqlite3.Connection) -> None:
    """Write-ahead log, synchronous=FULL and all the rest."""
    write_ahead(db)
    for pragma in PRAGMAS:
        db.execute(pragma)


class Recorder:
    """Runs the use case on a copy in memory and notes what it writes. As much of a store as a desk needs."""

    def __init__(self, source: Path, house: House, clock: Clock) -> None:
        self._db = copy(source, ":memory:")
        self._desk = Desk(cast(Store, self), clock, house, lambda: None)
        self._number = 0
        self._noted: list[Statement] = []

    async def statements(self, message: MessagePosted) -> list[Statement]:
        """Every write of this one message, with its values."""
        self._noted = []
        await self._desk.receive(message)
        return self._noted

    async def write(self, work: Unit[T]) -> T:
        session = Session(self)
        result = await work(SqlTransaction(session, self._next_number, Claims("bench")))
        await self.run(session.drain(), [])
        return result

    async def glance(self, work: Unit[T]) -> T:
        return await work(SqlTransaction(Session(self), self._next_number, Claims("bench")))

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Keeps `storage.session.Driver`."""
        self._noted.extend(writes)
        return execute(self._db, writes, queries)

    async def _next_number(self, session: Session) -> int:
        self._number += 1
        return self._number

    def close(self) -> None:
        self._db.close()


def write_each(db: sqlite3.Connection, tickets: Iterable[Sequence[Statement]]) -> float:
    """Seconds it took to write them all, each in a transaction of its own."""
    started = perf_counter()
    for statements in tickets:
        db.execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            db.execute(sql, values)
        db.execute("COMMIT")
    return perf_counter() - started
