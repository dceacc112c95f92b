"""A PostgreSQL database with a past, from the same two tickets as SQLite's.

The rows are written before the indexes are made, as whoever restores a dump does it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from bot.bench.filling import CLOSED, OF_CUSTOMERS, OF_TICKETS, TAKEN, Copied, SetClock, Words, live_on
from bot.bench.progress import Bar, Stages
from bot.clock import SystemClock
from storage.postgres.connection import TROUBLE, connect, store_error
from storage.postgres.store import open_store

POSTGRES = Words(
    "SELECT {} FROM generate_series(:first::bigint, :last::bigint) AS numbers(n)",
    "lpad(({})::text, 7, '0')",
    "lpad(upper(to_hex(n)), 14, '0')",
)
CHUNK, AT_ONCE = 20_000, 2
LONG = 3600.0
"""Seconds that one statement may take: an index of ten million rows is not built at once."""
_TABLES = (*OF_TICKETS, *OF_CUSTOMERS)
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made
FROM pg_index i WHERE i.indrelid = ANY ($1::text[]::regclass[])
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text AS owner, conname AS name, pg_get_constraintdef(oid) AS made
FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype IN ('p', 'u')
"""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def live(url: str) -> None:
    """Two tickets in this empty database: one closed, one that an engineer has."""
    store = await open_store(url, worker="bench")
    async with _connection(url) as db:
        await db.execute(f"SELECT setval('ticket_numbers', {CLOSED - 1})")
    await live_on(store, SetClock(SystemClock().now()))
    await store.close()


async def multiply(url: str, tickets: int, customers: int, stages: Stages) -> None:
    """Put `tickets` tickets of `customers` customers in the place of the two. Raises StoreError."""
    async with _connection(url) as db:
        past = [each async for each in _inserts(db, OF_TICKETS, tickets, customers)]
        known = [each async for each in _inserts(db, OF_CUSTOMERS, tickets, customers)]
        await db.execute(f"TRUNCATE {', '.join(_TABLES)}")
        again = await _without_indexes(db)
        for insert in known:
            await db.execute(_between(insert, 0, customers - 1))
        await _fill(url, past, tickets, stages.stage(f"{tickets:,} tickets of the past", tickets))
        await _finish(db, again, tickets, stages.stage("their indexes", len(again) + 1))


async def _inserts(db: Connection, tables: Sequence[str], tickets: int, customers: int) -> AsyncIterator[str]:
    """For every row of the two tickets (or of their customer) in these tables, one that multiplies it."""
    for table in tables:
        rows = [_values(table, row) for row in await db.fetch(f"SELECT * FROM {table}")]  # noqa: S608
        for ticket in (CLOSED, TAKEN):
            for row in rows:
                if table in OF_CUSTOMERS or str(ticket) in str(row):
                    yield Copied(table, row).statement(ticket, tickets, customers, POSTGRES)


def _values(table: str, row: asyncpg.Record) -> dict[str, Any]:
    """All but the numbers the database gives by itself."""
    return {name: value for name, value in row.items() if name != "id" or table in OF_CUSTOMERS}


async def _without_indexes(db: Connection) -> list[str]:
    """Take the indexes away; the statements that make them again."""
    constraints = await db.fetch(_CONSTRAINTS, _TABLES)
    indexes = await db.fetch(_INDEXES, _TABLES)
    for each in constraints:
        await db.execute(f"ALTER TABLE {each['owner']} DROP CONSTRAINT {each['name']}")
    for each in indexes:
        await db.execute(f"DROP INDEX {each['name']}")
    again = [
        f"ALTER TABLE {each['owner']} ADD CONSTRAINT {each['name']} {each['made']}" for each in constraints
    ]
    return again + [each["made"] for each in indexes]


async def _fill(url: str, inserts: Sequence[str], tickets: int, bar: Bar) -> None:
    chunks = iter(range(1, tickets + 1, CHUNK))

    async def filler() -> None:
        async with _connection(url) as db:
            for first in chunks:
                last = min(first + CHUNK - 1, tickets)
                await db.execute("; ".join(_between(insert, first, last) for insert in inserts), timeout=LONG)
                bar.advance(last - first + 1)

    async with asyncio.TaskGroup() as fillers:
        for _ in range(AT_ONCE):
            fillers.create_task(filler())


async def _finish(db: Connection, again: Sequence[str], tickets: int, bar: Bar) -> None:
    """Indexes, and what autovacuum would have done meanwhile."""
    for statement in again:
        await db.execute(statement, timeout=LONG)
        bar.advance()
    await db.execute(f"SELECT setval('ticket_numbers', {tickets})")
    await db.execute("VACUUM (ANALYZE)", timeout=LONG)
    with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
        await db.execute("CHECKPOINT", timeout=LONG)
    bar.advance()


def _between(insert: str, first: int, last: int) -> str:
    return insert.replace(":first", str(first)).replace(":last", str(last))


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[Connection]:
    """One that waits as long as it takes, and not for the disk."""
    db = await connect(url)
    try:
        await db.execute(
            "SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'"
        )
        yield db
    except TROUBLE as error:
        raise store_error(error) from error
    finally:
        await db.close()
