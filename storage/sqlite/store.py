"""The SQLite store: one writing connection with group commit, one reading connection.

Units of work that wait together share one commit, each in a savepoint of its own: with synchronous=FULL the
disk is waited for once per group, and a unit that fails is undone alone.
All writes and checkpoints stay on the one writing connection, because SQLite before 3.51.3 can corrupt a
database when one connection checkpoints while another writes.
"""

import asyncio
import contextlib
import fcntl
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, TypeVar

from bot.errors import SchemaMismatch, StoreError, StoreInUse
from bot.ports import Unit
from storage.durable import NEXT_ITEM, NEXT_TIMER, RELEASE_ITEMS, RELEASE_TIMERS
from storage.encoding import from_micros
from storage.session import Session
from storage.sqlite.connection import Connection, connect
from storage.transaction import SqlTransaction

T = TypeVar("T")
GROUP = 128


@dataclass(slots=True)
class _Waiting:
    unit: Unit[Any]
    done: asyncio.Future[Any]


class SqliteStore:
    """Keeps `bot.ports.Store`. Open it with `open_store`."""

    def __init__(
        self, writer: Connection, reader: Connection, last_number: int, lock: IO[str] | None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._reading = asyncio.Lock()
        self._number = last_number
        self._lock = lock
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._write_groups(), name="store-writer")
        self._closed = False

    async def write(self, work: Unit[T]) -> T:
        if self._closed:
            raise StoreError("the store is closed")
        waiting = _Waiting(work, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        result: T = await waiting.done
        return result

    async def read(self, work: Unit[T]) -> T:
        async with self._reading:
            session = Session(self._reader)
            session.write("BEGIN")
            try:
                return await work(SqlTransaction(session, self._next_number))
            finally:
                session.drain()
                await self._reader.rollback()

    async def next_due(self) -> datetime | None:
        rows = await self._reader.run([], [(NEXT_TIMER, {}), (NEXT_ITEM, {})])
        due = [answer[0][0] for answer in rows if answer[0][0] is not None]
        return from_micros(min(due)) if due else None

    async def release_leases(self) -> int:
        timers, items = await self._writer.run([], [(RELEASE_TIMERS, {}), (RELEASE_ITEMS, {})])
        return len(timers) + len(items)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._queue.put_nowait(None)
        await self._task
        await self._reader.close()
        await self._writer.close()
        if self._lock is not None:
            self._lock.close()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    async def _write_groups(self) -> None:
        while (first := await self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < GROUP and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    last = True
                    break
                group.append(following)
            await self._write_group(group)
            if last:
                return

    async def _write_group(self, group: list[_Waiting]) -> None:
        """Run every unit, commit once, and only then tell anybody."""
        outcomes: list[Callable[[], None]] = []
        try:
            await self._writer.run([("BEGIN IMMEDIATE", {})], [])
            for waiting in group:
                outcomes.append(await self._run_unit(waiting))
            await self._writer.run([("COMMIT", {})], [])
        except (sqlite3.Error, ValueError) as error:
            with contextlib.suppress(sqlite3.Error, ValueError):
                await self._writer.rollback()
            outcomes = [
                _failing(waiting.done, StoreError(f"nothing was committed: {error}")) for waiting in group
            ]
        for tell in outcomes:
            tell()

    async def _run_unit(self, waiting: _Waiting) -> Callable[[], None]:
        session = Session(self._writer)
        session.write("SAVEPOINT unit")
        try:
            result = await waiting.unit(SqlTransaction(session, self._next_number))
            session.write("RELEASE unit")
            await self._writer.run(session.drain(), [])
        except Exception as error:  # noqa: BLE001 - whatever the unit raises is its caller's
            begun = (
                []
                if any(sql == "SAVEPOINT unit" for sql, _ in session.drain())
                else [("ROLLBACK TO unit", {})]
            )
            if begun:
                await self._writer.run([*begun, ("RELEASE unit", {})], [])
            return _failing(waiting.done, error)
        return _succeeding(waiting.done, result)


def _succeeding(done: asyncio.Future[Any], result: object) -> Callable[[], None]:
    return lambda: None if done.done() else done.set_result(result)


def _failing(done: asyncio.Future[Any], error: Exception) -> Callable[[], None]:
    return lambda: None if done.done() else done.set_exception(error)


async def open_store(path: Path | str, *, alone: bool = False) -> SqliteStore:
    """Open (and create or migrate) the database at `path`.

    `alone`: this is the running desk, so nobody else may be; raises StoreInUse otherwise.
    Raises SchemaMismatch when a newer Dawnline wrote it, StoreError when it cannot be opened.
    """
    lock = _only_one(Path(path)) if alone else None
    try:
        writer = await connect(path, *([] if alone else ["PRAGMA wal_autocheckpoint = 0"]))
        await _migrate(writer)
        reader = await connect(path, "PRAGMA query_only = ON")
    except sqlite3.Error as error:
        raise StoreError(f"cannot open the database {path}: {error}") from error
    [[row]] = await reader.run([], [("SELECT coalesce(max(number), 0) FROM tickets", {})])
    store = SqliteStore(writer, reader, row[0], lock)
    if alone:
        await store.release_leases()
    return store


def _only_one(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Path(f"{path}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StoreInUse(f"another desk already runs on {path}") from None
    return lock


async def _migrate(writer: Connection) -> None:
    scripts = sorted(
        script for script in (files("storage.sqlite") / "schema").iterdir() if script.name.endswith(".sql")
    )
    [[row]] = await writer.run([], [("PRAGMA user_version", {})])
    if row[0] > len(scripts):
        raise SchemaMismatch(
            f"the database has schema {row[0]}, this Dawnline knows {len(scripts)}: upgrade it"
        )
    for number, script in enumerate(scripts[row[0] :], start=row[0] + 1):
        text = script.read_text(encoding="utf-8")
        await writer.executescript(f"BEGIN IMMEDIATE; {text}; PRAGMA user_version = {number}; COMMIT;")
