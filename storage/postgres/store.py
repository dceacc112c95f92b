"""The PostgreSQL store: one of any number of workers on the same desk."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TypeVar

from bot.errors import StoreError
from bot.ports import Unit
from storage.claims import Claims
from storage.commits import CLOSED, GroupWriter, nothing_observed
from storage.due import next_due
from storage.encoding import from_micros
from storage.outbox import RELEASE_ITEMS_OF
from storage.postgres.connection import LONG_PATIENCE, Link
from storage.postgres.database import CLAIMERS, PostgresDatabase
from storage.postgres.hints import Hints
from storage.postgres.schema import SCRIPTS, migrate, standing
from storage.postgres.stock import Stock
from storage.scripts import BEFORE, Script
from storage.session import ReadingSession, Row, Session, Statement
from storage.timers import RELEASE_TIMERS_OF
from storage.transaction import SqlTransaction

T = TypeVar("T")
READERS = 2
REST = timedelta(seconds=1)
"""Hints may get lost; this look every second is what counts."""
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# A claim that a crash of the server forgets is free again; whoever had it is told so by its fence.
_UNHURRIED = "SET LOCAL synchronous_commit = off"
_SKIP_LOCKED = "FOR UPDATE OF due SKIP LOCKED"
_GIVE_BACK = tuple(f"{sql} AND token = :token" for sql in (RELEASE_TIMERS_OF, RELEASE_ITEMS_OF))
_NOW = from_micros(0)
"""Due before anything else."""


class _Claiming(Session):
    """Notes by which tokens it claims."""

    def __init__(self, link: Link, tokens: list[int]) -> None:
        super().__init__(link)
        self._tokens = tokens

    async def answers(self, *queries: Statement) -> list[list[Row]]:
        self._tokens += [values["token"] for _, values in queries if "token" in values]
        return await super().answers(*queries)


class PostgresStore:
    """Keeps `bot.ports.Store`. Open it with `open_store`."""

    def __init__(
        self, url: str, worker: str, observe: Callable[[str], None], scripts: tuple[Script, ...]
    ) -> None:
        self._scripts = scripts
        self._writing, self._claiming, self._watching = Link(url), Link(url), Link(url)
        self._readers: asyncio.LifoQueue[Link] = asyncio.LifoQueue()
        for _ in range(READERS):
            self._readers.put_nowait(Link(url))
        self._claims = Claims(worker, _SKIP_LOCKED)
        self._in_doubt: list[int] = []
        self._stock = Stock(self._writing)
        self._hints = Hints(url)
        self._writer = GroupWriter(PostgresDatabase(self._writing, self._stock, self._hints.due), observe)
        self._closed = False

    async def write(self, work: Unit[T]) -> T:
        return await self._writer.write(lambda session: work(self._transaction(session)))

    async def claim(self, work: Unit[T]) -> T:
        """What an earlier claim took whose outcome was never heard is given back first: nobody works on it,
        and its lease would keep it from everybody."""
        self._must_be_open()
        async with self._claiming.turn() as link:
            await link.begin(_UNHURRIED, f"SELECT pg_advisory_xact_lock({CLAIMERS})")
            lost = [{"worker": self._claims.worker, "token": token} for token in self._in_doubt]
            await link.run([(sql, values) for values in lost for sql in _GIVE_BACK], [])
            session = _Claiming(link, self._in_doubt)
            result = await work(self._transaction(session))
            await link.run(session.drain(), [])
            await link.commit()
            self._in_doubt.clear()
        return result

    async def read(self, work: Unit[T]) -> T:
        self._must_be_open()
        reader = await self._readers.get()
        try:
            return await self._seen(reader, work)
        finally:
            self._readers.put_nowait(reader)

    async def glance(self, work: Unit[T]) -> T:
        self._must_be_open()
        return await self._seen(self._watching, work)

    async def next_due(self) -> datetime | None:
        self._must_be_open()
        if self._in_doubt:
            return _NOW
        async with self._watching.turn() as link:
            return await next_due(link)

    @property
    def shared(self) -> bool:
        return True

    @property
    def rest(self) -> timedelta:
        return REST

    @property
    def knows(self) -> int:
        return len(self._scripts)

    def on_hint(self, wake: Callable[[], None]) -> None:
        self._hints.listen(wake)

    async def check_schema(self) -> None:
        async with self._watching.turn() as link:
            (await standing(link, self._scripts)).require()

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await self._hints.close()
        readers = [await self._readers.get() for _ in range(READERS)]
        for link in (self._writing, self._claiming, self._watching, *readers):
            async with link.turn():
                await link.close()

    async def _seen(self, link: Link, work: Unit[T]) -> T:
        """In one view of the database, which ends with it."""
        async with link.turn():
            await link.begin_with(_READ)
            return await work(self._transaction(ReadingSession(link)))

    def _transaction(self, session: Session) -> SqlTransaction:
        return SqlTransaction(session, self._stock.take, self._claims)

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreError(CLOSED)


async def open_store(
    url: str,
    *,
    worker: str,
    observe: Callable[[str], None] = nothing_observed,
    scripts: tuple[Script, ...] = SCRIPTS,
) -> PostgresStore:
    """Open the database at `url`, with those of the `scripts` run that may run beside older workers.

    Raises SchemaMismatch when a newer Dawnline has changed it too far, StoreError when it cannot be had.
    """
    store = PostgresStore(url, worker, observe, scripts)
    link = Link(url, LONG_PATIENCE)
    async with AsyncExitStack() as undo:
        undo.push_async_callback(store.close)
        try:
            await migrate(link, (BEFORE,), scripts)
            (await standing(link, scripts)).require()
        except StoreError as error:
            raise type(error)(f"cannot open the database: {error}") from error
        finally:
            await link.close()
        undo.pop_all()
    return store
