"""The SQLite store: one writing connection with group commit, and connections that only read.

All writes and checkpoints stay on the one writing connection, because SQLite before 3.51.3 can corrupt a
database when one connection checkpoints while another writes.
"""

import asyncio
import fcntl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TypeVar

from bot.errors import SchemaMismatch, StoreError, StoreInUse
from bot.ports import Unit
from storage.claims import Claims
from storage.commits import GroupWriter, nothing_observed
from storage.due import next_due
from storage.outbox import RELEASE_ITEMS
from storage.session import ReadingSession, Session
from storage.sqlite.connection import Connection, abandon, connect
from storage.sqlite.database import SqliteDatabase
from storage.sqlite.schema import migrate, scripts, version_of
from storage.timers import RELEASE_TIMERS
from storage.transaction import SqlTransaction

T = TypeVar("T")
READ_ONLY = "PRAGMA query_only = ON"
REST = timedelta(minutes=1)
"""Nobody wakes this engine when a command beside it (an import of customers) makes something due."""
LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM tickets"


@dataclass(frozen=True, slots=True)
class Connections:
    """`watcher` is the engine's: no page has it, and what it sees is always the newest."""

    writer: Connection
    reader: Connection
    watcher: Connection

    async def close(self) -> None:
        for connection in (self.watcher, self.reader, self.writer):
            await connection.close()


class SqliteStore:
    """Keeps `bot.ports.Store`. Open it with `open_store`. `lock` is held until the store is closed."""

    def __init__(
        self,
        connections: Connections,
        worker: str,
        observe: Callable[[str], None],
        lock: IO[str] | None,
    ) -> None:
        self._connections = connections
        self._claims = Claims(worker)
        self._reading, self._watching = asyncio.Lock(), asyncio.Lock()
        self._number = 0
        self._version: int | None = None
        self._database = SqliteDatabase(connections.writer)
        self._writer = GroupWriter(self._database, observe)
        self._lock = lock
        self._closed = False

    async def write(self, work: Unit[T]) -> T:
        return await self._writer.write(lambda session: work(self._transaction(session)))

    async def claim(self, work: Unit[T]) -> T:
        return await self.write(work)

    async def read(self, work: Unit[T]) -> T:
        async with self._reading:
            return await self._seen(self._connections.reader, work)

    async def glance(self, work: Unit[T]) -> T:
        async with self._watching:
            return await self._seen(self._connections.watcher, work)

    async def next_due(self) -> datetime | None:
        async with self._watching:
            return await next_due(self._connections.watcher)

    @property
    def shared(self) -> bool:
        return False

    @property
    def rest(self) -> timedelta:
        return REST

    @property
    def knows(self) -> int:
        return len(scripts())

    def on_hint(self, wake: Callable[[], None]) -> None:
        """Nobody else makes anything due but a command now and then; `rest` is for that."""

    async def check_schema(self) -> None:
        async with self._watching:
            version, known = await version_of(self._connections.watcher), self.knows
        if version > known:
            raise SchemaMismatch(f"it has schema {version}, this Dawnline knows {known}: upgrade it")

    async def release_leases(self) -> int:
        """Free whatever an earlier run of this desk still held; how many. For the one desk on a file."""
        return await self._writer.write(_release_leases)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        async with self._reading, self._watching:
            await self._connections.close()
        if self._lock is not None:
            self._lock.close()

    async def _seen(self, connection: Connection, work: Unit[T]) -> T:
        """In one view of the file, which ends with it."""
        try:
            await connection.run([("BEGIN", {})], [])
            return await work(self._transaction(ReadingSession(connection)))
        finally:
            connection.post(abandon)

    def _transaction(self, session: Session) -> SqlTransaction:
        return SqlTransaction(session, self._next_number, self._claims)

    async def _next_number(self, session: Session) -> int:
        at_hand = self._database.numbers.take(session)
        if at_hand is not None:
            return at_hand
        if self._version is None or self._version != self._database.seen:
            # Somebody else (a command beside the running desk) may have opened tickets.
            [row] = await session.rows(LAST_NUMBER)
            self._number, self._version = max(self._number, row[0]), self._database.seen
        self._number += 1
        session.taken.append(self._number)
        return self._number


async def _release_leases(session: Session) -> int:
    timers, items = await session.answers((RELEASE_TIMERS, {}), (RELEASE_ITEMS, {}))
    return len(timers) + len(items)


async def open_store(
    path: Path | str,
    *,
    alone: bool = False,
    worker: str = "desk",
    observe: Callable[[str], None] = nothing_observed,
) -> SqliteStore:
    """Open (and create or migrate) the database at `path`.

    `alone`: this is the running desk, so nobody else may be; raises StoreInUse otherwise.
    Raises SchemaMismatch when a newer Dawnline wrote it, StoreError when it cannot be opened.
    """
    async with AsyncExitStack() as undo:
        lock = _only_one(Path(path)) if alone else None
        if lock is not None:
            undo.callback(lock.close)
        store = SqliteStore(await _connect(path, alone, undo), worker, observe, lock)
        undo.pop_all()
        undo.push_async_callback(store.close)
        if alone:
            await store.release_leases()
        undo.pop_all()
    return store


async def _connect(path: Path | str, alone: bool, undo: AsyncExitStack) -> Connections:
    """Checkpoints are the running desk's alone."""
    try:
        writer = await connect(path, *([] if alone else ["PRAGMA wal_autocheckpoint = 0"]))
        undo.push_async_callback(writer.close)
        await migrate(writer)
        reader = await connect(path, READ_ONLY)
        undo.push_async_callback(reader.close)
        watcher = await connect(path, READ_ONLY)
    except StoreError as error:
        raise type(error)(f"cannot open the database {path}: {error}") from error
    return Connections(writer, reader, watcher)


def _only_one(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Path(f"{path}.lock").open("w")  # noqa: SIM115 - held until the store is closed
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StoreInUse(f"another desk already runs on {path}") from None
    return lock
