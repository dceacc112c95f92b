"""A desk at night. On PostgreSQL these hundreds take minutes, so there they are for `-m slow`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.core.night import Night, begin, desk_policy
from tests.openers import POSTGRESQL_IN_CI, SQLITE, OpenStore, opener


@pytest.fixture(params=[SQLITE, POSTGRESQL_IN_CI])
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    async with opener(request, tmp_path) as opened:
        yield opened


@pytest.fixture
async def night(open_store: OpenStore) -> AsyncIterator[Night]:
    async with begin(open_store, desk_policy()) as desk:
        yield desk
