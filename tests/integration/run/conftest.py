from collections.abc import AsyncIterator

import pytest
from bot.clock import SystemClock

from tests.fakes.slack_server import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack(SystemClock().now)
    fake.world.user("U1", "Alice")
    fake.world.user("U2", "Eve")
    fake.world.channel("C1", ["U1", "U2"])
    await fake.start()
    yield fake
    await fake.stop()
