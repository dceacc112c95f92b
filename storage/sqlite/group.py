"""A group of units that share one commit, seen from the connection's thread."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from storage.session import Row, Session, Statement
from storage.sqlite.ahead import Attempt
from storage.sqlite.connection import TROUBLE, execute

T = TypeVar("T")
Body = Callable[[Session], Awaitable[T]]
OPEN: Statement = ("SAVEPOINT unit", {})
CLOSE: Statement = ("RELEASE unit", {})
UNDO: tuple[Statement, ...] = (("ROLLBACK TO unit", {}), CLOSE)


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


@dataclass(slots=True)
class Group:
    """One transaction. Once it is broken nothing more reaches the database, because SQLite may have rolled
    the whole of it back by itself. `outdated` are units that decided on what is no longer so."""

    observe: Callable[[str], None]
    version: int | None = None
    broken: Exception | None = None
    spoiled: list[tuple[Waiting, Exception]] = field(default_factory=list)
    outdated: list[Waiting] = field(default_factory=list)

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

    def finish(self, db: sqlite3.Connection, unit: Waiting, writes: Sequence[Statement]) -> None:
        """The unit's last writes. A failure is its own, and it alone is undone."""
        try:
            self.run(db, writes, [])
        except TROUBLE as error:
            self.spoiled.append((unit, error))
            self.undo(db)

    def settle(self, db: sqlite3.Connection, unit: Waiting, attempt: Attempt) -> None:
        """A decision made ahead takes effect if everything still is as it was seen."""
        try:
            unchanged = self.run(db, (), attempt.asked) == attempt.answers
        except TROUBLE:
            unchanged = False
        if not unchanged:
            self.outdated.append(unit)
        elif attempt.writes:
            self.finish(db, unit, [OPEN, *attempt.writes, CLOSE])

    def undo(self, db: sqlite3.Connection) -> None:
        try:
            self.run(db, UNDO, [])
        except TROUBLE as error:
            self.broken = error

    def commit(self, db: sqlite3.Connection) -> list[Waiting]:
        """Those who must decide again before it can be committed; nobody once it is."""
        if self.broken is not None:
            raise self.broken
        outdated, self.outdated = self.outdated, []
        if not outdated:
            self.observe("store.committing")
            db.execute("COMMIT")
            self.observe("store.committed")
        return outdated
