"""Slack's side of the desk: signed events over real HTTP to any worker, again until it says that they are
safe."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.settings import EVENTS_PATH
from bot.clock import SystemClock
from bot.inbound import Address, MessagePosted, Person

from tests.chaos.fleet import Hand
from tests.fakes.slack_events import JSON, callback, message, signature
from tests.fakes.slack_server import FakeSlack
from tests.integration.killed.load import TEXTS

SLACK, CUSTOMER = "slack", "U1"
ACCEPTED = 200
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class SlackSide:
    fake: FakeSlack
    client: aiohttp.ClientSession

    def make(self, number: int) -> MessagePosted:
        """A customer's only message, in a channel of its own."""
        where = self.fake.world.channel(f"CS{number}", [CUSTOMER])
        text = TEXTS[number % len(TEXTS)].format(number)
        ts = self.fake.world.post(where, CUSTOMER, text)["ts"]
        key, at = f"message:{where.id}:{ts}", Address(SLACK, where.id)
        return MessagePosted(key, at, ts, Person(SLACK, CUSTOMER), text, SystemClock().now())

    async def ask(self, hand: Hand, item: MessagePosted) -> str:
        said = message(item.at.conversation, CUSTOMER, item.text, item.message_id)
        return await self.post(hand, json.dumps(callback(said, f"Ev{item.event_key}")))

    async def post(self, hand: Hand, body: str) -> str:
        """Why it was not accepted; "" when it was."""
        headers = JSON | signature(body, int(SystemClock().now().timestamp()))
        url = f"http://127.0.0.1:{hand.port}{EVENTS_PATH}"
        async with self.client.post(url, data=body, headers=headers) as response:
            await response.read()
            return "" if response.status == ACCEPTED else str(response.status)

    def posted(self) -> list[str]:
        """The key of every message that was posted, as often as it was."""
        calls = self.fake.called("chat.postMessage")
        return [json.dumps(_metadata(call.arguments), sort_keys=True) for call in calls]


def _metadata(arguments: dict[str, object]) -> object:
    found = arguments["metadata"]
    return json.loads(found) if isinstance(found, str) else found


@asynccontextmanager
async def slack_side() -> AsyncIterator[SlackSide]:
    fake = FakeSlack(SystemClock().now, BOT_SCOPES)
    fake.world.user(CUSTOMER, "Alice")
    await fake.start()
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as client:
            yield SlackSide(fake, client)
    finally:
        await fake.stop()
    assert fake.violations == []
