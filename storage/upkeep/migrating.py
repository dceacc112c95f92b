"""Running the numbered scripts because somebody said so, rather than because a worker starts."""

from dataclasses import dataclass
from pathlib import Path

from storage.postgres import schema as postgres
from storage.postgres.connection import LONG_PATIENCE, Link
from storage.scripts import AFTER, BEFORE, Script
from storage.sqlite import schema as sqlite
from storage.sqlite.connection import connect

CAUTIOUS, WHOLE = (BEFORE,), (BEFORE, AFTER)
"""Phases that may run beside older workers; all."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """`ran` just now, in their order; `waiting` until no older worker is at work."""

    ran: tuple[Script, ...]
    waiting: tuple[Script, ...] = ()


async def migrate_postgres(
    url: str, phases: tuple[str, ...], scripts: tuple[Script, ...] = postgres.SCRIPTS
) -> Migrated:
    """Raises MustWait when a script would break a worker at work, SchemaMismatch when a newer Dawnline was
    here, StoreError when the database cannot be had."""
    link = Link(url, LONG_PATIENCE)
    try:
        ran = await postgres.migrate(link, phases, scripts)
        return Migrated(ran, (await postgres.standing(link, scripts)).pending(AFTER))
    finally:
        await link.close()


async def migrate_sqlite(path: Path) -> Migrated:
    """Both phases: opening the file does the same. Raises SchemaMismatch and StoreError."""
    connection = await connect(path)
    try:
        before = await sqlite.version_of(connection)
        await sqlite.migrate(connection)
        return Migrated(sqlite.SCRIPTS[before:])
    finally:
        await connection.close()
