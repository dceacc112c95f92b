"""Slack's requests over real HTTP: confirmed only once committed, and nothing a stranger sends does harm."""

import asyncio
import json
from datetime import datetime
from urllib.parse import urlencode

import pytest
from adapters.slack.app import SlackApp
from adapters.slack.webhook import MAX_BODY
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.inbound import MessagePosted, Unreadable

from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.slack_events import FORM, JSON, app_mention, callback, message, own_message, signature
from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_world import World
from tests.integration.slack.stage import Door, http_settings, running


async def test_an_event_is_confirmed_after_the_commit(door: Door, inbox: RecordingInbox) -> None:
    response = await door.event(callback(message("C1", "U1", "video is black", ts="1780000000.000200")))

    assert (response.status_code, response.text) == (200, "")
    posted = inbox.only(MessagePosted)
    assert (posted.text, posted.author.id, posted.author.name) == ("video is black", "U1", "Alice")
    assert posted.sent_at.isoformat() == "2026-05-28T20:26:40.000200+00:00"


async def test_a_desk_that_cannot_commit_gives_503_and_hears_it_again(
    door: Door, inbox: RecordingInbox
) -> None:
    event = callback(message("C1", "U1", "video is black"))
    inbox.faults.append(StoreError("disk full"))

    assert (await door.event(event)).status_code == 503
    assert inbox.committed == []
    assert (await door.event(event, retry=1)).status_code == 200
    assert inbox.only(MessagePosted).text == "video is black"


async def test_an_event_we_fail_on_ourselves_gives_500_and_comes_again(
    door: Door, inbox: RecordingInbox
) -> None:
    event = callback(message("C1", "U1", "video is black"))
    inbox.faults.append(RuntimeError("a bug"))

    assert (await door.event(event)).status_code == 500
    assert (await door.event(event, retry=1)).status_code == 200
    assert inbox.only(MessagePosted).text == "video is black"


async def test_slacks_repetitions_carry_the_same_key(door: Door, inbox: RecordingInbox) -> None:
    event = callback(message("C1", "U1", "video is black"))
    for retry in range(4):
        assert (await door.event(event, retry)).status_code == 200

    assert len({item.event_key for item in inbox.offered}) == 1
    assert len(inbox.offered) == 4


async def test_a_mention_arrives_twice_but_counts_once(door: Door, inbox: RecordingInbox) -> None:
    """Slack sends `message` and `app_mention` with different event ids."""
    said = message("C1", "U2", "<@U0BOT> ack T-12")
    await door.event(callback(said))
    await door.event(callback(app_mention(said)))

    assert len(inbox.offered) == 2
    posted = inbox.only(MessagePosted)
    assert (posted.text, posted.addressed) == ("ack T-12", True)


async def test_our_own_messages_are_not_heard(door: Door, inbox: RecordingInbox) -> None:
    assert (await door.event(callback(own_message("C1", "T-1 · P0")))).status_code == 200
    assert inbox.offered == []


async def test_our_own_messages_are_not_heard_whatever_they_are(door: Door, inbox: RecordingInbox) -> None:
    """Of somebody else's, an unknown kind is kept for a human."""
    own = own_message("C1", "T-1 · P0") | {"subtype": "brand_new"}
    assert (await door.event(callback(own))).status_code == 200
    assert inbox.offered == []


async def test_an_unknown_event_is_confirmed_and_forgotten(door: Door, inbox: RecordingInbox) -> None:
    assert (await door.event(callback({"type": "team_rename", "name": "x"}))).status_code == 200
    assert inbox.offered == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": "C1", "user": "U1", "text": "no ts at all"},
        {"type": "message", "channel": "C1", "user": "U1", "text": "x", "ts": "yesterday"},
        {"type": "message", "channel": "C1", "text": "by nobody", "ts": "1780000000.000100"},
        {"type": "message", "channel": "C1", "user": "U1", "ts": "1780000000.000100", "subtype": "brand_new"},
        {"type": "message", "channel": "C1", "user": "U1", "ts": "1780000000.000100", "files": ["oops"]},
        {"type": "message", "subtype": "message_changed", "channel": "C1"},
        {"type": "reaction_added", "user": "U1", "item": None, "reaction": "eyes"},
        {"channel": "C1", "user": "U1", "text": "of no type", "ts": "1780000000.000100"},
    ],
)
async def test_what_cannot_be_read_is_kept_as_it_came(
    door: Door, inbox: RecordingInbox, event: dict[str, object]
) -> None:
    body = callback(event)
    assert (await door.event(body)).status_code == 200

    kept = inbox.only(Unreadable)
    assert json.loads(kept.raw) == body
    assert kept.reason


async def test_events_are_not_lost_while_slack_does_not_say_who_we_are(
    slack: FakeSlack, inbox: RecordingInbox, door_before_introduction: Door
) -> None:
    """bolt's own authorization would answer 200 here, and the customer's message would be gone."""
    door, event = door_before_introduction, callback(message("C1", "U1", "video is black"))
    slack.fail_next(Fault("auth.test", "refuse", error="internal_error"))

    assert (await door.event(event)).status_code == 500
    assert (await door.event(event, retry=1)).status_code == 200
    assert inbox.only(MessagePosted).text == "video is black"


async def test_names_are_a_courtesy_and_never_hold_up_an_event(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    slack.fail_next(Fault("users.info", "rate_limit"))
    assert (await door.event(callback(message("C1", "U1", "video is black")))).status_code == 200
    assert inbox.only(MessagePosted).author.name == ""


async def test_somebody_slack_does_not_know_is_asked_for_once(
    slack: FakeSlack, door: Door, inbox: RecordingInbox
) -> None:
    for text in ("one", "two"):
        await door.event(callback(message("C1", "U404", f"{text} <@U1>")))
    texts = [item.text for item in inbox.committed if isinstance(item, MessagePosted)]
    assert texts == ["one @Alice", "two @Alice"]
    assert slack.take_violations() == ["users.info: user_not_found"]


async def test_url_verification_is_answered(door: Door) -> None:
    response = await door.event({"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB10"})
    assert (response.status_code, response.json()) == (200, {"challenge": "3eZbrw1aB10"})


BODY = json.dumps(callback(message("C1", "U1", "let me in")))


async def test_wrong_and_stale_signatures_are_refused(door: Door, inbox: RecordingInbox) -> None:
    for headers in (
        signature(BODY, door.now, secret="guessed"),
        signature(BODY, door.now - 301),
        signature(BODY, door.now + 400),
        signature(BODY + " ", door.now),
        {},
        signature(BODY, "soon"),
        signature(BODY, "-1"),
        signature(BODY, "9" * 400),
        {"X-Slack-Request-Timestamp": str(door.now)},
    ):
        assert (await door.raw(BODY.encode(), JSON | headers)).status_code == 401, headers
    assert inbox.offered == []


async def test_a_signature_that_is_not_ascii_is_refused(door: Door) -> None:
    headers = {**JSON, "X-Slack-Request-Timestamp": str(door.now)}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"X-Slack-Signature", "v0=grün".encode()))
    response = await door.client.post(door.url, content=BODY, headers=raw)
    assert response.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "{not json",
        "[1, 2]",
        '"words"',
        "null",
        '{"type": "event_callback", "event": "words"}',
        "[" * 100_000,
        urlencode({"payload": "{not json"}),
        urlencode({"payload": "[]"}),
    ],
)
async def test_signed_bodies_that_are_no_json_object_are_400(
    door: Door, inbox: RecordingInbox, body: str
) -> None:
    headers = FORM if body.startswith("payload") else JSON
    assert (await door.signed(body, headers)).status_code == 400
    assert (await door.raw(body.encode(), headers | signature(body, door.now, "guessed"))).status_code == 401
    assert inbox.offered == []


@pytest.mark.parametrize("body", [b"\xff\xfe{}", BODY.encode("utf-16")])
async def test_bytes_that_are_no_text_are_401(door: Door, body: bytes) -> None:
    headers = {"X-Slack-Request-Timestamp": str(door.now), "X-Slack-Signature": "v0=00"}
    assert (await door.raw(body, JSON | headers)).status_code == 401


async def test_signed_requests_of_no_known_kind_are_4xx(door: Door) -> None:
    for body in ("{}", "", '{"type": "view_submission"}'):
        assert (await door.signed(body, JSON)).status_code == 404


async def test_a_body_too_large_is_413(door: Door) -> None:
    assert (await door.signed("x" * (MAX_BODY + 1), JSON)).status_code == 413


async def test_only_post_is_answered(door: Door) -> None:
    assert (await door.client.get(door.url)).status_code == 405


class ImpatientClock(SystemClock):
    """Notes how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        self.pauses: list[int] = []

    async def sleep_until(self, instant: datetime | None) -> None:
        if instant is not None:
            self.pauses.append(round((instant - self.now()).total_seconds()))


async def test_a_token_that_does_not_work_yet_is_tried_again(
    slack: FakeSlack, world: World, inbox: RecordingInbox
) -> None:
    clock = ImpatientClock()
    slack.fail_next(Fault("auth.test", "refuse", error="invalid_auth"), times=7)
    async with running(SlackApp(http_settings(slack), inbox, clock)) as app:
        assert app.ready
    assert clock.pauses == [1, 2, 4, 8, 16, 30, 30]


async def test_stopping_before_slack_answers(slack: FakeSlack, world: World, inbox: RecordingInbox) -> None:
    slack.fail_next(Fault("auth.test", "stall"))
    app = SlackApp(http_settings(slack), inbox, SystemClock())
    task = asyncio.create_task(app.run())
    await slack.until(lambda: slack.called("auth.test"))
    app.stop()
    await asyncio.wait_for(task, 1)
    assert not app.ready
    await app.close()
