"""A new version is rolled out: one worker after the other is asked to stop, and another takes its place."""

from pathlib import Path

import pytest

from tests.chaos.calm import Calm
from tests.chaos.desk import chaos

pytestmark = pytest.mark.chaos
LATE = 2.0


async def test_nobody_notices_a_rolling_restart(url: str, tmp_path: Path, calm: Calm) -> None:
    async with chaos(tmp_path, url, 2) as desk:
        async with desk.customers.writing():
            for old in list(desk.fleet.hands):
                await desk.fleet.start()
                assert await old.stop() == 0
                await desk.accepts_again()
        audit = await desk.ends_well()
    assert desk.doubts == []
    assert audit.latest_page() <= LATE + calm.late
