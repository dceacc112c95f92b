from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def place(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Place]:
    async with running(tmp_path, clock) as place:
        yield place
