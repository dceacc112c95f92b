"""What a server answers to FETCH, in the parts that imaplib makes of it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.I)
_DATE = re.compile(rb'INTERNALDATE "([^"]{1,40})"', re.I)
_QUOTED = re.compile(rb'BODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.I | re.S)
Part = bytes | tuple[bytes, bytes] | None
"""A line, or what stands before a literal with the literal, or None where there was no answer."""


@dataclass(frozen=True, slots=True)
class Head:
    """`size` in bytes as the server counts, which need not be exact; `arrived_at`: when it got it, UTC; None
    where that cannot be read."""

    size: int
    arrived_at: datetime | None


def head(parts: Sequence[Part], uid: int) -> Head | None:
    """None when the server has no such mail (any more). Words about other mails may stand between."""
    mine = re.compile(rb"\bUID %d\b" % uid, re.I)
    for part in parts:
        size = _SIZE.search(part) if isinstance(part, bytes) else None
        if isinstance(part, bytes) and size and mine.search(part):
            return Head(int(size[1]), _instant(_DATE.search(part)))
    return None


def body(parts: Sequence[Part]) -> bytes | None:
    """The mail, as a literal or (a very short one) in quotes; None when there is none."""
    for part in parts:
        if isinstance(part, tuple) and b"BODY[" in part[0].upper():
            return part[1]
        quoted = _QUOTED.search(part) if isinstance(part, bytes) else None
        if quoted:
            return re.sub(rb"\\(.)", rb"\1", quoted[1])
    return None


def _instant(found: re.Match[bytes] | None) -> datetime | None:
    if found is None:
        return None
    try:
        return parsedate_to_datetime(found[1].decode("ascii").strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
