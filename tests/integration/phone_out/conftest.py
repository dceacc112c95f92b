"""One provider and one clock a test; a second provider for those that want it."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.server import Account, FakeProvider


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def second() -> AsyncIterator[FakeProvider]:
    account = Account("AC" + "2" * 32, "the-second-account's-token", "+15557654321")
    async with FakeProvider(account) as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock()
