"""Every story is told on every kind of store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.openers import POSTGRESQL_IN_CI, SQLITE, OpenStore, opener


@pytest.fixture(params=[SQLITE, POSTGRESQL_IN_CI])
async def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    async with opener(request, tmp_path) as opened:
        yield opened
