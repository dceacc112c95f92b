"""aiosqlite, able to run many statements in one trip to its thread.

Awaiting statement by statement costs a thread hop each, which is most of the time of a small transaction
(docs/adr/0002-sql-by-hand.md has the figures).
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.errors import LeaseLost, StoreError
from storage.encoding import whole
from storage.session import LOST, Fenced, Row, Statement

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
TROUBLE = (sqlite3.Error, ValueError, OverflowError)
"""What SQLite raises: its own errors, a closed connection, a value no column can hold."""


class Connection(aiosqlite.Connection):
    """One SQLite connection in autocommit mode; transactions are begun and ended by statement."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # A process that ends without closing (an error in start-up) must end, not wait for this thread.
        self._thread.daemon = True

    async def ended(self) -> None:
        """aiosqlite's thread has a last word to say when it could not open: wait while there is a loop to
        hear it."""
        await asyncio.to_thread(self._thread.join)

    async def call(self, job: Job[T]) -> T:
        """Do `job` on the connection's thread. Raises StoreError for whatever SQLite refuses."""
        try:
            return await self._execute(self._on_thread(job))  # type: ignore[no-any-return, no-untyped-call]
        except TROUBLE as error:
            raise StoreError(str(error)) from error

    def post(self, job: Job[None]) -> None:
        """Have `job` done behind everything asked before, without waiting. It must not raise."""
        self._tx.put_nowait((None, self._on_thread(job)))

    def _on_thread(self, job: Job[T]) -> Callable[[], T]:
        return lambda: job(self._conn)

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Keeps `storage.session.Driver`."""
        return await self.call(partial(execute, writes=writes, queries=queries))


def execute(
    db: sqlite3.Connection, writes: Iterable[Statement], queries: Iterable[Statement]
) -> list[list[Row]]:
    """The writes in order, then each query's rows. Raises the error of the first statement that fails, and
    LeaseLost when it is a fenced one that has nothing to change."""
    for sql, values in writes:
        done = _execute(db, sql, values)
        if isinstance(sql, Fenced) and not (done.fetchall() if done.description else done.rowcount):
            raise LeaseLost(LOST)
    return [_execute(db, sql, values).fetchall() for sql, values in queries]


def _execute(db: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> sqlite3.Cursor:
    try:
        return db.execute(sql, values)
    except UnicodeEncodeError:
        # Half an emoji (JSON allows it) must not keep the message it is in from being kept.
        return db.execute(sql, {name: _whole(value) for name, value in values.items()})


def _whole(value: Any) -> Any:
    return whole(value) if isinstance(value, str) else value


def abandon(db: sqlite3.Connection) -> None:
    """Undo the transaction under way, if there is one."""
    if db.in_transaction:
        db.execute("ROLLBACK")


PRAGMAS = (
    "PRAGMA synchronous = FULL",  # an acknowledged message is on disk, not in a cache
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


def write_ahead(db: sqlite3.Connection) -> None:
    """Keep a write-ahead log. The first to switch needs the file to itself and, unlike for anything else,
    SQLite does not wait for it; it does wait for an exclusive lock, so that one is waited for instead."""
    for _ in range(100):
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
    raise sqlite3.OperationalError("the database is busy")


async def connect(path: Path | str, *pragmas: str) -> Connection:
    """A connection with the desk's pragmas and any more. Raises StoreError when it cannot open."""
    connection = Connection(
        partial(sqlite3.connect, str(path), timeout=30.0, isolation_level=None, cached_statements=256)
    )
    try:
        await connection
    except sqlite3.Error as error:
        await connection.ended()
        raise StoreError(str(error)) from error
    try:
        await connection.call(write_ahead)
        await connection.run([(pragma, {}) for pragma in (*PRAGMAS, *pragmas)], [])
    except StoreError:
        await connection.close()
        raise
    return connection
