"""A store of every kind, empty, closed after the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bot.ports import Store

from tests.contract.places import KINDS, Place, homes


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(await homes(request.param, request)(tmp_path))
    yield place
    await place.close()


@pytest.fixture
async def store(place: Place) -> Store:
    return await place.open()
