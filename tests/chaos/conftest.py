"""A database for every desk, and how quick this machine is today."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.chaos.calm import Calm, lived
from tests.contract.places import PostgresHome


@pytest.fixture
async def url(postgres_server: str) -> AsyncIterator[str]:
    home = await PostgresHome.made(postgres_server)
    yield home.url
    await home.remove()


@pytest.fixture(scope="session")
def calm(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """A desk on which nothing goes wrong: what the machine takes for it, it may take on top anywhere."""
    return asyncio.run(lived(postgres_server, tmp_path_factory.mktemp("calm")))
