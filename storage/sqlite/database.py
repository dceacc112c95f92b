"""SQLite as group commit sees it: one connection, on which groups are written one after the other."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from bot.errors import StoreError
from storage.ahead import Attempt
from storage.commits import Spoiled
from storage.numbers import Numbers
from storage.session import Row, Statement
from storage.sqlite.connection import TROUBLE, Connection, abandon, execute

Answers = list[list[Row]]


class SqliteDatabase:
    """Keeps `storage.commits.Database`. The transaction begins with whatever is done first in it, and ends
    with the last writes, so a group that looks and writes takes two trips to the connection's thread.

    `seen` is SQLite's own version of the file. It changes when another connection has written (a command
    beside the desk); ticket numbers at hand may then be taken.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begun = self._changed = False
        self.seen: int | None = None
        self.numbers = Numbers()

    async def prepare(self) -> None:
        self._changed = False

    async def look(self, queries: Sequence[Statement]) -> Answers:
        return await self.run((), queries)

    async def begin(self) -> None:
        """With the first statement."""

    async def still_so(self, attempts: Sequence[Attempt]) -> list[bool]:
        """What was seen was seen in this very transaction; only a number may have been taken before it."""
        before = self.seen
        if not self._begun and any(attempt.taken for attempt in attempts):
            await self.run((), ())
        return [self.seen == before or not attempt.taken for attempt in attempts]

    async def write(self, writes: Sequence[Statement]) -> None:
        await self.run(writes, ())

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> Answers:
        work = partial(_within, begun=self._begun, writes=writes, queries=queries)
        version, answers = await self._connection.call(work)
        self._note(version)
        return answers

    def give_back(self, numbers: Sequence[int]) -> None:
        if not self._changed:
            self.numbers.add(numbers)

    async def finish(self, writes: Sequence[Statement]) -> None:
        self._note(await self._connection.call(partial(_finish, begun=self._begun, writes=writes)))
        self._begun = False

    async def abandon(self) -> None:
        self._begun = False
        self._connection.post(abandon)

    def _note(self, version: int) -> None:
        self._begun = True
        if version != self.seen:
            self._changed = True
            self.numbers.forget()
        self.seen = version


def _begin(db: sqlite3.Connection, begun: bool) -> int:
    """A full disk, for one, ends the transaction and not just the statement: nothing may go on outside it."""
    if not db.in_transaction:
        if begun:
            raise StoreError("the transaction ended by itself")
        db.execute("BEGIN IMMEDIATE")
    version: int = db.execute("PRAGMA data_version").fetchone()[0]
    return version


def _within(
    db: sqlite3.Connection, begun: bool, writes: Sequence[Statement], queries: Sequence[Statement]
) -> tuple[int, Answers]:
    version = _begin(db, begun)
    return version, execute(db, writes, queries)


def _finish(db: sqlite3.Connection, begun: bool, writes: Sequence[Statement]) -> int:
    version = _begin(db, begun)
    try:
        execute(db, writes, ())
    except (StoreError, *TROUBLE) as error:
        raise Spoiled(str(error)) from error
    db.execute("COMMIT")
    return version
