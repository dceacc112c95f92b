"""The condition of a SQLite store: the file, its schema, and what waits in it."""

import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from bot.errors import StoreError
from bot.ports import Clock
from storage.sqlite.connection import Connection
from storage.sqlite.schema import SCRIPTS, version_of
from storage.upkeep.condition import Condition, Found, Level, tables_found, waiting, waiting_found

_CHECK = "PRAGMA quick_check"
_JOURNAL = "PRAGMA journal_mode"
_THERE = "SELECT name FROM sqlite_master"


async def sqlite_condition(path: Path, clock: Clock) -> Condition:
    """Nothing is changed, and a desk may run meanwhile. Raises StoreError when there is no such file, or it
    cannot be read."""
    must_exist(path)
    connection = Connection(partial(sqlite3.connect, str(path), timeout=30.0, isolation_level=None))
    await connection
    try:
        return await _condition(connection, clock)
    finally:
        await connection.close()


async def _condition(connection: Connection, clock: Clock) -> Condition:
    found = [found async for found in _outside(connection)]
    if any(each.level is Level.WRONG for each in found):
        return Condition(tuple(found), clock.now())
    waits = await waiting(connection)
    return Condition((*found, waiting_found(waits, clock.now())), clock.now(), (), waits)


async def _outside(connection: Connection) -> AsyncIterator[Found]:
    """As long as it is well: what comes later needs what comes first."""
    yield Found("server", Level.WELL, f"SQLite {sqlite3.sqlite_version}")
    [[journal]] = await connection.run([], [(_JOURNAL, {})])
    yield journal_found(journal[0])
    yield (file := file_found(await _faults(connection)))
    if file.level is Level.WRONG:
        return
    yield (schema := schema_found(await version_of(connection)))
    if schema.level is Level.WRONG:
        return
    [there] = await connection.run([], [(_THERE, {})])
    yield tables_found(SCRIPTS, (row[0] for row in there))


async def _faults(connection: Connection) -> list[str]:
    """["ok"] when there are none. What is harmed too much ends the looking itself."""
    try:
        [rows] = await connection.run([], [(_CHECK, {})])
    except StoreError as error:
        return [str(error)]
    return [row[0] for row in rows]


def journal_found(mode: str) -> Found:
    if mode == "wal":
        return Found("journal", Level.WELL, "write-ahead log")
    return Found("journal", Level.DOUBTFUL, f"{mode}; the desk makes it a write-ahead log when it starts")


def file_found(faults: list[str]) -> Found:
    if faults == ["ok"]:
        return Found("file", Level.WELL, "quick_check finds nothing")
    first = "; ".join(" ".join(fault.split()) for fault in faults[:3])
    return Found("file", Level.WRONG, f"{first}: restore it from a backup")


def schema_found(version: int) -> Found:
    known = len(SCRIPTS)
    numbered = f"{version}, this Dawnline knows {known}"
    if version > known:
        return Found("schema", Level.WRONG, f"{numbered}: upgrade it")
    if version < known:
        return Found("schema", Level.WRONG, f"{numbered}: `dawnline db migrate`, or start the desk")
    return Found("schema", Level.WELL, f"{known}, no script waits")


def must_exist(path: Path) -> None:
    """Raises StoreError. SQLite would make the file."""
    if not path.exists():
        raise StoreError("there is no such store; a desk makes it when it first runs (DATABASE_URL)")
