"""Slash commands and buttons: read, committed, confirmed in time, answered to the asker alone."""

import asyncio

from adapters.slack.app import SlackApp
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.inbound import Address, Answer, Person, VerbInvoked
from bot.outgoing import Button, Post

from tests.fakes import slack_events as said
from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_world import World
from tests.integration.slack.stage import (
    LATE_FAILURE,
    Door,
    http_client,
    http_settings,
    running,
    serving,
    until_told,
)

ROOT = "1780000000.000100"


def slash(slack: FakeSlack, command: str, text: str, channel: str = "C1") -> Json:
    return said.slash_command(command, text, user="U2", channel=channel, response_url=slack.response_url())


async def press(slack: FakeSlack, app: SlackApp, verb: str = "ack T-12", thread: str | None = None) -> Json:
    """Eve presses a button under a real message of ours."""
    post = Post(
        f"key {verb}", Address("slack", "C1", thread), "T-12 · P0", buttons=(Button("Acknowledge", verb),)
    )
    receipt = await app.channel.send(post)
    posted = slack.world.conversations["C1"].messages[receipt.message_id]
    return said.button_press(verb, user="U2", channel="C1", posted=posted, response_url=slack.response_url())


async def test_a_command_is_answered_in_its_confirmation(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12 <now> & *fully*.")
    response = await door.command(slash(slack, "/ack", "T-12"))

    answer = response.json()
    assert (response.status_code, answer["response_type"]) == (200, "ephemeral")
    assert answer["text"] == "You have T-12 &lt;now&gt; &amp; *fully*."
    assert answer["blocks"][0]["text"] == {
        "type": "plain_text",
        "text": "You have T-12 <now> & *fully*.",
        "emoji": False,
    }
    verb = inbox.only(VerbInvoked)
    assert (verb.text, verb.at, verb.author) == (
        "ack T-12",
        Address("slack", "C1"),
        Person("slack", "U2", "eve"),
    )
    assert abs((verb.invoked_at - door.clock.now()).total_seconds()) < 60


async def test_commands_by_their_own_name_and_by_ours(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    for command, text in (
        ("/dawnline", "ack T-12"),
        ("/dawnline", ""),
        ("/tickets", ""),
        ("/assign", "T-12 <@U1|alice>"),
        ("/update", 'T-12 need="a &amp; b" text'),
    ):
        assert (await door.command(slash(slack, command, text))).status_code == 200
    verbs = [item.text for item in inbox.committed if isinstance(item, VerbInvoked)]
    assert verbs == ["ack T-12", "help", "tickets", "assign T-12 @U1", 'update T-12 need="a & b" text']


async def test_a_command_in_a_direct_message_is_private(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    await door.command(slash(slack, "/oncall", "", channel="D2"))
    assert inbox.only(VerbInvoked).private


async def test_no_answer_says_nothing(slack: FakeSlack, door: Door, inbox: RecordingInbox) -> None:
    response = await door.command(slash(slack, "/ack", ""))
    assert (response.status_code, response.text) == (200, "")


async def test_a_late_answer_comes_by_the_response_url(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    inbox.gate.clear()
    response = await door.command(slash(slack, "/ack", "T-12"))
    assert (response.status_code, response.text, slack.responses) == (200, "", [])

    inbox.gate.set()
    (answer,) = await until_told(slack)
    assert (answer["response_type"], answer["text"]) == ("ephemeral", "You have T-12.")


async def test_a_late_failure_is_told(slack: FakeSlack, door: Door, inbox: RecordingInbox) -> None:
    inbox.faults.append(StoreError("disk full"))
    inbox.gate.clear()
    await door.command(slash(slack, "/ack", "T-12"))
    inbox.gate.set()
    (answer,) = await until_told(slack)
    assert answer["text"] == LATE_FAILURE


async def test_a_command_that_fails_in_time_is_not_confirmed(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    inbox.faults.append(StoreError("disk full"))
    assert (await door.command(slash(slack, "/ack", "T-12"))).status_code == 503


async def test_a_button(slack: FakeSlack, http_app: SlackApp, door: Door, inbox: RecordingInbox) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    payload = await press(slack, http_app)
    response = await door.button(payload)

    assert (response.status_code, response.text) == (200, "")
    verb = inbox.only(VerbInvoked)
    assert (verb.text, verb.reply_to, verb.author.id) == (
        "ack T-12",
        payload["container"]["message_ts"],
        "U2",
    )
    (answer,) = await until_told(slack)
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert answer["text"] == "You have T-12."


async def test_a_button_in_a_thread_is_answered_there(
    slack: FakeSlack, http_app: SlackApp, door: Door, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    root = slack.world.post(slack.world.conversations["C1"], "U1", "video is black")["ts"]
    await door.button(await press(slack, http_app, thread=root))

    verb = inbox.only(VerbInvoked)
    assert (verb.reply_to, verb.at) == (root, Address("slack", "C1", root))
    (answer,) = await until_told(slack)
    assert answer["thread_ts"] == root


async def test_a_button_pressed_by_somebody_of_another_workspace(
    slack: FakeSlack, http_app: SlackApp, door: Door, inbox: RecordingInbox
) -> None:
    payload = await press(slack, http_app)
    payload["user"] |= {"id": "U9", "team_id": said.OTHER_TEAM}
    await door.button(payload)
    assert inbox.only(VerbInvoked).author.workspace == said.OTHER_TEAM


async def test_a_button_the_desk_cannot_commit_is_not_confirmed(
    slack: FakeSlack, http_app: SlackApp, door: Door, inbox: RecordingInbox
) -> None:
    inbox.faults.append(StoreError("disk full"))
    payload = await press(slack, http_app)
    assert (await door.button(payload)).status_code == 503
    assert (await door.button(payload)).status_code == 200
    assert inbox.only(VerbInvoked).text == "ack T-12"


async def test_a_response_url_that_is_used_up_harms_nothing(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    inbox.gate.clear()
    fields = slash(slack, "/ack", "T-12") | {"response_url": f"{slack.root}/response/gone"}
    await door.command(fields)
    inbox.gate.set()
    await slack.until(lambda: slack.violations)
    assert slack.take_violations() == ["response_url: used_url"]
    assert inbox.only(VerbInvoked).text == "ack T-12"


async def test_stopping_waits_for_a_late_answer(
    slack: FakeSlack, world: World, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    inbox.gate.clear()
    app = SlackApp(http_settings(slack), inbox, SystemClock(), patience=0.01)
    async with serving(app) as url, http_client() as client:
        async with running(app):
            await Door(client, url).command(slash(slack, "/ack", "T-12"))
            asyncio.get_running_loop().call_later(0.05, inbox.gate.set)
        assert len(slack.responses) == 1


async def test_a_verb_needs_no_name_to_be_looked_up(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    slack.fail_next(Fault("users.info", "stall"))
    assert (await door.command(slash(slack, "/ack", "T-12"))).status_code == 200
    assert slack.called("users.info") == []
