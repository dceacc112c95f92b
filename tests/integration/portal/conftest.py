from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.portal.place import Place, running


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with running(tmp_path) as place:
        yield place
