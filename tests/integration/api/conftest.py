from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, running


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """schemathesis takes seconds to prepare its tests, also where none of them is wanted."""
    unwanted = "not slow" in config.getoption("markexpr")
    return True if unwanted and collection_path.name == "test_schema.py" else None


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def place(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Place]:
    async with running(tmp_path, clock) as place:
        yield place
