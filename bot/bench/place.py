"""Where several workers are measured: a database of the bench's own, gone afterwards whatever happens."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from bot.bench.ground import scratch
from bot.bench.server import drop, make, named, new_name
from bot.ports import Store
from storage.opening import SQLITE, is_shared, open_store
from storage.postgres.connection import Link
from storage.session import Driver, Row
from storage.sqlite.connection import connect


@dataclass(frozen=True, slots=True)
class Place:
    """One database. `directory` is where a file of that name lies."""

    url: str
    directory: Path

    @property
    def shared(self) -> bool:
        return is_shared(self.url)

    async def open(self, worker: str) -> Store:
        """As the one desk on a file; as one of many elsewhere."""
        return await open_store(self.url, self.directory, worker=worker, alone=not self.shared)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Driver]:
        """A connection of the bench's own beside the workers'; what it writes is committed at once."""
        if self.shared:
            link = Link(self.url)
            try:
                yield link
            finally:
                await link.close()
        else:
            connection = await connect(self.directory / self.url.removeprefix(SQLITE))
            try:
                yield connection
            finally:
                await connection.close()


async def ask(driver: Driver, sql: str, **values: Any) -> Row:
    """The first row of the answer."""
    [[row, *_]] = await driver.run([], [(sql, values)])
    return row


async def tell(driver: Driver, sql: str, **values: Any) -> None:
    await driver.run([(sql, values)], [])


@contextmanager
def place(server: str | None) -> Iterator[Place]:
    """A new database on the PostgreSQL server that a URL names (the URL's own database is only used to say
    so), or a SQLite file. Raises StoreError when the server does not let us."""
    with scratch() as directory:
        if server is None:
            yield Place(f"{SQLITE}desk.db", directory)
            return
        with _ended_in_order(), _database(server) as url:
            yield Place(url, directory)


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = new_name()
    asyncio.run(make(server, name))
    try:
        yield named(server, name)
    finally:
        asyncio.run(drop(server, name))


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM ends the bench like Ctrl+C does: by an exception, so that everything is cleaned up."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
