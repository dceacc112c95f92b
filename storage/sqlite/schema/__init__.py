"""The tables, as numbered scripts; a database carries the number of the last one it has seen."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from importlib.resources import files

from bot.errors import SchemaMismatch
from storage.sqlite.connection import Connection, abandon


def scripts() -> list[str]:
    """In the order of their numbers, which have no gaps."""
    found = (each for each in files(__name__).iterdir() if each.name.endswith(".sql"))
    return [script.read_text(encoding="utf-8") for script in sorted(found, key=lambda each: each.name)]


async def migrate(writer: Connection) -> None:
    """Run the scripts the database has not seen, each with its number in one transaction.

    Raises SchemaMismatch when a newer Dawnline wrote it, StoreError when a script fails.
    """
    known = scripts()
    version = await writer.call(_version)
    if version > len(known):
        raise SchemaMismatch(f"it has schema {version}, this Dawnline knows {len(known)}: upgrade it")
    for number, script in enumerate(known, start=1):
        if number > version:
            await writer.call(partial(_run, script=script, number=number))


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
