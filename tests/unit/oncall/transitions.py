"""Every clock change that the machine's zone database has in 2026 and 2027, found by looking."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(days=5)
STEPS = 147


@dataclass(frozen=True, slots=True)
class Transition:
    """At `at` (UTC) the zone's clocks jump forward by `by` (negative: back)."""

    zone: str
    at: datetime
    by: timedelta

    @property
    def wall_before(self) -> datetime:
        """What the clocks would have shown at `at`, naive."""
        return local(self.zone, self.at) - self.by

    @property
    def in_the_middle(self) -> datetime:
        """A wall time (naive) within the gap or the fold."""
        return self.wall_before + self.by / 2


def local(zone: str, at: datetime) -> datetime:
    """What clocks show, naive."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


@cache
def transitions() -> tuple[Transition, ...]:
    return tuple(found for zone in zones() for found in _of(zone))


def _of(zone: str) -> Iterator[Transition]:
    """No zone changes twice within five days, so a look every five misses nothing; a look a day is slow."""
    looks = [FIRST + STEP * step for step in range(STEPS)]
    for (before, was), (after, now) in pairwise((look, _offset(zone, look)) for look in looks):
        if was != now:
            yield Transition(zone, _jump(zone, before, after, now), now - was)


def _jump(zone: str, before: datetime, after: datetime, offset: timedelta) -> datetime:
    seconds = range(int((after - before).total_seconds()) + 1)
    found = bisect_left(seconds, True, key=lambda s: _offset(zone, before + timedelta(seconds=s)) == offset)
    return before + timedelta(seconds=found)


def _offset(zone: str, at: datetime) -> timedelta:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset
