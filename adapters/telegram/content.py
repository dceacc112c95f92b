"""What one Telegram message says: its words, its files, the command it starts with, whom it addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity

from bot.inbound import Attachment

# Media without a type of their own, by the name of the message's field.
_TYPES = {"photo": "image/jpeg", "sticker": "image/webp", "video_note": "video/mp4", "voice": "audio/ogg"}
_MEDIA = ("animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice")


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command: /name@target rest. `target` is "" when nobody is named."""

    name: str
    target: str
    rest: str


def words(message: Message) -> str:
    """The text or caption; else what a sticker, place, contact, poll or die amounts to in words."""
    if message.text or message.caption:
        return message.text or message.caption or ""
    if message.sticker:
        return message.sticker.emoji or ""
    if message.dice:
        return message.dice.emoji
    return "\n".join(_described(message))


def _described(message: Message) -> Iterator[str]:
    if message.venue:
        yield f"{message.venue.title}, {message.venue.address}"
    if message.location:
        yield f"\N{ROUND PUSHPIN} {message.location.latitude}, {message.location.longitude}"
    if message.contact:
        name = f"{message.contact.first_name} {message.contact.last_name or ''}".strip()
        yield f"{name}: {message.contact.phone_number}"
    if message.poll:
        yield message.poll.question
        yield from (f"- {option.text}" for option in message.poll.options)


def attachments(message: Message) -> tuple[Attachment, ...]:
    """References to the message's files. No address: Telegram's file addresses contain the token."""
    return tuple(found for name in _MEDIA if (found := _attachment(message, name)))


def _attachment(message: Message, name: str) -> Attachment | None:
    media = getattr(message, name)
    # Telegram repeats every animation as a document for old clients.
    if not media or (name == "document" and message.animation):
        return None
    # A photo comes in several sizes, the largest last.
    file = media[-1] if name == "photo" else media
    kind = getattr(file, "mime_type", None) or _TYPES.get(name, "")
    return Attachment(file.file_id, getattr(file, "file_name", None) or name, kind, file.file_size)


def command(message: Message) -> Command | None:
    """The command a message starts with, if it does. Telegram itself marks commands as entities."""
    first = next((entity for entity in _entities(message) if entity.offset == 0), None)
    if first is None or first.type != MessageEntity.BOT_COMMAND:
        return None
    text = message.text or message.caption or ""
    name, _, target = text[1 : first.length].partition("@")
    return Command(name.lower(), target, text[first.length :].strip())


def addressed(message: Message, bot_id: int, username: str) -> str | None:
    """The text without the mentions of the bot, or None if it is not mentioned."""
    text = (message.text or message.caption or "").encode("utf-16-le")
    mentions = [each for each in _entities(message) if _mentions(text, each, bot_id, username)]
    if not mentions:
        return None
    for entity in sorted(mentions, key=lambda each: each.offset, reverse=True):
        rest = text[2 * (entity.offset + entity.length) :].decode("utf-16-le")
        text = text[: 2 * entity.offset] + rest.lstrip(" ,:").encode("utf-16-le")
    return text.decode("utf-16-le").strip().removeprefix("/")


def _mentions(text: bytes, entity: MessageEntity, bot_id: int, username: str) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot_id
    # Entities are counted in UTF-16 code units of two bytes.
    name = text[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
    return entity.type == MessageEntity.MENTION and name.lower() == f"@{username}".lower()


def _entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities if message.text else message.caption_entities
