"""Slack says the same thing ten thousand times, to any worker: it is one ticket."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.chaos.desk import Chaos, chaos
from tests.chaos.slack_side import AT_ONCE, CUSTOMER, SlackSide, slack_side
from tests.chaos.waiting import LONG
from tests.fakes.slack_events import callback, message

pytestmark = pytest.mark.chaos
REPEATS = 10_000


async def _repeat(desk: Chaos, slack: SlackSide, body: str, times: int) -> None:
    for number in range(times):
        hands = desk.fleet.working
        assert await slack.post(hands[number % len(hands)], body) == ""


async def test_ten_thousand_repeats_are_one_ticket(url: str, tmp_path: Path) -> None:
    async with slack_side() as slack, chaos(tmp_path, url, 4, slack.fake.base_url) as desk:
        item = slack.make(1)
        body = json.dumps(callback(message(item.at.conversation, CUSTOMER, item.text, item.message_id)))
        desk.customers.offered.add(item.event_key)
        repeating = (_repeat(desk, slack, body, REPEATS // AT_ONCE + 1) for _ in range(AT_ONCE))
        await asyncio.wait_for(asyncio.gather(*repeating), 2 * LONG)
        desk.customers.accepted.append((0.0, item.event_key))
        await desk.ends_well()
        assert len(slack.posted()) == 1
    assert [row[0] for row in desk.audit().rows("SELECT count(*) FROM ledger")] == [1]
    assert [row[0] for row in desk.audit().rows("SELECT count(*) FROM tickets")] == [1]
