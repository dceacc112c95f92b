"""The desk's words as Telegram shows them. Lengths and offsets are UTF-16 code units, as Telegram counts."""

import re
from collections.abc import Iterable, Iterator, Sequence

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User

from bot.outgoing import Button

# https://core.telegram.org/bots/api: sendMessage, answerCallbackQuery, InlineKeyboardButton, createForumTopic
MAX_TEXT = 4096
MAX_TOAST = 200
MAX_CALLBACK = 64
MAX_TOPIC = 128
VERB_PREFIX = "v:"
_ELLIPSIS = "…"
_WORD_JOINER = "\N{WORD JOINER}"
_BUTTONS_A_ROW = 3
_MENTION = re.compile(r"(?<!\w)@(?=\w)")

log = structlog.get_logger(__name__)


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def without_mentions(text: str) -> str:
    """Telegram makes any @name in plain text a mention; an invisible joiner after the @ prevents that."""
    return _MENTION.sub("@" + _WORD_JOINER, text)


def shortened(text: str, limit: int) -> str:
    """`text`, or as much of it as fits with an ellipsis."""
    if length(text) <= limit:
        return text
    return text[: _fitting(text, limit - 1)].rstrip() + _ELLIPSIS


def parts(text: str) -> Sequence[str]:
    """`text` as messages Telegram takes, cut at line ends where that leaves no tiny piece."""
    return tuple(_cut(text)) or (text,)


def _cut(text: str) -> Iterator[str]:
    while length(text) > MAX_TEXT:
        end = _good_end(text, _fitting(text, MAX_TEXT))
        yield text[:end].rstrip()
        text = text[end:].lstrip("\n")
    if text.strip():
        yield text


def _good_end(text: str, most: int) -> int:
    """The last line end before `most`, else the last space, else `most` itself."""
    ends = (text.rfind(mark, most // 2, most) for mark in ("\n", " "))
    return next((end for end in ends if end > 0), most)


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` code units; a character is never cut in two."""
    units = text.encode("utf-16-le")[: 2 * limit]
    return len(units.decode("utf-16-le", errors="ignore"))


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """The buttons in rows of three. One whose verb is too long is left out: the message matters more."""
    fitting = [button for button in buttons if _fits(button)]
    keys = [InlineKeyboardButton(each.label, callback_data=VERB_PREFIX + each.verb) for each in fitting]
    rows = [keys[start : start + _BUTTONS_A_ROW] for start in range(0, len(keys), _BUTTONS_A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def _fits(button: Button) -> bool:
    fits = len((VERB_PREFIX + button.verb).encode()) <= MAX_CALLBACK
    if not fits:
        log.error("button left out, its verb is too long", verb=button.verb)
    return fits


def roll_call(people: Iterable[User], before: str = "") -> tuple[str, list[MessageEntity]]:
    """`before` and a line that names the people, so that each is notified even without a @username."""
    text, entities = f"{before}\n👥" if before else "👥", []
    for person in people:
        text += " "
        entities.append(MessageEntity("text_mention", length(text), length(person.full_name), user=person))
        text += person.full_name
    return text, entities
