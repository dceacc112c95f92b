"""Short ways to say a shift, a schedule and an instant."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from bot.oncall.schedule import Duty, Rotation, Schedule, Shift, Span

EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
A_MONDAY = date(2026, 1, 5)
CREW: Mapping[str, tuple[str, ...]] = {"primary": ("ada", "ben", "cy")}


def utc(text: str) -> datetime:
    """`2026-03-29 01:00` as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shift(
    hours: str,
    zone: str = "UTC",
    *,
    name: str | None = None,
    days: frozenset[int] = EVERY_DAY,
    roles: Mapping[str, tuple[str, ...]] = CREW,
    rotation: Rotation = "none",
    hand_off_day: int = 0,
    hand_off_at: time | None = None,
) -> Shift:
    """`22:00-06:00` in a zone, named after its hours unless told otherwise."""
    start, end = (time.fromisoformat(edge) for edge in hours.split("-"))
    return Shift(name or hours, zone, zone, start, end, days, roles, rotation, hand_off_day, hand_off_at)


def schedule(*shifts: Shift, rotation_start: date = A_MONDAY) -> Schedule:
    return Schedule("desk", rotation_start, shifts)


def names(duties: tuple[Duty, ...]) -> list[str]:
    return [duty.shift for duty in duties]


def orders(duties: tuple[Duty, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(duty.shift, duty.role, duty.engineers) for duty in duties]


def lengths(spans: tuple[Span, ...]) -> list[tuple[str, float]]:
    """Every span as its first shift (or nobody) and its hours."""
    return [
        (span.duties[0].shift if span.duties else "nobody", (span.end - span.start).total_seconds() / 3600)
        for span in spans
    ]
