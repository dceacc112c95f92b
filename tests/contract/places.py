"""Where the suite's stores live. A further kind of store is one more class and one more line in `KINDS`."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest
from bot.ports import Store
from storage.postgres import store as postgres
from storage.sqlite import store as sqlite

from tests.servers.postgres import on

TEMPLATE = "dawnline_template"


class Home(Protocol):
    """One database, empty at first."""

    async def open(self, worker: str) -> Store: ...

    async def remove(self) -> None: ...


class SqliteHome:
    @classmethod
    async def made(cls, directory: Path) -> "SqliteHome":
        return cls(directory)

    def __init__(self, directory: Path) -> None:
        self._path = directory / "desk.db"

    async def open(self, worker: str) -> Store:
        return await sqlite.open_store(self._path, worker=worker)

    async def remove(self) -> None:
        """It is in a directory that goes by itself."""


class PostgresHome:
    """A copy of a database in which the schema is already."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = f"dawnline_{secrets.token_hex(6)}"
        self.url = on(server, self._name)

    @classmethod
    async def made(cls, server: str) -> "PostgresHome":
        home = cls(server)
        admin = await asyncpg.connect(server)
        try:
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", TEMPLATE):
                await admin.execute(f"CREATE DATABASE {TEMPLATE}")
                await (await postgres.open_store(on(server, TEMPLATE), worker="template")).close()
            await admin.execute(f"CREATE DATABASE {home._name} TEMPLATE {TEMPLATE}")
        finally:
            await admin.close()
        return home

    async def open(self, worker: str) -> Store:
        return await postgres.open_store(self.url, worker=worker)

    async def remove(self) -> None:
        admin = await asyncpg.connect(self._server)
        try:
            await admin.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        finally:
            await admin.close()


KINDS = ("postgresql", "sqlite")


def homes(kind: str, request: pytest.FixtureRequest) -> Callable[[Path], Awaitable[Home]]:
    """Makes an empty home of that kind. Skips the test when there is no PostgreSQL."""
    if kind == "sqlite":
        return SqliteHome.made
    server: str = request.getfixturevalue("postgres_server")
    return lambda _: PostgresHome.made(server)


class Place:
    """One database. Each opening is another process as far as the store can tell."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stores: list[Store] = []

    async def open(self, worker: str | None = None) -> Store:
        store = await self._home.open(worker or f"worker-{len(self._stores) + 1}")
        self._stores.append(store)
        return store

    async def close(self) -> None:
        for store in self._stores:
            await store.close()
        await self._home.remove()
