"""Group commit: units of work that wait together share one commit.

The disk is waited for once per group instead of once per unit. Units that look and then write look together,
before it is their turn (see `ahead`), and what they write goes out together; whoever saw what is no longer so
is run again, alone and in a savepoint of its own. A unit whose writes fail is undone alone.
"""

import asyncio
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.errors import StoreAway, StoreError
from storage.ahead import Attempt, look_ahead
from storage.footprint import Footprint
from storage.session import Body, Row, Session, Statement

T = TypeVar("T")
GROUP = 128
"""So many units share a commit at most: beyond that the disk is no longer what is waited for."""
CLOSED = "the store is closed"
OPEN: Statement = ("SAVEPOINT unit", {})
CLOSE: Statement = ("RELEASE SAVEPOINT unit", {})
UNDO: tuple[Statement, ...] = (("ROLLBACK TO SAVEPOINT unit", {}), CLOSE)


def nothing_observed(point: str) -> None:
    """The default observer. A test passes one that kills the process at a named point."""


class Spoiled(StoreError):
    """What many wrote together could not be written."""


class Database(Protocol):
    """What groups are written on, one after the other. Every method raises StoreError when it fails."""

    async def prepare(self) -> None:
        """Called before a group begins to look."""

    async def look(self, queries: Sequence[Statement]) -> list[list[Row]]:
        """Answers as they are committed, before `begin`."""

    async def begin(self) -> None:
        """From here nobody else writes, until `finish` or `abandon`."""

    async def still_so(self, attempts: Sequence[Attempt]) -> list[bool]:
        """For each: is every answer it went by still the same? Within the transaction."""

    async def write(self, writes: Sequence[Statement]) -> None:
        """The writes of many units, none of which touches what another has looked at."""

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Writes in order, then answers, in one trip; within the transaction."""

    def give_back(self, numbers: Sequence[int]) -> None:
        """Ticket numbers that were taken by a run that does not count."""

    async def finish(self, writes: Sequence[Statement]) -> None:
        """The last writes, as by `write`, and the commit. Raises Spoiled when one of the writes failed: then
        nothing is committed, and the same may be tried in another way."""

    async def abandon(self) -> None:
        """Undo the transaction, if there is one. Raises nothing."""


@dataclass(eq=False, slots=True)
class Waiting:
    """Somebody who waits for a unit's outcome; they are told after the commit."""

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


class _Unit:
    """A unit that is run alone; keeps `storage.session.Driver`. Its savepoint is set on first use."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opening: list[Statement] = [OPEN]
        self.failed: StoreError | None = None

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        opening, self._opening = self._opening, []
        try:
            return await self._database.run([*opening, *writes], queries)
        except StoreError as error:
            self.failed = error
            raise

    async def finish(self, writes: Sequence[Statement]) -> None:
        if writes or not self._opening:
            await self.run([*writes, CLOSE], [])

    async def undo(self) -> None:
        """Raises StoreError when the transaction itself is gone: then nobody's unit can be saved."""
        if not self._opening:
            try:
                await self._database.run(UNDO, [])
            except StoreError as error:
                raise self.failed or error from error


class GroupWriter:
    """The one writer of a store."""

    def __init__(self, database: Database, observe: Callable[[str], None]) -> None:
        self._database = database
        self._observe = observe
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._serve(), name="store-writer")
        self._closing = False

    async def write(self, body: Body[T]) -> T:
        """The body's result, after the commit. Raises what the body raises, or StoreError."""
        if self._closing or self._task.done():
            raise StoreError(CLOSED)
        waiting = Waiting(body, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        result: T = await waiting.done
        return result

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
                _fail([each for each in [self._queue.get_nowait()] if each], StoreError(CLOSED))

    async def _next_group(self) -> list[Waiting]:
        """Whoever waits by now; nobody when the store closes."""
        group: list[Waiting] = []
        following = await self._queue.get()
        while following is not None:
            group.append(following)
            if len(group) == GROUP or self._queue.empty():
                return group
            following = self._queue.get_nowait()
        if group:
            self._queue.put_nowait(None)
        return group

    async def _write(self, waiting: list[Waiting]) -> None:
        """Run every unit, commit once, and only then tell anybody."""
        try:
            await self._commit_in_some_way(waiting)
        except BaseException as error:
            await self._database.abandon()
            kind = StoreAway if isinstance(error, StoreAway) else StoreError
            _fail(waiting, kind(f"nothing was committed: {error}"))
            if not isinstance(error, StoreError):
                raise
        for each in waiting:
            each.tell()

    async def _commit_in_some_way(self, waiting: list[Waiting]) -> None:
        await self._database.prepare()
        attempts = await look_ahead([each.body for each in waiting], self._database.look)
        await self._database.begin()
        settled = await self._settled(attempts)
        try:
            await self._commit(waiting, attempts, settled)
        except Spoiled:
            # By one of them. Who it was shows when each writes in a savepoint of its own.
            await self._database.abandon()
            await self._database.begin()
            await self._commit(waiting, attempts, frozenset())

    async def _commit(
        self, waiting: Sequence[Waiting], attempts: Sequence[Attempt], settled: Set[Attempt]
    ) -> None:
        """The writes of those whose decision counts; then everybody else, one after the other."""
        writes = [write for each in attempts if each in settled for write in each.writes]
        if len(settled) < len(attempts) and writes:
            try:
                await self._database.write(writes)
            except StoreError as error:
                raise Spoiled(str(error)) from error
            writes = []
        for each, attempt in zip(waiting, attempts, strict=True):
            if attempt in settled:
                each.result, each.error = attempt.result, attempt.error
            else:
                self._database.give_back(attempt.taken)
                await self._run(each)
        self._observe("store.committing")
        await self._database.finish(writes)
        self._observe("store.committed")

    async def _settled(self, attempts: Sequence[Attempt]) -> Set[Attempt]:
        """Those whose decision counts: nothing that it went by has changed, nor does one before it
        change it."""
        touched = Footprint()
        settled = set()
        for attempt, same in zip(attempts, await self._database.still_so(attempts), strict=True):
            hindered = touched.hinders(attempt.asked, attempt.writes)
            if same and attempt.over and not hindered:
                settled.add(attempt)
            if attempt is attempts[-1]:
                break  # nobody comes after it
            if attempt not in settled:
                touched.touch(attempt.asked)  # it will probably write about what it looked at
            touched.touch(attempt.writes)
        return settled

    async def _run(self, waiting: Waiting) -> None:
        """One alone, waiting for each of its answers."""
        unit = _Unit(self._database)
        session = Session(unit)
        try:
            waiting.result, waiting.error = await waiting.body(session), None
        except Exception as error:
            waiting.error = error
        # A unit that carries on after a statement of its own failed has only half of what it meant.
        waiting.error = waiting.error or unit.failed
        if waiting.error is None:
            try:
                await unit.finish(session.drain())
            except StoreError as error:
                waiting.error = type(error)(f"it could not be written: {error}")
        if waiting.error is not None:
            await unit.undo()
            self._database.give_back(session.taken)


def _fail(waiting: list[Waiting], error: StoreError) -> None:
    """Whatever a unit came to itself, it came to it by looking at what is undone now."""
    for each in waiting:
        each.error = error
        each.tell()
