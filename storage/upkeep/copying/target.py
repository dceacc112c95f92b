"""The PostgreSQL database a copy is made in. How far it has come is written there, with what was copied."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from bot.errors import CopyRefused, MustWait
from storage.postgres.connection import LONG_PATIENCE, Link, store_error
from storage.postgres.dialect import from_text, to_text
from storage.postgres.schema import COPYING
from storage.session import Row
from storage.upkeep.copying.source import Identity
from storage.upkeep.copying.tables import Key, Table, key_from, key_text
from storage.upkeep.migrating import WHOLE, migrate_postgres

COPIERS = 7_461_004
"""An advisory lock, beside those of `storage.postgres.database`."""
# The last transaction is waited for, and with it everything before it is on disk.
_SWIFT = "SET synchronous_commit = off; SET idle_in_transaction_session_timeout = 0"
_LASTING = "SET LOCAL synchronous_commit = on"
# A copy that was killed has the lock until the server notices.
_ALONE = f"SET lock_timeout = '3s'; SELECT pg_advisory_lock({COPIERS}); SET lock_timeout = 0"
_THERE = "SELECT to_regclass($1) IS NOT NULL"
_ALIVE = """
SELECT id FROM workers WHERE alive_until > extract(epoch FROM clock_timestamp()) * 1000000 ORDER BY id
"""
_BEGIN = f"""
CREATE TABLE {COPYING} (source TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE copying_tables (name TEXT PRIMARY KEY, last_key TEXT, copied BIGINT NOT NULL);
"""
_BEGUN = "SELECT source, state FROM copying"
_OF = "INSERT INTO copying (source, state) VALUES ($1, $2)"
_SPOIL = "UPDATE copying SET state = ''"
_PROGRESS = "SELECT name, last_key, copied FROM copying_tables"
_TABLE = "INSERT INTO copying_tables (name, copied) VALUES ($1, 0)"
_ADDED = "UPDATE copying_tables SET last_key = $2, copied = copied + $3 WHERE name = $1"
_END = f"DROP TABLE copying_tables, {COPYING}"
_COUNTERS = """
SELECT table_name, column_name, pg_get_serial_sequence(table_name, column_name)
FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'
"""
_NEXT = "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM ticket_numbers"


@dataclass(frozen=True, slots=True)
class Progress:
    """`rows` of a table are there; `after` is the key of the last one."""

    rows: int = 0
    after: Key | None = None


class Reading:
    """A table of the copy from its beginning, in the order of its key."""

    def __init__(self, cursor: "asyncpg.cursor.Cursor[asyncpg.Record]") -> None:
        self._cursor = cursor

    async def next(self, count: int) -> list[Row]:
        return [tuple(map(from_text, record)) for record in await self._cursor.fetch(count)]


class Target:
    """Made by `opened_target`."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def begin(self, source: Identity, tables: Sequence[Table]) -> Mapping[str, Progress]:
        """How far an earlier try has come. A source that has been written to since is copied anew.

        Raises CopyRefused when what was begun is the copy of another one.
        """
        async with self._connection.transaction():
            if not await self._connection.fetchval(_THERE, COPYING):
                await self._begin(source, tables)
            name, state = await self._connection.fetchrow(_BEGUN) or ("", "")
            if state != source.state:
                if name != source.name:
                    raise CopyRefused(
                        f"a copy of {name} was begun in the target, and {source.name} is another desk"
                    )
                await self._begin_anew(source, tables)
            rows = await self._connection.fetch(_PROGRESS)
        return {name: Progress(count, key_from(key) if key else None) for name, key, count in rows}

    async def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Committed with the note that they are there."""
        records = [tuple(map(to_text, row)) for row in rows]
        async with self._connection.transaction():
            await self._connection.copy_records_to_table(table.name, records=records, columns=table.columns)
            last = key_text(table.key_of(rows[-1]))
            await self._connection.execute(_ADDED, table.name, last, len(rows))

    async def settle(self, tables: Iterable[Table]) -> None:
        """Let PostgreSQL see how large the tables have become; its plans go by that."""
        for table in tables:
            await self._connection.execute(f"ANALYZE {table.name}")

    @asynccontextmanager
    async def reading(self, table: Table) -> AsyncIterator[Reading]:
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            yield Reading(await self._connection.cursor(f"{table.everything} {table.order}"))

    async def spoil(self) -> None:
        """Not to be gone on with: the next try begins anew."""
        await self._connection.execute(_SPOIL)

    async def finish(self) -> int:
        """From here on it is a desk's store like any other; the number its next ticket has."""
        async with self._connection.transaction():
            await self._connection.execute(_LASTING)
            await self._count_on("ticket_numbers", "tickets", "number")
            for table, column, counter in await self._connection.fetch(_COUNTERS):
                await self._count_on(counter, table, column)
            await self._connection.execute(_END)
            number: int = await self._connection.fetchval(_NEXT)
        return number

    async def _begin(self, source: Identity, tables: Sequence[Table]) -> None:
        await self._connection.execute(_BEGIN)
        await self._note(source, tables)

    async def _begin_anew(self, source: Identity, tables: Sequence[Table]) -> None:
        names = ", ".join(table.name for table in tables)
        await self._connection.execute(f"TRUNCATE {COPYING}, copying_tables, {names}")
        await self._note(source, tables)

    async def _note(self, source: Identity, tables: Sequence[Table]) -> None:
        await self._connection.execute(_OF, source.name, source.state)
        await self._connection.executemany(_TABLE, [(table.name,) for table in tables])

    async def _count_on(self, counter: str, table: str, column: str) -> None:
        """The next value is beyond all that are there."""
        await self._connection.execute(
            f"SELECT setval('{counter}', max({column})) FROM {table} HAVING count(*) > 0"  # noqa: S608 - a schema's own names
        )


@asynccontextmanager
async def opened_target(url: str, tables: Sequence[Table]) -> AsyncIterator[Target]:
    """Migrated, empty or with a copy begun earlier, and nobody else copies into it.

    Raises MustWait while workers or another copy are at work on it, CopyRefused when something else is in
    it, StoreError when it cannot be had.
    """
    link = Link(url, LONG_PATIENCE)
    try:
        connection = await link.raw()
        await connection.execute(_SWIFT)
        await _have_alone(connection)
        await _must_be_ours(connection, tables)
        await migrate_postgres(url, WHOLE)
        yield Target(connection)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise store_error(error) from error
    finally:
        await link.close()


async def _have_alone(connection: Any) -> None:
    try:
        await connection.execute(_ALONE)
    except asyncpg.LockNotAvailableError as error:
        raise MustWait("another copy into the target is under way") from error
    alive = await connection.fetch(_ALIVE) if await connection.fetchval(_THERE, "workers") else ()
    if alive:
        names = ", ".join(row[0] for row in alive)
        raise MustWait(f"workers are at work on the target ({names}): stop them first")


async def _must_be_ours(connection: Any, tables: Sequence[Table]) -> None:
    if await connection.fetchval(_THERE, COPYING):
        return
    for table in tables:
        there = await connection.fetchval(_THERE, table.name)
        if there and await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.name})"):  # noqa: S608
            raise CopyRefused(
                f"the target is not empty, there are {table.name} in it: copy into a new database"
            )
