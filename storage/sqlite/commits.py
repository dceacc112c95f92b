"""Group commit: units of work that wait together share one commit, each in a savepoint of its own.

With synchronous=FULL the disk is waited for once per group instead of once per unit, and a unit that fails
is undone alone. Neither the beginning nor a unit's last writes are waited for: they travel ahead of the next
read or of the commit, so that a unit that looks once costs one trip to the connection's thread.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from bot.errors import StoreError
from storage.session import Row, Session, Statement
from storage.sqlite.connection import TROUBLE, Connection, abandon, execute

T = TypeVar("T")
Body = Callable[[Session], Awaitable[T]]
GROUP = 128
"""So many units share a commit at most: beyond that the disk is no longer what is waited for."""
OPEN: Statement = ("SAVEPOINT unit", {})
CLOSE: Statement = ("RELEASE unit", {})
UNDO: tuple[Statement, ...] = (("ROLLBACK TO unit", {}), CLOSE)
CLOSED = "the store is closed"


@dataclass(eq=False, slots=True)
class _Waiting:
    body: Body[Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.done.done():  # whoever asked has gone away
            return
        if self.error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(self.error)


@dataclass(slots=True)
class _Group:
    """One transaction, seen from the connection's thread. Once it is broken nothing more reaches the
    database, because SQLite may have rolled the whole of it back by itself."""

    observe: Callable[[str], None]
    version: int | None = None
    broken: Exception | None = None
    spoiled: list[tuple[_Waiting, Exception]] = field(default_factory=list)

    def begin(self, db: sqlite3.Connection) -> None:
        """Also look at the database's version, which changes when somebody else has written."""
        try:
            db.execute("BEGIN IMMEDIATE")
            self.version = db.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            self.broken = error

    def run(
        self, db: sqlite3.Connection, writes: Sequence[Statement], queries: Sequence[Statement]
    ) -> list[list[Row]]:
        if self.broken is not None:
            raise self.broken
        try:
            return execute(db, writes, queries)
        except TROUBLE as error:
            if not db.in_transaction:  # a full disk, for one, ends the transaction and not just the statement
                self.broken = error
            raise

    def finish(self, db: sqlite3.Connection, unit: _Waiting, writes: Sequence[Statement]) -> None:
        """The unit's last writes. A failure is its own, and it alone is undone."""
        try:
            self.run(db, writes, [])
        except TROUBLE as error:
            self.spoiled.append((unit, error))
            self.undo(db)

    def undo(self, db: sqlite3.Connection) -> None:
        try:
            self.run(db, UNDO, [])
        except TROUBLE as error:
            self.broken = error

    def commit(self, db: sqlite3.Connection) -> None:
        if self.broken is not None:
            raise self.broken
        self.observe("store.committing")
        db.execute("COMMIT")
        self.observe("store.committed")


class _Unit:
    """A unit's way to the database; keeps `storage.session.Driver`. Its savepoint is set on first use."""

    def __init__(self, connection: Connection, group: _Group) -> None:
        self._connection = connection
        self._group = group
        self._opening: list[Statement] = [OPEN]
        self.failed: StoreError | None = None

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        trip = partial(self._group.run, writes=[*self._opening, *writes], queries=queries)
        self._opening = []
        try:
            return await self._connection.call(trip)
        except StoreError as error:
            self.failed = error
            raise

    def finish(self, unit: _Waiting, writes: Sequence[Statement]) -> None:
        if writes or not self._opening:
            all_of_it = [*self._opening, *writes, CLOSE]
            self._connection.post(partial(self._group.finish, unit=unit, writes=all_of_it))

    def undo(self) -> None:
        if not self._opening:
            self._connection.post(self._group.undo)


class GroupWriter:
    """The one writer of a database."""

    def __init__(self, connection: Connection, observe: Callable[[str], None]) -> None:
        self._connection = connection
        self._observe = observe
        self._group = _Group(observe)
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._serve(), name="store-writer")
        self._closing = False

    async def write(self, body: Body[T]) -> T:
        """The body's result, after the commit. Raises what the body raises, or StoreError."""
        if self._closing or self._task.done():
            raise StoreError(CLOSED)
        waiting = _Waiting(body, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        result: T = await waiting.done
        return result

    async def version(self) -> int | None:
        """For a unit under way: another number than before means that somebody else has written."""
        if self._group.version is None:
            await self._connection.call(lambda db: None)  # whatever was posted before is done then
        return self._group.version

    async def close(self) -> None:
        """Return when everything asked before is written. Idempotent."""
        self._closing = True
        self._queue.put_nowait(None)
        await asyncio.gather(self._task, return_exceptions=True)  # whoever waited has been told already

    async def _serve(self) -> None:
        try:
            while group := await self._next_group():
                await self._write(group)
        finally:
            while not self._queue.empty():
                self._fail([each for each in [self._queue.get_nowait()] if each], CLOSED)

    async def _next_group(self) -> list[_Waiting]:
        """Whoever waits by now; nobody when the store closes."""
        group: list[_Waiting] = []
        following = await self._queue.get()
        while following is not None:
            group.append(following)
            if len(group) == GROUP or self._queue.empty():
                return group
            following = self._queue.get_nowait()
        if group:
            self._queue.put_nowait(None)
        return group

    async def _write(self, waiting: list[_Waiting]) -> None:
        """Run every unit, commit once, and only then tell anybody."""
        self._group = group = _Group(self._observe)
        self._connection.post(group.begin)
        try:
            for each in waiting:
                await self._run(each, group)
            await self._connection.call(group.commit)
        except BaseException as error:
            self._connection.post(abandon)
            self._fail(waiting, f"nothing was committed: {error}")
            if not isinstance(error, StoreError):
                raise
        for unit, spoiled in group.spoiled:
            unit.error = StoreError(f"it could not be written: {spoiled}")
        for each in waiting:
            each.tell()

    def _fail(self, waiting: list[_Waiting], reason: str) -> None:
        """Whatever a unit came to itself, it came to it by looking at what is undone now."""
        for each in waiting:
            each.error = StoreError(reason)
            each.tell()

    async def _run(self, waiting: _Waiting, group: _Group) -> None:
        unit = _Unit(self._connection, group)
        session = Session(unit)
        try:
            waiting.result = await waiting.body(session)
        except Exception as error:
            waiting.error = error
        # A unit that carries on after a statement of its own failed has only half of what it meant.
        waiting.error = waiting.error or unit.failed
        if waiting.error is None:
            unit.finish(waiting, session.drain())
        else:
            unit.undo()
