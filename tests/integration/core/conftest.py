from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.integration.core.night import Night, begin, desk_policy


@pytest_asyncio.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    async with begin(tmp_path, desk_policy()) as desk:
        yield desk
