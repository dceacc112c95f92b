"""A desk at night with a program that listens, on either store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.webhooks.stage import Watched, watched
from tests.openers import POSTGRESQL_IN_CI, SQLITE, OpenStore, opener


@pytest.fixture(params=[SQLITE, POSTGRESQL_IN_CI])
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    async with opener(request, tmp_path) as opened:
        yield opened


@pytest.fixture
async def desk(open_store: OpenStore) -> AsyncIterator[Watched]:
    async with watched(open_store) as found:
        yield found
