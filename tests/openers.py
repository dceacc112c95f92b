"""Opening the same store again and again, as a desk does that starts anew."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bot.ports import Store, Transaction
from storage.postgres import store as postgres
from storage.sqlite import store as sqlite

from tests.contract.places import PostgresHome

OpenStore = Callable[[], Awaitable[Store]]
DESK = "desk"
SQLITE = "sqlite"
POSTGRESQL_IN_CI = pytest.param("postgresql", marks=pytest.mark.slow)


@asynccontextmanager
async def opener(request: pytest.FixtureRequest, directory: Path) -> AsyncIterator[OpenStore]:
    """For a fixture whose parameter is a kind of store."""
    if request.param == SQLITE:
        yield lambda: sqlite.open_store(directory / "desk.db", alone=True)
        return
    home = await PostgresHome.made(request.getfixturevalue("postgres_server"))
    yield lambda: _opened(home.url)
    await home.remove()


async def _opened(url: str) -> Store:
    """What the worker that crashed had held is free: another one has noticed by now."""
    store = await postgres.open_store(url, worker=DESK)

    async def noticed(tx: Transaction) -> None:
        tx.workers.remove(DESK)

    await store.write(noticed)
    return store
