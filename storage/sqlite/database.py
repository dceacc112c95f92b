"""SQLite as group commit sees it: one connection, on which groups are written one after the other."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial

from bot.errors import StoreError
from storage.ahead import Attempt
from storage.numbers import Numbers
from storage.session import Row, Statement
from storage.sqlite.connection import Connection, abandon, execute


class SqliteDatabase:
    """Keeps `storage.commits.Database`.

    `seen` is SQLite's own version of what `look` answered from. It changes when another connection has
    written (a command beside the desk); everybody then decides again, also because a ticket's number may be
    taken.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed = False
        self.seen: int | None = None
        self.numbers = Numbers()

    async def prepare(self) -> None:
        """Nothing: a file needs no preparation."""

    async def look(self, queries: Sequence[Statement]) -> list[list[Row]]:
        self.seen, answers = await self._connection.call(partial(_look, queries=queries))
        return answers

    async def begin(self) -> None:
        begun = await self._connection.call(_begin)
        self._changed, self.seen = begun != self.seen, begun
        if self._changed:
            self.numbers.forget()

    async def still_so(self, attempts: Sequence[Attempt]) -> list[bool]:
        return [not self._changed] * len(attempts)

    async def write(self, writes: Sequence[Statement]) -> None:
        if writes:
            await self.run(writes, [])

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        return await self._connection.call(partial(_within, writes=writes, queries=queries))

    def give_back(self, numbers: Sequence[int]) -> None:
        if not self._changed:
            self.numbers.add(numbers)

    async def commit(self) -> None:
        await self._connection.call(_commit)

    async def abandon(self) -> None:
        self._connection.post(abandon)


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA data_version").fetchone()[0]
    return version


def _look(db: sqlite3.Connection, queries: Iterable[Statement]) -> tuple[int, list[list[Row]]]:
    return _version(db), execute(db, (), queries)


def _begin(db: sqlite3.Connection) -> int:
    db.execute("BEGIN IMMEDIATE")
    return _version(db)


def _within(
    db: sqlite3.Connection, writes: Iterable[Statement], queries: Iterable[Statement]
) -> list[list[Row]]:
    """A full disk, for one, ends the transaction and not just the statement: nothing may go on outside it."""
    if not db.in_transaction:
        raise StoreError("the transaction ended by itself")
    return execute(db, writes, queries)


def _commit(db: sqlite3.Connection) -> None:
    if not db.in_transaction:
        raise StoreError("the transaction ended by itself")
    db.execute("COMMIT")
