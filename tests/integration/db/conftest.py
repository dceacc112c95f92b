"""Databases that are empty, and a desk with a past on a file."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from bot.bench.filling import live, multiply
from bot.configuration.variables import VARIABLES

from tests.integration.cli.terminal import Terminal
from tests.integration.db.past import add_oddities
from tests.servers.postgres import on

TICKETS, CUSTOMERS = 400, 20


class Unwatched:
    """Keeps the filling's Bar, and the copy's Stages: nobody looks."""

    def stage(self, name: str, total: int) -> "Unwatched":
        return self

    def advance(self, count: int = 1) -> None:
        """Nobody looks."""


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[str]:
    """The address of a database in which there is nothing."""
    name = f"dawnline_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(postgres_server)
    await admin.execute(f"CREATE DATABASE {name}")
    yield on(postgres_server, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
def lived_through(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which tickets were really lived through, and odd things were said; never written again."""
    path = tmp_path_factory.mktemp("past") / "dawnline.db"
    asyncio.run(live(path))
    multiply(path, TICKETS, CUSTOMERS, Unwatched())  # type: ignore[arg-type]
    asyncio.run(add_oddities(path))
    return path


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A directory with no settings at all: a store in it would be `dawnline.db`."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return Terminal(tmp_path)


@pytest.fixture
def desk(terminal: Terminal, lived_through: Path) -> Terminal:
    """The same with that store in it."""
    shutil.copy(lived_through, terminal.directory / "dawnline.db")
    return terminal


@pytest.fixture
def file(desk: Terminal) -> Path:
    return desk.directory / "dawnline.db"
