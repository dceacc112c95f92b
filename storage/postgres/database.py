"""PostgreSQL as group commit sees it: whoever holds the lock writes, one group of one worker at a time.

Units look and decide before that, on what is committed. A counter that every group moves on tells whether
anybody has written since; if so, everybody's questions are asked once more under the lock.
"""

from collections.abc import Callable, Sequence
from itertools import islice

from bot.errors import StoreAway, StoreError
from storage.ahead import Attempt
from storage.commits import Spoiled
from storage.footprint import tables
from storage.postgres.connection import Link
from storage.postgres.stock import Stock
from storage.session import Row, Statement

WRITERS, CLAIMERS, MIGRATORS = 7_461_001, 7_461_002, 7_461_003
"""Advisory locks: numbers that nobody else in the database uses."""
COMMITS = "SELECT commits FROM desk WHERE number = 1"
CHANNEL = "dawnline_due"
_LOCK = f"SELECT pg_advisory_xact_lock({WRITERS})"
_MOVE_ON = "UPDATE desk SET commits = commits + 1 WHERE number = 1"
_HINT = f"NOTIFY {CHANNEL}"
_DUE = frozenset({"timers", "outbox"})


class PostgresDatabase:
    """Keeps `storage.commits.Database`. `hints`: whether other workers are to be told now that something may
    be due (they look every second anyway)."""

    def __init__(self, link: Link, stock: Stock, hints: Callable[[], bool]) -> None:
        self._link = link
        self._stock = stock
        self._hints = hints
        self._seen: int | None = None
        self._begun: int | None = None
        self._wrote = False
        self._made_due = False

    async def prepare(self) -> None:
        await self._stock.fill()

    async def look(self, queries: Sequence[Statement]) -> list[list[Row]]:
        """The counter is read first, and only once for all the questions a group asks."""
        if self._seen is None:
            [[row]] = await self._link.run([], [(COMMITS, {})])
            self._seen = row[0]
        return await self._link.look(queries)

    async def begin(self) -> None:
        await self._link.begin(_LOCK)
        [[row]] = await self._link.run([], [(COMMITS, {})])
        self._begun, self._wrote, self._made_due = row[0], False, False

    async def still_so(self, attempts: Sequence[Attempt]) -> list[bool]:
        seen, self._seen = self._seen, None
        if seen == self._begun:
            return [True] * len(attempts)
        answers = iter(await self._link.look([query for each in attempts for query in each.asked]))
        return [list(islice(answers, len(each.asked))) == each.answers for each in attempts]

    async def write(self, writes: Sequence[Statement]) -> None:
        self._note(writes)
        await self._link.write(writes)

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        self._note((*writes, *queries))
        return await self._link.run(writes, queries)

    def give_back(self, numbers: Sequence[int]) -> None:
        self._stock.numbers.add(numbers)

    async def finish(self, writes: Sequence[Statement]) -> None:
        try:
            await self.write(writes)
        except StoreAway:
            raise
        except StoreError as error:
            raise Spoiled(str(error)) from error
        more = [_MOVE_ON] if self._wrote else []
        if self._made_due and self._hints():
            more.append(_HINT)
        await self._link.commit(*more)

    async def abandon(self) -> None:
        self._seen = None
        await self._link.abandon()

    def _note(self, statements: Sequence[Statement]) -> None:
        for sql, _ in statements:
            if not sql.lstrip().startswith(("SELECT", "SAVEPOINT", "RELEASE")):
                self._wrote = True
                self._made_due = self._made_due or not _DUE.isdisjoint(tables(sql))
