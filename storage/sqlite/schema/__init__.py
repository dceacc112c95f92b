"""The tables on SQLite; a database carries the number of the last script it has seen."""

import sqlite3
from collections.abc import Iterator
from functools import partial

from bot.errors import SchemaMismatch
from storage.scripts import scripts_of
from storage.sqlite.connection import Connection, abandon

SCRIPTS = scripts_of(__name__)


def scripts() -> list[str]:
    """In the order of their numbers. Both phases run at once: nobody else is at work on the file."""
    return [each.text for each in SCRIPTS]


async def version_of(connection: Connection) -> int:
    """The number of the last script it has seen; 0 for an empty database."""
    return await connection.call(_version)


async def migrate(writer: Connection) -> int:
    """Run the scripts the database has not seen, each with its number in one transaction; how many.

    Raises SchemaMismatch when a newer Dawnline wrote it, StoreError when a script fails.
    """
    known = scripts()
    version = await version_of(writer)
    if version > len(known):
        raise SchemaMismatch(f"it has schema {version}, this Dawnline knows {len(known)}: upgrade it")
    for number, script in enumerate(known, start=1):
        if number > version:
            await writer.call(partial(_run, script=script, number=number))
    return len(known) - version


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _run(db: sqlite3.Connection, script: str, number: int) -> None:
    try:
        db.execute("BEGIN IMMEDIATE")
        if _version(db) < number:  # somebody else may have run it while we waited for the lock
            for statement in statements(script):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    finally:
        abandon(db)


def statements(script: str) -> Iterator[str]:
    """`executescript` would commit the transaction it finds, so the statements go one by one."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
