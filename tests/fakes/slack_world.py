"""The workspace behind the fake Slack: people, conversations, messages, and what the bot may see of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from tests.fakes.slack_blocks import Json, all_text
from tests.fakes.slack_params import Refusal, missing_scope

TEAM = "T0HOME"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
APP_ID = "A0APP"
# What calls a person or a room in parsed text: https://docs.slack.dev/messaging/formatting-message-text
_MENTION = re.compile(r"<(?:!(?:channel|here|everyone|subteam\^\w+)|@[UW]\w+|#C\w+)[^>]*>")
_BARE_MENTION = re.compile(r"(?<!\w)@(?:channel|here|everyone)\b")
_MARKUP = re.compile(r"(?<!\w)[*_~`][^*_~`\n]+[*_~`](?!\w)|<https?://[^>]+>")

_SCOPE_KINDS = {"public": "channels", "private": "groups", "im": "im"}


@dataclass(slots=True)
class User:
    """Somebody Slack knows; `team` is another workspace's for people met over Slack Connect."""

    id: str
    name: str
    team: str = TEAM
    is_bot: bool = False
    deleted: bool = False

    def json(self) -> Json:
        profile = {"display_name": self.name, "real_name": self.name.title()}
        return {
            "id": self.id,
            "name": self.name.lower(),
            "team_id": self.team,
            "real_name": self.name.title(),
            "profile": profile,
            "is_bot": self.is_bot,
            "deleted": self.deleted,
            "is_stranger": self.team != TEAM,
        }


@dataclass(slots=True)
class Conversation:
    """A channel or a direct message as Slack keeps it. `kind` is public, private or im."""

    id: str
    name: str
    kind: str = "public"
    creator: str = "U0ADMIN"
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    topic: str = ""
    messages: dict[str, Json] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)

    def json(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_private": self.kind != "public",
            "is_im": self.kind == "im",
            "is_archived": self.is_archived,
            "is_member": BOT_USER in self.members,
            "creator": self.creator,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


class World:
    """One workspace. `now` gives the time of new messages (aware)."""

    def __init__(self, now: Callable[[], datetime], scopes: Iterable[str]) -> None:
        self.now = now
        self.scopes = frozenset(scopes)
        self.users: dict[str, User] = {BOT_USER: User(BOT_USER, "Dawnline", is_bot=True)}
        self.conversations: dict[str, Conversation] = {}
        self._numbers = count(1)
        self._last_ts = 0

    def user(self, user_id: str, name: str, team: str = TEAM) -> User:
        return self.users.setdefault(user_id, User(user_id, name, team))

    def channel(
        self, channel_id: str, people: Iterable[str] = (), *, bot: bool = True, kind: str = "public"
    ) -> Conversation:
        """A channel with `people` in it and, unless told otherwise, the bot."""
        members = {*people} | ({BOT_USER} if bot else set())
        made = Conversation(channel_id, channel_id.lower(), kind, members=members)
        return self.conversations.setdefault(channel_id, made)

    def direct(self, user_id: str) -> Conversation:
        """The bot's direct conversation with one person; always the same."""
        made = Conversation(f"D{user_id[1:]}", "", "im", members={user_id, BOT_USER})
        return self.conversations.setdefault(made.id, made)

    def create(self, name: str, kind: str) -> Conversation:
        if any(known.name == name for known in self.conversations.values()):
            raise Refusal("name_taken")
        made = Conversation(f"C0NEW{next(self._numbers)}", name, kind, BOT_USER, {BOT_USER})
        self.conversations[made.id] = made
        return made

    def need(self, *scopes: str) -> None:
        """Raise missing_scope unless the bot token holds one of them."""
        if not self.scopes & set(scopes):
            raise missing_scope(scopes[0], self.scopes)

    def visible(self, channel_id: str, purpose: str) -> Conversation:
        """A conversation the bot may name at all; `purpose` (read, history) picks the scope it needs."""
        found = self.conversations.get(channel_id)
        if found is None or (found.kind != "public" and BOT_USER not in found.members):
            raise Refusal("channel_not_found")
        if purpose:
            self.need(f"{_SCOPE_KINDS[found.kind]}:{purpose}")
        return found

    def joined(self, channel_id: str, purpose: str = "") -> Conversation:
        """A conversation the bot is in and that is not archived."""
        found = self.visible(channel_id, purpose)
        if BOT_USER not in found.members:
            raise Refusal("not_in_channel")
        if found.is_archived:
            raise Refusal("is_archived")
        return found

    def next_ts(self) -> str:
        """A message id: seconds and microseconds, never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(self, conversation: Conversation, user_id: str, text: str, thread_ts: str | None = None) -> Json:
        """A stored message by anybody."""
        message: Json = {"type": "message", "user": user_id, "text": text, "ts": self.next_ts()}
        if user_id == BOT_USER:
            message |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM}
        if thread_ts is not None:
            message["thread_ts"] = thread_ts
        conversation.messages[message["ts"]] = message
        return message


def mentions(message: Json) -> list[str]:
    """Whom and what this message calls when Slack parses it: empty for inert text.

    Plain text objects are never parsed. A bare @channel counts only with link_names or parse=full.
    """
    return [name for text in _parsed_texts(message) for name in _MENTION.findall(text)] + _bare(message)


def markup(message: Json) -> list[str]:
    """What Slack would show as bold, italics, code or a link."""
    return [found for text in _shown_markdown(message) for found in _MARKUP.findall(text)]


def _bare(message: Json) -> list[str]:
    if not message.get("link_names") and message.get("parse") != "full":
        return []
    return [name for text in _parsed_texts(message) for name in _BARE_MENTION.findall(text)]


def _parsed_texts(message: Json) -> list[str]:
    return list(dict.fromkeys([str(message.get("text", "")), *_shown_markdown(message)]))


def _shown_markdown(message: Json) -> list[str]:
    """With blocks the top text is only a fallback for notifications; without them it is shown as mrkdwn."""
    blocks = message.get("blocks")
    if blocks:
        return [text for kind, text in all_text(blocks) if kind == "mrkdwn"]
    return [str(message.get("text", ""))]
