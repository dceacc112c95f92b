"""aiosqlite, able to run many statements in one trip to its thread.

Awaiting statement by statement costs a thread hop each, which is most of the time of a small transaction
(docs/adr/0002-sql-by-hand.md has the figures).
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import aiosqlite

from storage.session import Row, Statement


class Connection(aiosqlite.Connection):
    """One SQLite connection in autocommit mode; transactions are begun and ended by statement."""

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Keeps `storage.session.Driver`. Raises sqlite3.Error of the first statement that fails."""
        return await self._execute(partial(_run, self._conn, writes, queries))  # type: ignore[no-any-return, no-untyped-call]


def _run(
    db: sqlite3.Connection, writes: Sequence[Statement], queries: Sequence[Statement]
) -> list[list[Row]]:
    for sql, values in writes:
        db.execute(sql, values)
    return [db.execute(sql, values).fetchall() for sql, values in queries]


PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged message is on disk, not in a cache
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


async def connect(path: Path | str, *pragmas: str) -> Connection:
    """A connection with the desk's pragmas and any more. Raises sqlite3.OperationalError when it cannot open."""
    connector = partial(sqlite3.connect, str(path), timeout=30.0, isolation_level=None, cached_statements=256)
    connection = Connection(connector, iter_chunk_size=64)
    await connection
    await connection.run([(pragma, {}) for pragma in (*PRAGMAS, *pragmas)], [])
    return connection
