"""Telegram's updates in the core's words. Pure: nothing is fetched and nothing is decided here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    Message,
    MessageReactionUpdated,
    ReactionType,
    ReactionTypeEmoji,
    Update,
    User,
)

from adapters.telegram import content, service
from adapters.telegram.commands import PREFIX
from adapters.telegram.render import VERB_PREFIX
from bot.inbound import (
    Address,
    ConversationMigrated,
    Inbound,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    Unreadable,
    VerbInvoked,
)

CHANNEL = "telegram"
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "message_reaction",
    "my_chat_member",
)
# Telegram offers a fixed list of reactions, without the desk's ✅ and 🎫; these stand in for them.
STAND_INS = {"💯": "✅", "✍": "🎫"}
_VARIATION_SELECTOR = "\N{VARIATION SELECTOR-16}"


@dataclass(frozen=True, slots=True)
class Translator:
    """Turns raw updates into what the desk understands. `username` is the bot's, without @."""

    bot_id: int
    username: str

    def items(self, raw: Mapping[str, Any], now: datetime) -> tuple[Inbound, ...]:
        """What an update tells the desk, in order; nothing for what is none of its business.

        Never raises: an update that cannot be understood becomes one Unreadable. `now` (UTC) dates what
        Telegram does not date.
        """
        try:
            return self._translate(Update.de_json(dict(raw), None), raw, now)
        except Exception as error:
            return (self.unreadable(raw, f"{type(error).__name__}: {error}", now),)

    def unreadable(self, raw: Mapping[str, Any], reason: str, now: datetime) -> Unreadable:
        text = json.dumps(raw, ensure_ascii=False, default=str)
        at = Address(CHANNEL, conversation_in(raw))
        return Unreadable(self._key("update", raw.get("update_id")), at, text, reason, now)

    def _translate(self, update: Update, raw: Mapping[str, Any], now: datetime) -> tuple[Inbound, ...]:
        if update.callback_query:
            return self._pressed(update.callback_query, now)
        if update.message_reaction:
            return self._reacted(update.message_reaction, update.update_id)
        if edited := update.edited_message or update.edited_channel_post:
            return self._edited(edited, update.update_id)
        if posted := update.message or update.channel_post:
            return self._posted(posted) or self._without_words(posted, raw, now)
        return ()

    def _posted(self, message: Message) -> tuple[Inbound, ...]:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            return (self._migrated(message),)
        if self._is_mine(message):
            return ()
        command = content.command(message)
        if command is not None:
            return self._commanded(message, command)
        return self._said(message)

    def _said(self, message: Message) -> tuple[Inbound, ...]:
        addressed = content.addressed(message, self.bot_id, self.username)
        text = content.words(message) if addressed is None else addressed
        files = content.attachments(message)
        if not text and not files and addressed is None:
            return ()
        posted = MessagePosted(
            event_key=self._message_key(message),
            at=_address(message),
            message_id=str(message.message_id),
            author=_author(message),
            text=text,
            sent_at=message.date,
            reply_to=_reply_to(message),
            addressed=addressed is not None,
            private=message.chat.type == Chat.PRIVATE,
            attachments=files,
        )
        return (posted,)

    def _commanded(self, message: Message, command: content.Command) -> tuple[Inbound, ...]:
        if command.target and command.target.lower() != self.username.lower():
            return ()
        invoked = VerbInvoked(
            event_key=self._message_key(message),
            at=_address(message),
            author=_author(message),
            text=_verb(command),
            invoked_at=message.date,
            reply_to=_reply_to(message),
            message_id=str(message.message_id),
            private=message.chat.type == Chat.PRIVATE,
            attachments=content.attachments(message),
        )
        return (invoked,)

    def _without_words(self, message: Message, raw: Mapping[str, Any], now: datetime) -> tuple[Inbound, ...]:
        """Joins, pins and the like are nobody's message; a kind of message unknown here is kept."""
        known = self._is_mine(message) or content.command(message) or service.tells(message)
        return () if known else (self.unreadable(raw, "a kind of message the desk cannot read", now),)

    def _edited(self, message: Message, update_id: int) -> tuple[Inbound, ...]:
        text = message.text or message.caption or ""
        # A live location is "edited" every few seconds; only words and files are worth a line.
        if self._is_mine(message) or not (text or content.attachments(message)):
            return ()
        edited = MessageEdited(
            event_key=self._key("edit", update_id),
            at=_address(message),
            message_id=str(message.message_id),
            author=_author(message),
            text=text,
            edited_at=message.edit_date or message.date,
        )
        return (edited,)

    def _reacted(self, change: MessageReactionUpdated, update_id: int) -> tuple[Inbound, ...]:
        before = {_emoji(reaction) for reaction in change.old_reaction}
        added = [emoji for each in change.new_reaction if (emoji := _emoji(each)) and emoji not in before]
        author = _person(change.user) if change.user else _chat_as_person(change.actor_chat or change.chat)
        return tuple(
            ReactionAdded(
                event_key=self._key("reaction", update_id, emoji),
                at=Address(CHANNEL, str(change.chat.id)),
                message_id=str(change.message_id),
                author=author,
                emoji=emoji,
                reacted_at=change.date,
            )
            for emoji in added
        )

    def _pressed(self, query: CallbackQuery, now: datetime) -> tuple[Inbound, ...]:
        data = query.data or ""
        if query.message is None or not data.startswith(VERB_PREFIX):
            return ()
        message = query.message
        at = _address(message) if isinstance(message, Message) else Address(CHANNEL, str(message.chat.id))
        invoked = VerbInvoked(
            event_key=self._key("callback", query.id),
            at=at,
            author=_person(query.from_user),
            text=data.removeprefix(VERB_PREFIX),
            invoked_at=now,
            reply_to=str(message.message_id),
            private=message.chat.type == Chat.PRIVATE,
        )
        return (invoked,)

    def _migrated(self, message: Message) -> ConversationMigrated:
        """Both the old and the new group report it; the key is the same for both."""
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        key = self._key("migration", old, new)
        return ConversationMigrated(key, CHANNEL, str(old), str(new), message.date)

    def _is_mine(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.id == self.bot_id

    def _message_key(self, message: Message) -> str:
        return self._key("message", message.chat.id, message.message_id)

    def _key(self, *parts: object) -> str:
        """Names the bot too: another bot on the same store counts its private messages from the start."""
        return ":".join(str(part) for part in (self.bot_id, *parts))


def _verb(command: content.Command) -> str:
    if command.name == PREFIX:
        return command.rest or "help"
    return f"{command.name} {command.rest}".rstrip()


def _address(message: Message) -> Address:
    """Supergroups number ordinary reply chains too; only a forum topic is a place to post in."""
    thread = str(message.message_thread_id) if message.is_topic_message else None
    return Address(CHANNEL, str(message.chat.id), thread)


def _reply_to(message: Message) -> str | None:
    """The message answered. Everything in a topic formally replies to the topic's first message."""
    replied = message.reply_to_message
    is_implied = message.is_topic_message and replied and replied.message_id == message.message_thread_id
    return str(replied.message_id) if replied and not is_implied else None


def _author(message: Message) -> Person:
    """Anonymous administrators and channels speak as a chat; the sender named is then a bot of Telegram's."""
    if message.sender_chat or message.from_user is None:
        return _chat_as_person(message.sender_chat or message.chat, message.author_signature)
    return _person(message.from_user)


def _person(user: User) -> Person:
    return Person(CHANNEL, str(user.id), user.full_name, is_bot=user.is_bot)


def _chat_as_person(chat: Chat, signature: str | None = None) -> Person:
    return Person(CHANNEL, str(chat.id), signature or chat.effective_name or "")


def _emoji(reaction: ReactionType) -> str:
    """The reaction's character in the desk's spelling; "" for custom pictures, which have none."""
    if not isinstance(reaction, ReactionTypeEmoji):
        return ""
    plain = reaction.emoji.removesuffix(_VARIATION_SELECTOR)
    return STAND_INS.get(plain, plain)


def conversation_in(raw: Mapping[str, Any]) -> str:
    """The id of the chat a raw update belongs to, also where it is broken otherwise; else "unknown"."""
    for body in raw.values():
        carrier = body.get("message", body) if isinstance(body, dict) else {}
        chat = carrier.get("chat") if isinstance(carrier, dict) else None
        if isinstance(chat, dict) and "id" in chat:
            return str(chat["id"])
    return "unknown"
