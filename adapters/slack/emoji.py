"""Slack's emoji names as the characters themselves."""

import unicodedata

# Where Slack's name is not the character's Unicode name: those people use on tickets.
_NAMES = {
    "+1": "👍",
    "thumbsup": "👍",
    "-1": "👎",
    "thumbsdown": "👎",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "ballot_box_with_check": "☑",
    "admission_tickets": "🎟",
    "pray": "🙏",
    "clap": "👏",
    "raised_hands": "🙌",
    "wave": "👋",
    "ok_hand": "👌",
    "muscle": "💪",
    "handshake": "🤝",
    "tada": "🎉",
    "heart": "❤",
    "smile": "😄",
    "smiley": "😃",
    "grin": "😁",
    "grinning": "😀",
    "joy": "😂",
    "slightly_smiling_face": "🙂",
    "blush": "😊",
    "sob": "😭",
    "cry": "😢",
    "rage": "😡",
    "warning": "⚠",
    "rotating_light": "🚨",
    "bangbang": "‼",
    "x": "❌",
    "rocket": "🚀",
    "hourglass_flowing_sand": "⏳",
    "question": "❓",
    "exclamation": "❗",
    "100": "💯",
    "coffee": "☕",
    "rose": "🌹",
    "sparkles": "✨",
}


def character(name: str) -> str | None:
    """The character of a standard emoji ("eyes", "+1::skin-tone-3"); None for a workspace's own.

    Most names are the Unicode name in lower case, so a table of the exceptions is enough.
    """
    base = name.partition("::")[0]
    if base in _NAMES:
        return _NAMES[base]
    try:
        found = unicodedata.lookup(base.replace("_", " "))
    except KeyError:
        return None
    # "a", "comma" or "tab" name letters and signs, not pictures.
    return found if unicodedata.category(found) == "So" else None
