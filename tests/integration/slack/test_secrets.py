"""No token, ticket or response address in a log, an error or a URL."""

import logging
import traceback

import pytest
from adapters.slack.app import SlackApp
from adapters.slack.channel import SlackChannel
from adapters.slack.wire import SecretFilter, library_logger, redacted
from bot.clock import SystemClock
from bot.errors import DeliveryError, StoreError
from structlog.testing import capture_logs

from tests.fakes import slack_events as said
from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack, Fault
from tests.fakes.slack_world import World
from tests.integration.slack.stage import Door, running, socket_settings
from tests.integration.slack.test_channel import post

SECRETS = ("botsecret", "appsecret", "-secret", said.SIGNING_SECRET)


def assert_clean(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


async def test_socket_mode_in_trouble_logs_no_ticket(
    slack: FakeSlack, world: World, inbox: RecordingInbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.socket.refuse_next = 2
    app = SlackApp(socket_settings(slack), inbox, SystemClock(), ping=0.05, url_patience=0.15)
    async with running(app):
        await slack.socket.connected()
        inbox.faults.append(StoreError(f"cannot connect with {BOT_TOKEN}"))
        with capture_logs() as logs:
            await slack.socket.send("events_api", said.callback(said.message("C1", "U1", "x")))
            await inbox.until(lambda: inbox.offered)
            await slack.socket.disconnect()
            await slack.socket.connected(2)
    assert "Failed to connect" in caplog.text
    assert [entry["event"] for entry in logs] == ["event failed"]
    assert_clean(caplog.text + str(logs))


async def test_unsigned_bodies_are_not_written_out(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "slack_bolt")
    body = '{"type": "event_callback", "event": {"text": "a stranger says"}}'
    assert (
        await door.raw(body.encode(), said.JSON | said.signature(body, door.now, "guessed"))
    ).status_code == 401
    assert "a stranger says" not in caplog.text


@pytest.mark.parametrize("kind", ["lose_reply", "garbage", "status", "rate_limit", "refuse"])
async def test_errors_hold_no_token(channel: SlackChannel, slack: FakeSlack, kind: str) -> None:
    slack.fail_next(Fault("chat.postMessage", kind, error="invalid_auth" if kind == "refuse" else ""))
    with pytest.raises(DeliveryError) as caught:
        await channel.send(post())
    assert_clean("".join(traceback.format_exception(caught.value)))
    assert caught.value.__suppress_context__


async def test_tokens_travel_in_headers_only(
    slack: FakeSlack, socket_app: SlackApp, channel: SlackChannel
) -> None:
    await channel.send(post())
    for call in slack.calls:
        assert_clean(str(call.arguments))


def test_redaction() -> None:
    response_url = "https://hooks.slack.com/commands/T1/2/abcSECRET"
    text = f"{BOT_TOKEN} {APP_TOKEN} wss://x/link/?ticket=abc-123&app_id=A {response_url}"
    assert redacted(text) == "*** *** wss://x/link/?ticket=***&app_id=A https://hooks.slack.com/***"


def test_library_records_lose_their_tracebacks() -> None:
    record = logging.LogRecord(
        "x", logging.ERROR, "f", 1, "failed: %s", (BOT_TOKEN,), (ValueError, ValueError(), None)
    )
    assert SecretFilter().filter(record)
    assert (record.getMessage(), record.exc_info) == ("failed: *** (ValueError)", None)
    assert library_logger().level == logging.WARNING
