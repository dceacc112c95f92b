"""Slack's events in the core's words. Pure: nothing is fetched and nothing is decided here.

Shapes: https://docs.slack.dev/reference/events/message, .../reaction_added, .../app_mention
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.slack.emoji import character
from adapters.slack.message import (
    CHANNEL,
    Heard,
    attachments_of,
    author_of,
    instant,
    is_own,
    is_private,
    thread_of,
    words_of,
)
from adapters.slack.text import people_named
from adapters.slack.wire import Json
from bot.errors import Malformed
from bot.inbound import (
    Address,
    ConversationMigrated,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    Unreadable,
)

_MOST_RAW = 100_000
# Subtypes that carry somebody's words; all others that we know are Slack's own remarks.
_POSTED = frozenset({None, "file_share", "thread_broadcast", "me_message", "bot_message"})
_REMARKS = re.compile(
    r"""(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)
    |channel_(convert_to_private|convert_to_public|posting_permissions|canvas_updated)
    |(un)?pinned_item|reminder_add|bot_(add|remove|enable|disable)|message_replied|tombstone
    |assistant_app_thread|huddle_thread|sh_room_created|joiner_notification|ekm_access_denied
    |slackbot_response|file_comment|file_mention""",
    re.VERBOSE,
)


def people_in(body: Json) -> Iterator[str]:
    """The ids of everybody whose name helps in reading this event."""
    event = body.get("event") or {}
    for message in (event, event.get("message")):
        if isinstance(message, dict) and message.get("type") in ("message", "app_mention", "reaction_added"):
            author = message.get("user")
            yield from (author,) if isinstance(author, str) else ()
            yield from people_named(str(message.get("text") or ""))


def translate(heard: Heard) -> Inbound | None:
    """The event in the core's words; None for what is no business of the desk, or its own doing.

    Raises Malformed, or KeyError, TypeError, ValueError or AttributeError, for what cannot be read.
    """
    if is_own(heard.event, heard.me):
        return None
    reader = _READERS.get(str(heard.event["type"]))
    return reader(heard) if reader else None


def unreadable(body: Json, reason: str, now: datetime) -> Unreadable:
    """An event nobody could translate, kept whole (up to 100,000 characters)."""
    raw = json.dumps(body, ensure_ascii=False)
    event = body.get("event")
    conversation = event.get("channel") if isinstance(event, dict) else None
    key = body.get("event_id") or hashlib.sha256(raw.encode()).hexdigest()
    at = Address(CHANNEL, conversation if isinstance(conversation, str) else "unknown")
    return Unreadable(f"event:{key}", at, raw[:_MOST_RAW], reason, now)


def _message(heard: Heard) -> Inbound | None:
    subtype = heard.event.get("subtype")
    if _REMARKS.fullmatch(str(subtype)):
        return None
    if subtype == "message_changed":
        return _changed(heard)
    if subtype == "message_deleted":
        return _deleted(heard, heard.event["deleted_ts"], heard.event.get("previous_message") or {})
    if subtype not in _POSTED:
        raise Malformed(f"a message of an unknown kind: {subtype}")
    return _posted(heard)


def _posted(heard: Heard) -> MessagePosted:
    """The same key for `message` and `app_mention`, which Slack both sends for one mention."""
    event = heard.event
    ts, thread = str(event["ts"]), thread_of(event)
    text, addressed = words_of(event, heard)
    return MessagePosted(
        event_key=f"message:{heard.conversation}:{ts}",
        at=Address(CHANNEL, heard.conversation, thread),
        message_id=ts,
        author=author_of(event, heard),
        text=text,
        sent_at=instant(ts),
        reply_to=thread,
        addressed=addressed,
        private=is_private(event),
        attachments=tuple(attachments_of(event)),
    )


def _changed(heard: Heard) -> Inbound | None:
    """An edit; or a link preview, which changes no words; or a deleted root that still has replies."""
    message, before = heard.event["message"], heard.event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":
        return _deleted(heard, message["ts"], before)
    if is_own(message, heard.me) or message.get("text") == before.get("text"):
        return None
    text, _ = words_of(message, heard)
    return MessageEdited(
        event_key=heard.key,
        at=Address(CHANNEL, heard.conversation, thread_of(message)),
        message_id=str(message["ts"]),
        author=author_of(message, heard),
        text=text,
        edited_at=instant(str((message.get("edited") or heard.event).get("ts") or heard.event["event_ts"])),
    )


def _deleted(heard: Heard, ts: str, before: Json) -> MessageDeleted | None:
    if is_own(before, heard.me):
        return None
    return MessageDeleted(
        event_key=heard.key,
        at=Address(CHANNEL, heard.conversation, thread_of(before)),
        message_id=str(ts),
        author=author_of(before, heard) if before.get("user") or before.get("bot_id") else None,
        deleted_at=instant(str(heard.event["event_ts"])),
    )


def _reaction(heard: Heard) -> ReactionAdded | None:
    event, item = heard.event, heard.event["item"]
    emoji = character(str(event["reaction"]))
    if item.get("type") != "message" or emoji is None:
        return None
    return ReactionAdded(
        event_key=heard.key,
        at=Address(CHANNEL, str(item["channel"])),
        message_id=str(item["ts"]),
        author=author_of(event, heard),
        emoji=emoji,
        reacted_at=instant(str(event["event_ts"])),
    )


def _migrated(heard: Heard) -> ConversationMigrated:
    old, new = str(heard.event["old_channel_id"]), str(heard.event["new_channel_id"])
    return ConversationMigrated(heard.key, CHANNEL, old, new, instant(str(heard.event["event_ts"])))


_READERS: dict[str, Callable[[Heard], Inbound | None]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction,
    "channel_id_changed": _migrated,
}
