"""Socket Mode over a real WebSocket: confirmed after the commit, and never out of touch for long."""

import asyncio

from adapters.slack.app import SlackApp
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.inbound import Answer, MessagePosted, VerbInvoked
from bot.outgoing import Button, Post

from tests.fakes import slack_events as said
from tests.fakes.recording_inbox import WAIT, RecordingInbox
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_socket import Envelope
from tests.fakes.slack_world import World
from tests.integration.slack.stage import LATE_FAILURE, running, socket_settings, until_told
from tests.integration.slack.test_channel import AT


async def acknowledged(envelope: Envelope) -> Json:
    return await asyncio.wait_for(asyncio.shield(envelope.ack), WAIT)


async def handled(inbox: RecordingInbox, times: int) -> None:
    await inbox.until(lambda: len(inbox.offered) >= times)


async def test_an_envelope_is_confirmed_after_the_commit(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.gate.clear()
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await handled(inbox, 1)
    assert not envelope.ack.done()

    inbox.gate.set()
    assert await acknowledged(envelope) == {}
    assert inbox.only(MessagePosted).text == "video is black"


async def test_several_workers_share_an_app_s_envelopes(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    """Slack gives each to one connection; what one worker could not commit may come to another."""
    async with running(SlackApp(socket_settings(slack), inbox, SystemClock())):
        await slack.socket.until(lambda: len(slack.socket.connections) == 2)
        inbox.faults.append(StoreError("gone"))
        envelope = await slack.socket.send(
            "events_api", said.callback(said.message("C1", "U1", "video is black"))
        )
        await handled(inbox, 1)
        assert not envelope.ack.done()
        await slack.socket.redeliver(envelope)
        await acknowledged(envelope)
    assert inbox.only(MessagePosted).text == "video is black"


async def test_an_envelope_the_desk_cannot_commit_comes_again(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.faults.append(StoreError("disk full"))
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await handled(inbox, 1)
    # A later envelope's confirmation proves that none was on its way for the first.
    await acknowledged(await slack.socket.send("events_api", said.callback({"type": "team_rename"})))
    assert not envelope.ack.done()

    await slack.socket.redeliver(envelope)
    await acknowledged(envelope)
    assert inbox.only(MessagePosted).text == "video is black"


async def test_redelivered_envelopes_carry_the_same_key(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await acknowledged(envelope)
    await slack.socket.redeliver(envelope)
    await handled(inbox, 2)
    assert inbox.only(MessagePosted)


async def test_a_slow_event_does_not_hold_up_the_next(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.gate.clear()
    await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "one")))
    await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "two")))
    await handled(inbox, 2)
    inbox.gate.set()


async def test_a_command_is_answered_in_its_confirmation(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    fields = said.slash_command("/ack", "T-12", user="U2", channel="C1", response_url=slack.response_url())
    payload = await acknowledged(await slack.socket.send("slash_commands", fields))
    assert (payload["response_type"], payload["text"]) == ("ephemeral", "You have T-12.")
    assert inbox.only(VerbInvoked).text == "ack T-12"


async def test_a_late_command_is_answered_by_the_response_url(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.faults.append(StoreError("disk full"))
    inbox.gate.clear()
    fields = said.slash_command("/ack", "T-12", user="U2", channel="C1", response_url=slack.response_url())
    assert await acknowledged(await slack.socket.send("slash_commands", fields)) == {}
    inbox.gate.set()
    (answer,) = await until_told(slack)
    assert answer["text"] == LATE_FAILURE


async def test_a_button(slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox) -> None:
    inbox.answer = lambda verb: Answer("You have T-12.")
    receipt = await socket_app.channel.send(
        Post("k1", AT, "T-12 · P0", buttons=(Button("Acknowledge", "ack T-12"),))
    )
    posted = slack.world.conversations["C1"].messages[receipt.message_id]
    payload = said.button_press(
        "ack T-12", user="U2", channel="C1", posted=posted, response_url=slack.response_url()
    )
    await acknowledged(await slack.socket.send("interactive", payload))
    assert (await until_told(slack))[0]["text"] == "You have T-12."


async def test_slack_refreshes_the_connection(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    for times in (2, 3):
        await slack.socket.disconnect("refresh_requested")
        await slack.socket.connected(times)
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await acknowledged(envelope)
    assert inbox.only(MessagePosted)
    assert socket_app.ready


async def test_a_connection_that_breaks_is_replaced(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    await slack.socket.drop()
    await slack.socket.connected(2)
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await acknowledged(envelope)


async def test_an_event_that_was_in_hand_when_the_connection_changed_is_not_lost(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    inbox.gate.clear()
    envelope = await slack.socket.send(
        "events_api", said.callback(said.message("C1", "U1", "video is black"))
    )
    await handled(inbox, 1)
    await slack.socket.disconnect()
    await slack.socket.connected(2)
    inbox.gate.set()
    await slack.socket.redeliver(envelope)
    await acknowledged(envelope)
    assert inbox.only(MessagePosted)


async def test_a_spent_address_is_not_tried_for_ever(
    slack: FakeSlack, socket_app: SlackApp, inbox: RecordingInbox
) -> None:
    """The SDK alone would keep on trying the address whose ticket is gone."""
    slack.socket.refuse_next = 1
    await slack.socket.disconnect()
    await slack.socket.connected(2)
    assert slack.socket.refused >= 1
    await acknowledged(await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "x"))))


async def test_slack_may_be_away_at_the_start(slack: FakeSlack, world: World, inbox: RecordingInbox) -> None:
    slack.fail_next(Fault("apps.connections.open", "status", status=503))
    async with running(
        SlackApp(socket_settings(slack), inbox, SystemClock(), ping=0.05, url_patience=0.5)
    ) as app:
        assert app.ready
    assert not app.ready


async def test_stopping_commits_what_is_in_hand_and_takes_nothing_new(
    slack: FakeSlack, world: World, inbox: RecordingInbox
) -> None:
    inbox.gate.clear()
    app = SlackApp(socket_settings(slack), inbox, SystemClock(), ping=0.2)
    async with running(app):
        await slack.socket.connected()
        first = await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "before")))
        await handled(inbox, 1)
        app.stop()
        second = await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "after")))
        asyncio.get_running_loop().call_later(0.1, inbox.gate.set)
    assert first.ack.done()
    assert not second.ack.done()
    assert inbox.only(MessagePosted).text == "before"
