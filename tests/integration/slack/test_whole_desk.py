"""The real desk, engine and store behind Slack: what customers and engineers of a Slack desk see."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from adapters.slack.app import SlackApp
from bot.clock import SystemClock
from bot.customers.customer import Customer, conversation
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Answer, Inbound
from bot.messages.catalogue import Catalogue
from bot.policy import Policy
from bot.ports import Inbox, Transaction
from bot.work import House
from storage.sqlite.store import open_store

from tests.fakes import slack_events as said
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_world import BOT_USER, World, markup, mentions
from tests.fakes.small_desk import POLICY
from tests.integration.slack.stage import running, socket_settings

# What Slack sends when somebody types it.
OUTAGE = "Production is down for everyone &lt;!channel&gt; *now*"


class Later(Inbox):
    """The desk needs the channel's capabilities and the channel the desk: one of them comes later."""

    desk: Inbox

    async def receive(self, item: Inbound) -> Answer:
        return await self.desk.receive(item)


@pytest.fixture
async def app(slack: FakeSlack, world: World, tmp_path: Path) -> AsyncIterator[SlackApp]:
    clock, inbox, woken, stop = SystemClock(), Later(), asyncio.Event(), asyncio.Event()
    app = SlackApp(socket_settings(slack), inbox, clock)
    store = await open_store(tmp_path / "desk.db")
    house = House.build(
        Policy.model_validate(tomllib.loads(POLICY)), Catalogue.load(), {"slack": app.channel.capabilities}
    )
    inbox.desk = Desk(store, clock, house, woken.set)
    await store.write(_link_acme)
    engine = asyncio.create_task(Engine(store, clock, house, {"slack": app.channel}, woken).run(stop))
    async with running(app):
        await slack.socket.connected()
        yield app
        stop.set()
        await asyncio.wait_for(engine, 5)
    await store.close()


async def _link_acme(tx: Transaction) -> None:
    acme = Customer("acme", "Acme", time_zone="Europe/Berlin", identities=(conversation("slack", "C1"),))
    tx.customers.save(acme)


def ours(world: World, conversation_id: str) -> list[Json]:
    """What the desk said in a conversation, oldest first."""
    known = world.conversations.get(conversation_id)
    return [each for each in known.messages.values() if each["user"] == BOT_USER] if known else []


def words(message: Json) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"] if block["type"] == "section")


async def customer_says(slack: FakeSlack, text: str) -> Json:
    """Alice writes in Acme's channel; Slack keeps the message and tells the app."""
    kept = slack.world.post(slack.world.conversations["C1"], "U1", text)
    await slack.socket.send("events_api", said.callback(said.message("C1", "U1", text, ts=kept["ts"])))
    return kept


async def test_a_p0_from_the_first_word_to_the_acknowledgement(
    slack: FakeSlack, world: World, app: SlackApp
) -> None:
    begun = SystemClock().now()
    root = await customer_says(slack, OUTAGE)
    await slack.until(lambda: ours(world, "C1") and ours(world, "D2"))
    assert SystemClock().now() - begun < timedelta(seconds=2)

    (receipt,) = ours(world, "C1")
    assert receipt["thread_ts"] == root["ts"]
    assert "T-1" in words(receipt)
    assert "P0" in words(receipt)
    (page,) = ours(world, "D2")
    assert "Production is down for everyone <!channel> *now*" in words(page)
    assert (mentions(page), markup(page)) == ([], [])

    pressed = said.button_press(
        "ack T-1", user="U2", channel="D2", posted=page, response_url=slack.response_url()
    )
    await slack.socket.send("interactive", pressed)
    await slack.until(lambda: slack.responses and any("Eve" in words(each) for each in ours(world, "C1")))
    assert "T-1" in slack.responses[0]["text"]


async def test_a_p0_opens_a_room_with_its_timeline_pinned(
    slack: FakeSlack, world: World, app: SlackApp
) -> None:
    await customer_says(slack, OUTAGE)
    await slack.until(lambda: slack.called("pins.add"))
    (room,) = [each for each in world.conversations.values() if each.creator == BOT_USER]
    assert (room.name, room.members) == ("inc-t-1", {BOT_USER, "U2"})
    assert len(room.pins) == 1
    assert "T-1" in room.topic
    slack.take_violations()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lose_reply", "cut"])
async def test_a_receipt_whose_answer_is_lost_appears_once(
    slack: FakeSlack, world: World, app: SlackApp, kind: str
) -> None:
    """It went into a thread, so it must be looked for there."""
    slack.fail_next(Fault("chat.postMessage", kind, channel="C1"))
    root = await customer_says(slack, "the echo is a little slow")
    await slack.until(lambda: slack.called("conversations.replies"))
    if kind == "cut":
        await slack.until(lambda: ours(world, "C1"))
    (receipt,) = ours(world, "C1")
    assert receipt["thread_ts"] == root["ts"]


async def test_an_engineer_in_a_thread_mentions_the_desk(
    slack: FakeSlack, world: World, app: SlackApp
) -> None:
    root = await customer_says(slack, "the echo is a little slow")
    await slack.until(lambda: ours(world, "C1"))
    mention = said.reply("C1", "U2", f"<@{BOT_USER}> ack", root["ts"])
    for event in (mention, said.app_mention(mention)):
        await slack.socket.send("events_api", said.callback(event))
    await slack.until(lambda: any("Eve" in words(each) for each in ours(world, "C1")))


async def test_eyes_of_an_engineer_acknowledge(slack: FakeSlack, world: World, app: SlackApp) -> None:
    root = await customer_says(slack, "the echo is a little slow")
    await slack.until(lambda: ours(world, "C1"))
    await slack.socket.send("events_api", said.callback(said.reaction_added("C1", "U2", root["ts"], "eyes")))
    await slack.until(lambda: any("Eve" in words(each) for each in ours(world, "C1")))
