"""Whether this machine's time zones are up to date, held against the tzdata package that came with Dawnline.

Python asks the operating system first, and an old system does not know of a clock change that a government
has decided since: shifts and promised times would be an hour off.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.policy import Policy

AHEAD = timedelta(days=2 * 366)
STEP = timedelta(hours=6)
"""No zone changes its clocks for less."""


def zones_of(policy: Policy) -> tuple[str, ...]:
    """Every zone the desk's policy names, in order."""
    people = (engineer.time_zone for engineer in policy.engineers)
    shifts = (shift.time_zone for schedule in policy.schedules for shift in schedule.shifts)
    return tuple(sorted({policy.desk.time_zone, *people, *shifts}))


def disagreements(zones: Iterable[str], now: datetime) -> Iterator[str]:
    """A sentence for each zone in which the two disagree within two years from `now`."""
    for zone in zones:
        try:
            ours = packaged(zone)
        except OSError:
            continue  # the system knows a zone that the package does not: nothing to compare
        at = first_difference(ZoneInfo(zone), ours, now)
        if at is not None:
            here, there = (f"{at.astimezone(each):%H:%M}" for each in (ZoneInfo(zone), ours))
            yield f"{zone}: at {at:%Y-%m-%d %H:%M} UTC it is {here} by this machine, {there} by tzdata"


def first_difference(one: ZoneInfo, other: ZoneInfo, start: datetime) -> datetime | None:
    """The first of the instants looked at, six hours apart, at which they tell different times."""
    instants = (start + STEP * count for count in range(AHEAD // STEP))
    return next((at for at in instants if _offset(at, one) != _offset(at, other)), None)


def packaged(zone: str) -> ZoneInfo:
    """The zone as the tzdata package has it. Raises OSError if it has none of that name."""
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=zone)


def package_version() -> str:
    return version("tzdata")


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
