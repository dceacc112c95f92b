"""Group commit: units of work that wait together share one commit, each in a savepoint of its own.

With synchronous=FULL the disk is waited for once per group instead of once per unit, and a unit that fails
is undone alone. Nothing is waited for that need not be: the beginning and a unit's last writes travel ahead
of the next read or of the commit, and units that only look and then write look together (see `ahead`).
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from bot.errors import StoreError
from storage.session import Row, Session, Statement
from storage.sqlite.ahead import Attempt
from storage.sqlite.connection import Connection, abandon
from storage.sqlite.group import CLOSE, OPEN, Body, Group, Waiting

T = TypeVar("T")
GROUP = 128
"""So many units share a commit at most: beyond that the disk is no longer what is waited for."""
AHEAD = 16
"""So many look together: enough to be worth the trip, few enough that everybody else gets a turn between."""
CLOSED = "the store is closed"


class _Unit:
    """A unit's way to the database; keeps `storage.session.Driver`. Its savepoint is set on first use."""

    def __init__(self, connection: Connection, group: Group) -> None:
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

    def finish(self, unit: Waiting, writes: Sequence[Statement]) -> None:
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
        self._group = Group(observe)
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
        self._group = group = Group(self._observe)
        self._connection.post(group.begin)
        try:
            for some in _by(AHEAD, waiting):
                await self._run_together(some, group)
            while outdated := await self._connection.call(group.commit):
                for each in outdated:
                    await self._run(each, group)
        except BaseException as error:
            self._connection.post(abandon)
            self._fail(waiting, f"nothing was committed: {error}")
            if not isinstance(error, StoreError):
                raise
        for unit, spoiled in group.spoiled:
            unit.error = StoreError(f"it could not be written: {spoiled}")
        for each in waiting:
            each.tell()

    def _fail(self, waiting: list[Waiting], reason: str) -> None:
        """Whatever a unit came to itself, it came to it by looking at what is undone now."""
        for each in waiting:
            each.error = StoreError(reason)
            each.tell()

    async def _run_together(self, waiting: Sequence[Waiting], group: Group) -> None:
        """Those that can, look together; everybody's outcome takes effect in the order they came."""
        attempts = [Attempt(each.body) for each in waiting] if len(waiting) > 1 else []
        asking = [each for each in attempts if each.asked]
        if asking:
            await self._look(asking, group)
        for index, each in enumerate(waiting):
            if attempts and attempts[index].over:
                each.result, each.error = attempts[index].result, attempts[index].error
                self._connection.post(partial(group.settle, unit=each, attempt=attempts[index]))
            else:
                await self._run(each, group)

    async def _look(self, asking: Sequence[Attempt], group: Group) -> None:
        queries = [query for each in asking for query in each.asked]
        try:
            answers = iter(await self._connection.call(partial(group.run, writes=(), queries=queries)))
        except StoreError:  # of one of them; which one shows when each asks alone
            for each in asking:
                each.give_up()
            return
        for each in asking:
            each.decide(list(islice(answers, len(each.asked))))

    async def _run(self, waiting: Waiting, group: Group) -> None:
        """One alone, waiting for each of its answers."""
        waiting.error = None
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


def _by(count: int, waiting: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    return (waiting[start : start + count] for start in range(0, len(waiting), count))
