"""When a mail says that it was sent (RFC 5322 section 3.3), in the ways in which it is really written.

A date that cannot be read is none; nothing is made up for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from adapters.email.reading.budget import Budget

_LONGEST = 200
_COMMENT = re.compile(r"\([^()]*\)")
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d{1,9})?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
_MONTHS = {
    "januar": "jan", "jänner": "jan", "janv": "jan", "ene": "jan", "gen": "jan", "янв": "jan",
    "févr": "feb", "fév": "feb", "fevr": "feb", "фев": "feb",
    "märz": "mar", "mär": "mar", "mars": "mar", "mrt": "mar", "мар": "mar",
    "avr": "apr", "abr": "apr", "апр": "apr",
    "mai": "may", "mei": "may", "mag": "may", "мая": "may", "май": "may",
    "juin": "jun", "giu": "jun", "июн": "jun", "juil": "jul", "lug": "jul", "июл": "jul",
    "août": "aug", "ago": "aug", "авг": "aug", "set": "sep", "сен": "sep",
    "okt": "oct", "ott": "oct", "окт": "oct", "ноя": "nov",
    "dez": "dec", "déc": "dec", "dic": "dec", "дек": "dec",
}  # fmt: skip
"""Of programs that ask the user's system for the names of months."""
_MONTH = re.compile(r"(\d{1,2}\.?\s+)([^\W\d_]{3,9})\.?(\s+\d{2,4})")
_ZONES = {
    "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300",
    "MSK": "+0300", "WEST": "+0100", "JST": "+0900", "KST": "+0900", "HKT": "+0800", "SGT": "+0800",
    "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip
"""Those that mean one thing only. RFC 5322 section 4.3 has the American ones, which Python knows."""
_ZONE = re.compile(r"\b([A-Z]{3,4})\s*$")
_HAS_ZONE = re.compile(r"[+-]\d{2}:?\d{2}\s*$|\b(?:UTC?|GMT|[AECMP][SD]T)\b|\dZ\s*$")
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_BEHIND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` in UTC. `is_zoned`: it says in which time zone it is; otherwise UTC was taken."""

    at: datetime
    is_zoned: bool


def sent_at(value: str | None, received: Sequence[str], budget: Budget) -> datetime | None:
    """In UTC. `received`: the mail's Received fields, the latest first; servers know what time it is."""
    if not value:
        budget.note("no Date")
        return None
    found = read_date(value)
    if found is None:
        budget.note(f"Date {value[:60]!r} is no date")
        return None
    if not found.is_zoned:
        budget.note("Date without a time zone: taken for UTC")
    _doubt(found.at, _arrival(received), budget)
    return found.at


def read_date(value: str) -> Moment | None:
    """None if it is no date."""
    bare = _COMMENT.sub(" ", value[:_LONGEST]).strip()
    try:
        return _iso(bare) or _rfc(bare)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _rfc(value: str) -> Moment:
    """Raises ValueError and others: Python's reader is as tolerant as we need, and falls over the rest."""
    months = _MONTH.sub(lambda found: f"{found[1]}{_english(found[2])}{found[3]}", value)
    zoned = _ZONE.sub(lambda found: _ZONES.get(found[1], found[1]), months)
    parts = parsedate_tz(zoned)
    if parts is None:
        raise ValueError(value)
    # Python takes a missing or unknown zone for UTC without saying so.
    return _moment(parts[:6], parts[9] if _HAS_ZONE.search(zoned) else None)


def _english(month: str) -> str:
    lower = month.lower()
    return _MONTHS.get(lower) or _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3]) or month


def _iso(value: str) -> Moment | None:
    found = _ISO.match(value)
    if found is None:
        return None
    return _moment([int(found[group] or 0) for group in range(1, 7)], _offset(found[7]))


def _moment(clock: Sequence[int], offset: int | None) -> Moment:
    """`clock`: year to second. `offset` in seconds east of UTC."""
    year, month, day, hour, minute, second = clock
    zone = timezone(timedelta(seconds=offset or 0))
    # A leap second is the last one of its minute: datetime knows none.
    at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    return Moment(at.astimezone(UTC), offset is not None)


def _offset(zone: str | None) -> int | None:
    """In seconds east of UTC."""
    if zone is None or zone[0] not in "+-":
        return None if zone is None else 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (-1 if zone[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def _arrival(received: Sequence[str]) -> datetime | None:
    """The date stands behind the last semicolon (RFC 5321 section 4.4)."""
    found = read_date(received[0].rpartition(";")[2]) if received else None
    return found.at if found else None


def _doubt(sent: datetime, arrived: datetime | None, budget: Budget) -> None:
    if not _EARLIEST <= sent < _LATEST:
        budget.note(f"Date in the year {sent.year}")
    elif arrived is not None and sent > arrived + _AHEAD:
        budget.note("Date more than a day after the mail arrived")
    elif arrived is not None and sent < arrived - _BEHIND:
        budget.note("Date more than 30 days before the mail arrived")
