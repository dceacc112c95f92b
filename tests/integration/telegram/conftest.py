"""One fake Telegram, one recording desk and one clock a test."""

from collections.abc import AsyncIterator

import pytest
from adapters.telegram.app import TelegramApp

from tests.fakes.telegram_server import FakeTelegram
from tests.fakes.telegram_world import Chat, User
from tests.fakes.turns import MyTurn
from tests.integration.telegram.stage import (
    ACME,
    CATALOGUE,
    FORUM,
    ManualClock,
    RecordingInbox,
    running,
    settings,
)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def inbox() -> RecordingInbox:
    return RecordingInbox()


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def customer(telegram: FakeTelegram) -> User:
    return telegram.world.user(501, "Wei", "wei")


@pytest.fixture
def engineer(telegram: FakeTelegram) -> User:
    return telegram.world.user(701, "Ana", "ana")


@pytest.fixture
def acme(telegram: FakeTelegram, customer: User, engineer: User) -> Chat:
    """A customer's group with an engineer in it; the bot is administrator."""
    return telegram.world.group(ACME, "Acme", [customer, engineer])


@pytest.fixture
def forum(telegram: FakeTelegram, engineer: User) -> Chat:
    """The engineers' own group with topics."""
    return telegram.world.forum(FORUM, "Desk", [engineer])


@pytest.fixture
async def desk(
    telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock
) -> AsyncIterator[TelegramApp]:
    """The adapter, polling. Before the first poll Telegram does not know that we want reactions."""
    async with running(
        TelegramApp(settings(telegram, forum=FORUM), inbox, clock, CATALOGUE, MyTurn())
    ) as app:
        await telegram.until(lambda: telegram.called("getUpdates"))
        yield app
