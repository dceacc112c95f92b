"""Slack's message text as people read it. https://docs.slack.dev/messaging/formatting-message-text"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.emoji import character

_TOKEN = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_SHORTCODE = re.compile(r"(?<!\w):([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?(?!\w)")


def people_named(text: str) -> frozenset[str]:
    """The ids of everybody mentioned."""
    return frozenset(_PERSON.findall(text))


def without_mention(text: str, user: str) -> str | None:
    """The rest of a text that starts with a mention of `user`, else None."""
    match = re.match(rf"\s*(?:<@{re.escape(user)}(?:\|[^<>]*)?>[\s,:]*)+", text)
    return text[match.end() :] if match else None


def readable(text: str, names: Mapping[str, str], emoji: Mapping[str, str] | None = None) -> str:
    """Entities decoded, mentions, links and emoji spelled out.

    A mention reads "@name" (one word) if `names` knows the id, else "@U012AB". `emoji` holds the characters
    of the message's own shortcodes; without it the well-known ones are spelled out. Others stay as they are.
    """
    parts = _TOKEN.split(text)
    # split() alternates plain text and what stood between angle brackets.
    return "".join(
        _token(part, names) if number % 2 else _plain(part, emoji) for number, part in enumerate(parts)
    )


def emoji_in(blocks: Any) -> dict[str, str] | None:
    """Shortcode to character for every standard emoji in a rich-text message; None if it is not one."""
    rich = [block for block in blocks or [] if isinstance(block, dict) and block.get("type") == "rich_text"]
    return dict(_emoji(rich)) if rich else None


def unescaped(text: str) -> str:
    """One round of decoding, so that a typed "&amp;lt;" stays what it was."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def escaped(text: str) -> str:
    """Text in which nothing is a control character for Slack any more."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _emoji(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for child in node:
            yield from _emoji(child)
    elif isinstance(node, dict):
        if node.get("type") == "emoji" and node.get("unicode"):
            yield str(node.get("name")), _characters(str(node["unicode"]))
        yield from _emoji(node.get("elements"))


def _characters(code_points: str) -> str:
    """ "1f44b-1f3fd" as the characters themselves."""
    return "".join(chr(int(point, 16)) for point in code_points.split("-"))


def _plain(text: str, emoji: Mapping[str, str] | None) -> str:
    def spelled(found: re.Match[str]) -> str:
        return (character(found[1]) if emoji is None else emoji.get(found[1])) or found[0]

    return unescaped(_SHORTCODE.sub(spelled, text))


def _token(token: str, names: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    target, label = unescaped(target), unescaped(label)
    if target.startswith("@"):
        return "@" + (_handle(names.get(target[1:], "")) or target[1:])
    if target.startswith("#"):
        return "#" + (label or target[1:])
    if target.startswith("!"):
        return _special(target, label)
    return _link(target, label)


def _handle(name: str) -> str:
    """ "Wang Li (Acme)" as one word, so that the whole of it is the mention."""
    return re.sub(r"\W+", "_", name).strip("_")


def _special(target: str, label: str) -> str:
    """<!here>, <!subteam^S1|@oncall>, <!date^1^{date}|fallback>."""
    if target.startswith(("!subteam", "!date")):
        return label or target
    return "@" + (label or target[1:]).removeprefix("@")


def _link(url: str, label: str) -> str:
    bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", url)
    if not label or label == url:
        return url
    return bare if label == bare and not url.startswith("http") else _labelled(url, label, bare)


def _labelled(url: str, label: str, bare: str) -> str:
    # Slack labels an address somebody simply typed ("example.com") with the typed words.
    return label if label.rstrip("/") == bare.rstrip("/") else f"{label} ({url})"
