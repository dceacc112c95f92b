"""The core's messages as Block Kit. Every word is plain text: nothing becomes markup, a link or a mention."""

from collections.abc import Iterator, Sequence
from itertools import islice

from adapters.slack.text import escaped
from adapters.slack.wire import Json
from bot.outgoing import Button

# Slack allows 3000 characters a section, 50 blocks and (it does not say so, but does) some 13,000 in all.
MAX_LENGTH = 12_000
_SECTION = 2_900
_MOST_SECTIONS = 48
_FALLBACK = 4_000
_LABEL = 75
ACTION_PREFIX = "verb."
EVENT_TYPE = "dawnline"
# Slack refuses a section without a character.
_NOTHING = "…"


def blocks(text: str, buttons: Sequence[Button] = ()) -> list[Json]:
    """Sections of plain text, and below them the buttons."""
    shown: list[Json] = [_section(piece) for piece in islice(split(text[:MAX_LENGTH]), _MOST_SECTIONS)]
    return [*(shown or [_section(_NOTHING)]), *([_actions(buttons)] if buttons else [])]


def fallback(text: str) -> str:
    """What notifications and screen readers get. Slack reads this one as markup, so it is escaped."""
    return escaped(text[:_FALLBACK]) or _NOTHING


def metadata(key: str) -> Json:
    """Lets a restarted desk find what it had already posted."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: Json) -> str | None:
    """The key of a message we posted, if it has one."""
    found = message.get("metadata") or {}
    if found.get("event_type") != EVENT_TYPE:
        return None
    return (found.get("event_payload") or {}).get("key")


def split(text: str) -> Iterator[str]:
    """The text in pieces a section can hold, broken at line ends or spaces where there are any."""
    rest = text.strip("\n")
    while rest:
        cut = _cut(rest)
        piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip("\n")
        if piece:
            yield piece


def _cut(text: str) -> int:
    """Where to end the first piece. Lengths are counted as the stricter of what Slack might count:
    UTF-16 units of the escaped text."""
    room = _SECTION
    for position, character in enumerate(text):
        room -= len(escaped(character).encode("utf-16-le")) // 2
        if room < 0:
            return _kind_break(text, position)
    return len(text)


def _kind_break(text: str, end: int) -> int:
    """The last line end, else the last space, in the second half of text[:end]; else `end` itself."""
    breaks = (text.rfind(mark, end // 2, end) + 1 for mark in ("\n", " "))
    return next((place for place in breaks if place), end)


def _section(text: str) -> Json:
    return {"type": "section", "text": _plain(text)}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _actions(buttons: Sequence[Button]) -> Json:
    return {"type": "actions", "elements": [_button(number, button) for number, button in enumerate(buttons)]}


def _button(number: int, button: Button) -> Json:
    """An action_id must be unique among its siblings; the verb itself travels in the value."""
    return {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{number}",
        "text": _plain(button.label[:_LABEL]),
        "value": button.verb,
    }
