"""Times as people write them on the command line, and as they read them there."""

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

import typer

from bot.oncall.schedule import instant_of
from bot.values import parse_duration, parse_zone

A_TIME = "write 2026-03-02, '2026-03-02 14:00', 2026-03-02T14:00+01:00 or 2026-03-02T13:00Z"
_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d(?::\d\d)?)(?P<offset>Z|[+-]\d\d:?\d\d)?)?"
)


def instant(text: str, zone: str, option: str) -> datetime:
    """The UTC instant somebody wrote; without an offset, by the clocks of `zone` (a date is its midnight).

    A wall time that a clock change skips or repeats is read by the rules of `bot.oncall.schedule`.
    Raises BadParameter for `option`, saying what is allowed.
    """
    match = _TIME.fullmatch(text.strip())
    try:
        return _read(match, ZoneInfo(zone)) if match else _refuse(text, A_TIME, option)
    except (ValueError, OverflowError):
        return _refuse(text, f"there is no such time; {A_TIME}", option)


def _read(match: re.Match[str], zone: ZoneInfo) -> datetime:
    day, clock = date.fromisoformat(match["day"]), time.fromisoformat(match["clock"] or "00:00")
    if match["offset"] is None:
        return instant_of(day, clock, zone)
    return datetime.fromisoformat(f"{day}T{clock}{match['offset']}").astimezone(UTC)


def since(text: str, zone: str, now: datetime, option: str) -> datetime:
    """An instant, or how long ago it is: "24h", "7d"."""
    try:
        return now - parse_duration(text)
    except ValueError:
        return (
            instant(text, zone, option)
            if "-" in text
            else _refuse(text, f"write 24h, 7d or a time: {A_TIME}", option)
        )


def zone_named(text: str) -> str:
    """The parser of every --zone. Raises BadParameter with a near miss, if there is one."""
    try:
        return parse_zone(text)
    except ValueError as error:
        near = get_close_matches(text, available_timezones(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise typer.BadParameter(f"{error}{hint}") from None


def moment(at: datetime, zone: str) -> str:
    """2026-03-02 14:56:07 +01:00"""
    local = at.astimezone(ZoneInfo(zone))
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"


def span(length: timedelta) -> str:
    """h:mm:ss"""
    seconds = int(length.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _refuse(text: str, allowed: str, option: str) -> datetime:
    raise typer.BadParameter(f"{text!r}: {allowed}", param_hint=f"'{option}'")
