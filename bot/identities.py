"""By what people are known, and which channels lead there: one telephone number takes calls and texts."""

from collections.abc import Mapping
from string import ascii_lowercase, ascii_uppercase

LEADS_TO: Mapping[str, tuple[str, ...]] = {"phone": ("call", "sms")}
"""Kinds of identity that several channels use; every other kind is the name of its one channel."""
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_KINDS = {channel: kind for kind, channels in LEADS_TO.items() for channel in channels}


def kind_of(channel: str) -> str:
    """By which kind of identity the channel knows people: "phone" for "call" and "sms"."""
    return _KINDS.get(channel, channel)


def channels_of(kind: str) -> tuple[str, ...]:
    return LEADS_TO.get(kind, (kind,))


def mailbox_of(address: str) -> str:
    """The mail address as it is compared: A to Z in lower case, every other letter as it is. Some of those
    are "ss" or "s" once they are folded, or "k" once they are lowered (the Kelvin sign), and a mailbox with
    such a letter is another one."""
    return address.translate(_LOWER)
