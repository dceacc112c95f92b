"""One strict Slack, one recording desk, and the adapter between them, by HTTP or by Socket Mode."""

from collections.abc import AsyncIterator

import pytest
from adapters.slack.app import SlackApp
from adapters.slack.channel import SlackChannel
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.people import Introduction
from adapters.slack.wire import web_client
from bot.clock import SystemClock

from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.slack_server import BOT_TOKEN, FakeSlack
from tests.fakes.slack_world import World
from tests.integration.slack.stage import Door, http_client, http_settings, running, serving, socket_settings


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """The token holds what the manifest asks for and no more, which proves the manifest sufficient."""
    server = FakeSlack(SystemClock().now, BOT_SCOPES)
    await server.start()
    yield server
    await server.stop()
    assert server.violations == []


@pytest.fixture
def world(slack: FakeSlack) -> World:
    """A support channel with a customer (U1) and an engineer (U2)."""
    slack.world.user("U1", "Alice")
    slack.world.user("U2", "Eve")
    slack.world.channel("C1", ["U1", "U2"])
    return slack.world


@pytest.fixture
async def inbox() -> RecordingInbox:
    return RecordingInbox()


@pytest.fixture
async def channel(slack: FakeSlack, world: World) -> SlackChannel:
    client = web_client(BOT_TOKEN, slack.base_url)
    return SlackChannel(client, Introduction(client))


@pytest.fixture
async def http_app(slack: FakeSlack, world: World, inbox: RecordingInbox) -> AsyncIterator[SlackApp]:
    async with running(SlackApp(http_settings(slack), inbox, SystemClock(), patience=0.3)) as app:
        yield app


@pytest.fixture
async def door(http_app: SlackApp) -> AsyncIterator[Door]:
    async with serving(http_app) as url, http_client() as client:
        yield Door(client, url)


@pytest.fixture
async def socket_app(slack: FakeSlack, world: World, inbox: RecordingInbox) -> AsyncIterator[SlackApp]:
    app = SlackApp(socket_settings(slack), inbox, SystemClock(), patience=0.3, ping=0.2, url_patience=0.5)
    async with running(app):
        await slack.socket.connected()
        yield app


@pytest.fixture
async def door_before_introduction(
    slack: FakeSlack, world: World, inbox: RecordingInbox
) -> AsyncIterator[Door]:
    """The routes of an app that does not run yet: nobody has asked Slack who we are."""
    app = SlackApp(http_settings(slack), inbox, SystemClock())
    async with serving(app) as url, http_client() as client:
        yield Door(client, url)
