"""The world behind the fake Bot API: people, chats and their messages, and which of it the bot may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from tests.fakes.telegram_params import Json, bad_request, utf16_length

FIRST_MESSAGE = 100
GENERAL_TOPIC = 1
ALL_RIGHTS = frozenset({"can_manage_topics", "can_pin_messages", "can_delete_messages", "can_invite_users"})
# As in Telegram's own client library.
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(@\w{3,32})?(?![\w/<>@])")
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}")


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None

    def json(self) -> Json:
        fields = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in fields.items() if value is not None}


# The stand-ins Telegram itself puts into `from` when a message speaks for a chat.
GROUP_ANONYMOUS_BOT = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", "Channel_Bot", is_bot=True)
TELEGRAM = User(777000, "Telegram")


@dataclass(slots=True)
class Chat:
    """A chat as Telegram keeps it. `type` is private, group, supergroup or channel.

    Message ids start at the same number in every chat, so that code that takes them for
    world-wide unique is found out. `refusal` is (code, description) of every send into it.
    """

    id: int
    type: str
    title: str
    is_forum: bool = False
    statuses: dict[int, str] = field(default_factory=dict)
    rights: frozenset[str] = ALL_RIGHTS
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    moved_to: int | None = None
    refusal: tuple[int, str] | None = None
    ids: count[int] = field(default_factory=lambda: count(FIRST_MESSAGE))

    def json(self) -> Json:
        name = "first_name" if self.type == "private" else "title"
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, name: self.title, **forum}

    def status(self, user_id: int) -> str:
        return self.statuses.get(user_id, "left")


class World:
    """All chats and users one bot knows of. `now` gives the date of new messages (aware)."""

    def __init__(self, bot: User, now: Callable[[], datetime]) -> None:
        self.bot = bot
        self.now = now
        self.reads_all_messages = True
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {bot.id: bot}
        self.files: dict[str, bytes] = {}

    def user(
        self, user_id: int, first_name: str, username: str | None = None, *, is_bot: bool = False
    ) -> User:
        return self.users.setdefault(user_id, User(user_id, first_name, username, is_bot))

    def private(self, user: User) -> Chat:
        """The person's direct chat, which exists once they have pressed Start."""
        chat = Chat(user.id, "private", user.first_name, statuses={self.bot.id: "member", user.id: "member"})
        return self.chats.setdefault(chat.id, chat)

    def group(
        self, chat_id: int, title: str, people: Iterable[User] = (), *, bot: str = "administrator"
    ) -> Chat:
        """A supergroup with `people` in it and the bot as administrator, member, left or kicked."""
        chat = Chat(chat_id, "supergroup" if chat_id < -(10**12) else "group", title)
        chat.statuses = {self.bot.id: bot} | {user.id: "member" for user in people}
        self.chats[chat_id] = chat
        return chat

    def forum(self, chat_id: int, title: str, people: Iterable[User] = ()) -> Chat:
        chat = self.group(chat_id, title, people)
        chat.is_forum = True
        return chat

    def channel(self, chat_id: int, title: str) -> Chat:
        chat = self.group(chat_id, title)
        chat.type = "channel"
        return chat

    def chat(self, chat_id: str) -> Chat:
        """The chat a method names, or 400."""
        chat = self.chats.get(int(chat_id)) if re.fullmatch(r"-?\d+", chat_id) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def open_topic(self, chat: Chat, name: str, author: User) -> int:
        """A new forum topic: its thread id is the id of the service message that opens it."""
        created = self.compose(
            chat, author, {"forum_topic_created": {"name": name, "icon_color": 7322096}}, None, None
        )
        thread = int(created["message_id"])
        created |= {"message_thread_id": thread, "is_topic_message": True}
        chat.topics[thread] = name
        return thread

    def compose(
        self, chat: Chat, author: User, content: Json, topic: int | None, reply_to: int | None
    ) -> Json:
        """A stored message of `author`; `content` is its text, media or service fields."""
        message: Json = {
            "message_id": next(chat.ids),
            "from": author.json(),
            "chat": chat.json(),
            "date": int(self.now().timestamp()),
            **content,
            **_thread(chat, topic, reply_to),
        }
        message |= _entities(content)
        chat.messages[message["message_id"]] = message
        return message

    def sees(self, chat: Chat, message: Json) -> bool:
        """Does Telegram show this message to the bot? (https://core.telegram.org/bots/features#privacy-mode)"""
        status = chat.status(self.bot.id)
        if status in {"left", "kicked"} or message["from"]["id"] == self.bot.id:
            return False
        if message["from"]["is_bot"] and "sender_chat" not in message:
            return False
        if self.reads_all_messages or chat.type == "private" or status == "administrator":
            return True
        return not _has_content(message) or self._meant_for_bot(message)

    def _meant_for_bot(self, message: Json) -> bool:
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id
        return replied or str(message.get("text", "")).startswith("/")


def _has_content(message: Json) -> bool:
    return bool({"text", "caption", "photo", "document", "voice", "sticker", "video"} & set(message))


def _thread(chat: Chat, topic: int | None, reply_to: int | None) -> Json:
    """Thread and reply fields. In a topic, a message answering nothing 'replies' to the topic's first one."""
    fields: Json = {}
    if topic is not None:
        fields |= {"message_thread_id": topic, "is_topic_message": True}
    answered = reply_to if reply_to is not None else topic
    if answered is not None and answered in chat.messages:
        original = chat.messages[answered]
        fields["reply_to_message"] = {k: v for k, v in original.items() if k != "reply_to_message"}
        fields |= _plain_thread(chat, original, topic)
    return fields


def _plain_thread(chat: Chat, original: Json, topic: int | None) -> Json:
    """Outside forums a supergroup numbers reply chains too: message_thread_id without is_topic_message."""
    if chat.type != "supergroup" or topic is not None or chat.is_forum:
        return {}
    return {"message_thread_id": original.get("message_thread_id", original["message_id"])}


def _entities(content: Json) -> Json:
    name = "text" if "text" in content else "caption"
    text = str(content.get(name, ""))
    found = [_entity("bot_command", text, match) for match in _COMMAND.finditer(text)]
    found += [_entity("mention", text, match) for match in _MENTION.finditer(text)]
    key = "entities" if name == "text" else "caption_entities"
    given = content.get(key, [])
    every = sorted([*found, *given], key=lambda entity: int(entity["offset"]))
    return {key: every} if every else {}


def _entity(kind: str, text: str, match: re.Match[str]) -> Json:
    return {
        "type": kind,
        "offset": utf16_length(text[: match.start()]),
        "length": utf16_length(match.group()),
    }
