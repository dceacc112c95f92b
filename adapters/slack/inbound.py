"""Slack's events in the core's words. Pure: nothing is fetched and nothing is decided here.

Shapes: https://docs.slack.dev/reference/events/message, .../reaction_added, .../app_mention
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.slack.emoji import character
from adapters.slack.people import Identity, Profile
from adapters.slack.text import emoji_in, people_named, readable, without_mention
from adapters.slack.wire import Json
from bot.errors import Malformed
from bot.inbound import (
    Address,
    Attachment,
    ConversationMigrated,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    Unreadable,
)

CHANNEL = "slack"
SLACKBOT = "USLACKBOT"
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


@dataclass(frozen=True, slots=True)
class Heard:
    """One event with what is needed to read it: who we are and who the people in it are."""

    body: Json
    event: Json
    me: Identity
    known: Mapping[str, Profile]

    @property
    def key(self) -> str:
        return f"event:{self.body['event_id']}"

    @property
    def conversation(self) -> str:
        return str(self.event["channel"])

    def names(self) -> dict[str, str]:
        return {user: profile.name for user, profile in self.known.items() if profile.name}


def people_in(body: Json) -> Iterator[str]:
    """The ids of everybody whose name helps in reading this event."""
    event = body.get("event") or {}
    for message in (event, event.get("message")):
        if isinstance(message, dict) and message.get("type") in ("message", "app_mention", "reaction_added"):
            author = message.get("user")
            yield from (author,) if isinstance(author, str) else ()
            yield from people_named(str(message.get("text") or ""))


def translate(heard: Heard) -> Inbound | None:
    """The event in the core's words; None for what is no business of the desk.

    Raises Malformed, or KeyError, TypeError, ValueError or AttributeError, for what cannot be read.
    """
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


def instant(ts: str) -> datetime:
    """A Slack timestamp ("1780000000.000100") as an aware UTC instant, to the microsecond."""
    seconds, _, fraction = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")[:6]))


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


def _posted(heard: Heard) -> MessagePosted | None:
    """The same key for `message` and `app_mention`, which Slack both sends for one mention."""
    event = heard.event
    if _is_own(event, heard.me):
        return None
    ts, thread = str(event["ts"]), _thread(event)
    text, addressed = _text(event, heard)
    return MessagePosted(
        event_key=f"message:{heard.conversation}:{ts}",
        at=Address(CHANNEL, heard.conversation, thread),
        message_id=ts,
        author=_author(event, heard),
        text=text,
        sent_at=instant(ts),
        reply_to=thread,
        addressed=addressed,
        private=_is_private(event),
        attachments=tuple(_attachments(event)),
    )


def _changed(heard: Heard) -> Inbound | None:
    """An edit; or a link preview, which changes no words; or a deleted root that still has replies."""
    message, before = heard.event["message"], heard.event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":
        return _deleted(heard, message["ts"], before)
    if _is_own(message, heard.me) or message.get("text") == before.get("text"):
        return None
    text, _ = _text(message, heard)
    return MessageEdited(
        event_key=heard.key,
        at=Address(CHANNEL, heard.conversation, _thread(message)),
        message_id=str(message["ts"]),
        author=_author(message, heard),
        text=text,
        edited_at=instant(str((message.get("edited") or heard.event).get("ts") or heard.event["event_ts"])),
    )


def _deleted(heard: Heard, ts: str, before: Json) -> MessageDeleted | None:
    if _is_own(before, heard.me):
        return None
    return MessageDeleted(
        event_key=heard.key,
        at=Address(CHANNEL, heard.conversation, _thread(before)),
        message_id=str(ts),
        author=_author(before, heard) if before.get("user") or before.get("bot_id") else None,
        deleted_at=instant(str(heard.event["event_ts"])),
    )


def _reaction(heard: Heard) -> ReactionAdded | None:
    event, item = heard.event, heard.event["item"]
    emoji = character(str(event["reaction"]))
    if item.get("type") != "message" or emoji is None or event["user"] == heard.me.user:
        return None
    return ReactionAdded(
        event_key=heard.key,
        at=Address(CHANNEL, str(item["channel"])),
        message_id=str(item["ts"]),
        author=_author(event, heard),
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


def _thread(message: Json) -> str | None:
    """The thread a message is a reply in; a thread's root carries its own ts and is no reply."""
    thread = message.get("thread_ts")
    return str(thread) if thread and thread != message.get("ts") else None


def _is_own(message: Json, me: Identity) -> bool:
    return message.get("user") == me.user or bool(me.bot and message.get("bot_id") == me.bot)


def _is_private(event: Json) -> bool:
    return event.get("channel_type") == "im" or str(event["channel"]).startswith("D")


def _text(message: Json, heard: Heard) -> tuple[str, bool]:
    """(the words, are they directed at the desk). In commands a mention keeps the person's id."""
    raw, emoji = str(message.get("text") or ""), emoji_in(message.get("blocks"))
    command = without_mention(raw, heard.me.user)
    if command is not None:
        return readable(command, {}, emoji).strip(), True
    words = [readable(raw, heard.names(), emoji), *_attached(message, heard)]
    return "\n".join(word for word in words if word), False


def _attached(message: Json, heard: Heard) -> Iterator[str]:
    """The words of messages somebody forwarded, and of integrations that write nowhere else.

    Without them a forwarded complaint, or a monitor's alarm, would be empty.
    """
    for attached in message.get("attachments") or []:
        words = readable(str(attached.get("text") or attached.get("fallback") or ""), heard.names())
        if attached.get("is_share"):
            yield f"> {attached.get('author_name') or '?'}: {words}"
        elif not message.get("text"):
            yield words


def _author(message: Json, heard: Heard) -> Person:
    user, bot = message.get("user"), message.get("bot_id")
    if not (user or bot):
        raise Malformed("nobody wrote this message")
    profile = heard.known.get(str(user))
    return Person(
        channel=CHANNEL,
        id=str(user or bot),
        name=_name(message, profile),
        workspace=_foreign_workspace(message, profile, heard.me),
        is_bot=bool(bot) or user == SLACKBOT or bool(profile and profile.is_bot),
    )


def _name(message: Json, profile: Profile | None) -> str:
    told = message.get("user_profile") or {}
    names = (
        profile.name if profile else "",
        told.get("display_name"),
        told.get("real_name"),
        message.get("username"),
    )
    return next((str(name) for name in names if name), "")


def _foreign_workspace(message: Json, profile: Profile | None, me: Identity) -> str | None:
    """The author's workspace if it is another organisation's (Slack Connect), else None.

    Inside one Enterprise Grid the teams differ but the organisation is the same.
    """
    if profile and profile.enterprise and profile.enterprise == me.enterprise:
        return None
    told = (message.get("user_team"), message.get("source_team"), message.get("team"))
    team = next((str(team) for team in told if team), profile.team if profile else None)
    return None if team in (None, me.team, me.enterprise) else team


def _attachments(message: Json) -> Iterator[Attachment]:
    for file in message.get("files") or []:
        yield Attachment(
            id=str(file["id"]),
            name=str(file.get("name") or file.get("title") or file["id"]),
            content_type=str(file.get("mimetype") or ""),
            size=file.get("size"),
            url=file.get("permalink"),
        )
