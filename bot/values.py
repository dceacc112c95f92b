"""What a single value in `dawnline.toml` may be: durations, time zones, days, times of day, names.

Each type carries its `Allowed`, so that a fault can say what would have been right.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field

# Beyond it, adding to today's date may leave the calendar; nobody promises an answer in two years.
LONGEST = timedelta(days=366)
_DURATION = re.compile(r"(?:(\d+)d)?(?:\s*(\d+)h)?(?:\s*(\d+)m)?(?:\s*(\d+)s)?")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
A_SLUG = "1 to 40 of a-z 0-9 _ -, beginning with a letter or digit"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a value may be, in words that continue "it must be ...", and all choices where they are few or
    a near miss among them is worth naming."""

    words: str
    choices: Callable[[], Collection[str]] = tuple


def parse_duration(value: object) -> timedelta:
    """`"1h30m"` as a timedelta. Raises ValueError saying what is allowed."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError(f"{value!r} is not a duration; write for example '90s', '15m', '1h30m' or '2d'")
    try:
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):  # ValueError: more digits than int() reads
        span = timedelta.max
    if span > LONGEST:
        raise ValueError(f"{value!r} is too long a duration; at most {LONGEST.days}d is possible")
    return span


def _or_none(value: object) -> object:
    return None if value == "none" else value


def parse_zone(value: object) -> str:
    """The IANA name of a zone this machine knows. Raises ValueError."""
    try:
        return ZoneInfo(str(value)).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone; write an IANA name like 'Europe/Berlin'") from None


def _day(value: object) -> int:
    if value not in _DAYS:
        raise ValueError(f"{value!r} is not a day; allowed: {', '.join(_DAYS)}")
    return _DAYS.index(str(value))


def _clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{value!r} is not a time of day; write 'HH:MM' from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def _date(value: object) -> date:
    """Only a date: pydantic would also take a number for the seconds since 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = re.fullmatch(r"\d{4}-\d\d-\d\d", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a date; write 2026-01-05")
    return date.fromisoformat(match[0])


_A_DURATION = Allowed("a duration such as '90s', '15m', '1h30m' or '2d', at most '366d'")
_SOME_TIME = Allowed("a duration longer than nothing, such as '90s', '15m', '1h30m' or '2d', at most '366d'")

Duration = Annotated[timedelta, BeforeValidator(parse_duration), _A_DURATION]
Positive = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(0)), _SOME_TIME]
PositiveOrNone = Annotated[
    Positive | None, BeforeValidator(_or_none), Allowed(f"'none' or {_SOME_TIME.words}")
]
Zone = Annotated[
    str,
    BeforeValidator(parse_zone),
    Allowed("an IANA time zone such as 'Europe/Berlin'", available_timezones),
]
Day = Annotated[int, BeforeValidator(_day), Allowed(f"one of {', '.join(_DAYS)}", lambda: _DAYS)]
ClockTime = Annotated[time, BeforeValidator(_clock_time), Allowed("a time of day, 'HH:MM'")]
Date = Annotated[date, BeforeValidator(_date), Allowed("a date such as 2026-01-05")]
Language = Literal["en", "zh"]
Text = Annotated[str, Field(pattern=r"\S"), Allowed("a text in quotes that is not empty")]
EmailAddress = Annotated[
    str,
    Field(pattern=r"^[^\s@,;<>+]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)+$"),
    Allowed("an e-mail address without '+', such as support@example.com"),
]
SettingName = Annotated[
    str,
    Field(pattern=r"^IMAP_URL_[A-Z0-9_]+$"),
    Allowed("the name of a setting in .env, IMAP_URL_ and A-Z 0-9 _"),
]
PhoneNumber = Annotated[
    str,
    Field(pattern=r"^\+[1-9][0-9]{6,14}$"),
    Allowed("a number with country code, such as '+4930123456'"),
]
Prefix = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,6}$"), Allowed("a prefix such as '+49'")]
Few = Annotated[int, Field(ge=1, le=100, strict=True), Allowed("a whole number from 1 to 100")]
Rate = Annotated[int, Field(ge=1, le=100_000, strict=True), Allowed("a whole number from 1 to 100000")]
Count = Annotated[int, Field(ge=2, strict=True), Allowed("a whole number, at least 2")]
Slug = Annotated[str, Field(pattern=rf"^{SLUG.pattern}$"), Allowed(A_SLUG)]
