"""By what people are known, and which channels lead there: one telephone number takes calls and texts."""

from collections.abc import Mapping

LEADS_TO: Mapping[str, tuple[str, ...]] = {"phone": ("call", "sms")}
"""Kinds of identity that several channels use; every other kind is the name of its one channel."""
_KINDS = {channel: kind for kind, channels in LEADS_TO.items() for channel in channels}


def kind_of(channel: str) -> str:
    """By which kind of identity the channel knows people: "phone" for "call" and "sms"."""
    return _KINDS.get(channel, channel)


def channels_of(kind: str) -> tuple[str, ...]:
    return LEADS_TO.get(kind, (kind,))
