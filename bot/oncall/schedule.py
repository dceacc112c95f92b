"""Who is on call at an instant: a pure calculation over a schedule and its overrides.

Every instant that goes in is aware (a naive one is a ValueError); every instant that comes out is UTC.

Rules for clock changes (docs/adr/0003-wall-clock-shifts.md gives the reasons):

1. The edges of shifts and the hand-offs of rotations are local wall-clock times.
2. A wall time that does not exist (spring gap) is the first instant after the gap.
3. A wall time that exists twice (autumn) is its first occurrence.
4. Hence, where one shift ends at the wall time at which the next one of the same zone starts, they neither
   overlap nor leave a gap; the shift across a change is shorter or longer by the change.
5. A rotation counts the local dates of its hand-offs since `rotation_start`, never multiples of 168 hours:
   it advances at the local hand-off time, once a week even when a clock changes. Before `rotation_start`
   the same count runs backwards.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from math import ceil, floor
from typing import Literal
from zoneinfo import ZoneInfo

Rotation = Literal["weekly", "daily", "none"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours that a region covers, in the wall-clock time of its zone.

    `end` at or before `start` means the next day; equal times mean a whole day. `days` are the weekdays
    (0 is Monday) on which the shift *starts*. `roles` gives each role's engineers in rotation order.
    A weekly rotation advances on `hand_off_day`, a daily one on each of `days`, both at `hand_off_at`
    (None: the time at which the shift starts), even in the middle of a shift.
    """

    name: str
    region: str
    time_zone: str
    start: time
    end: time
    days: frozenset[int]
    roles: Mapping[str, tuple[str, ...]]
    rotation: Rotation = "weekly"
    hand_off_day: int = 0
    hand_off_at: time | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rotation's count is 0 from the hand-off of `rotation_start` (each shift's local date) on.

    Where that date is no hand-off day, the week (or stretch of days) it lies in counts 0.
    """

    name: str
    rotation_start: date
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """In [start, end) `stands_in` takes the place of `instead_of` in `role` (None: in every role).

    With `instead_of` None, `stands_in` is called first. An override that names somebody as their own
    stand-in gives them their place back. ValueError: a naive `start` or `end`; both are kept in UTC.
    """

    schedule: str
    start: datetime
    end: datetime
    stands_in: str
    instead_of: str | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        # In UTC, because two times of one zone compare by their wall clocks, wrongly in an autumn fold.
        object.__setattr__(self, "start", _utc(self.start))
        object.__setattr__(self, "end", _utc(self.end))

    @property
    def short_id(self) -> str:
        """Short enough to type, and the same wherever it is shown; of equal ones, the same."""
        said = (self.schedule, self.start, self.end, self.stands_in, self.instead_of, self.role)
        return sha256(repr(said).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Duty:
    """Whom to call for a role, in this order (nobody: an empty tuple), unchanged before `until` (UTC).

    `until` is the shift's end, or the hand-off or override's edge within it that really changes the order.
    """

    shift: str
    region: str
    role: str
    engineers: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """At every instant of [start, end), UTC, exactly these duties hold; none of them: nobody is on call."""

    start: datetime
    end: datetime
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """In [start, end), UTC, nobody has the role."""

    role: str
    start: datetime
    end: datetime


def on_call(schedule: Schedule, overrides: Iterable[Override], at: datetime) -> tuple[Duty, ...]:
    """The duties at `at` (aware), in the schedule's order of shifts and each shift's order of roles.

    Later overrides win over earlier ones; those of other schedules are ignored.
    """
    instant = _utc(at)
    own = [override for override in overrides if override.schedule == schedule.name]
    turns = (turn for shift in schedule.shifts for turn in _turns(shift, instant, instant))
    return tuple(
        duty
        for turn in turns
        if turn.start <= instant < turn.end
        for duty in _duties(turn, schedule.rotation_start, own, instant)
    )


def timeline(
    schedule: Schedule, overrides: Iterable[Override], start: datetime, end: datetime
) -> tuple[Span, ...]:
    """The whole of [start, end) (aware) in consecutive spans, each as long as its duties hold.

    What a span says is what `on_call` says at each of its instants. ValueError: `end` before `start`.
    """
    first, last = _utc(start), _utc(end)
    if last < first:
        raise ValueError(f"a timeline cannot end ({last}) before it starts ({first})")
    own = [override for override in overrides if override.schedule == schedule.name]
    spans: list[Span] = []
    for edge, following in pairwise([*_edges(schedule, own, first, last), last]):
        duties = on_call(schedule, own, edge)
        begun = spans.pop().start if spans and spans[-1].duties == duties else edge
        spans.append(Span(begun, following, duties))
    return tuple(spans)


def gaps(
    schedule: Schedule, overrides: Iterable[Override], start: datetime, end: datetime
) -> tuple[Gap, ...]:
    """The spans of [start, end) (aware) in which a role of the schedule has nobody, role by role.

    A role is what any shift names; a schedule without roles has no gaps. ValueError as for `timeline`.
    """
    spans = timeline(schedule, overrides, start, end)
    roles = dict.fromkeys(role for shift in schedule.shifts for role in shift.roles)
    return tuple(gap for role in roles for gap in _uncovered(role, spans))


# Pure, and the same few dates are asked for again and again: remembering makes on_call three times as fast.
@lru_cache(maxsize=4096)
def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` on `day`, by rules 2 and 3 of this module."""
    local = datetime.combine(day, wall, tzinfo=zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # PEP 495: the two readings are equal except in a fold (the second is later) or a gap (it is earlier).
    return first if first <= second else _end_of_gap(second, first, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the zone's clocks jump; they do so on a whole second."""
    new_offset = after.astimezone(zone).utcoffset()

    def has_jumped(timestamp: int) -> bool:
        return datetime.fromtimestamp(timestamp, zone).utcoffset() == new_offset

    seconds = range(floor(before.timestamp()), ceil(after.timestamp()) + 1)
    return datetime.fromtimestamp(seconds[bisect_left(seconds, True, key=has_jumped)], UTC)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One occurrence of a shift, begun on the local date `day`: it covers [start, end), UTC."""

    shift: Shift
    day: date
    start: datetime
    end: datetime


def _turns(shift: Shift, first: datetime, last: datetime) -> Iterator[_Turn]:
    """The occurrences that can touch [first, last], and perhaps one more at either side.

    The day before: shifts last into the next day. The day after: where clocks go back across midnight,
    the new day's first minutes precede the old day's last ones. A date the zone skips counts as a day too:
    by rule 2 its wall times all are the instant of the jump, and an occurrence within it is empty.
    """
    zone = ZoneInfo(shift.time_zone)
    length = DAY if shift.end <= shift.start else timedelta(0)
    dates = range(first.astimezone(zone).toordinal() - 1, last.astimezone(zone).toordinal() + 2)
    for day in map(date.fromordinal, dates):
        if day.weekday() in shift.days:
            start = instant_of(day, shift.start, zone)
            yield _Turn(shift, day, start, instant_of(day + length, shift.end, zone))


def _duties(turn: _Turn, rotation_start: date, overrides: Sequence[Override], at: datetime) -> Iterator[Duty]:
    """The duties at `at`, an instant within the turn."""
    shift = turn.shift
    edges = sorted(edge for edge in _possible_changes(turn, overrides) if at < edge < turn.end)
    later = [(edge, _orders(shift, rotation_start, overrides, edge)) for edge in edges]
    for role, engineers in _orders(shift, rotation_start, overrides, at).items():
        until = next((edge for edge, orders in later if orders[role] != engineers), turn.end)
        yield Duty(shift.name, shift.region, role, engineers, until)


def _possible_changes(turn: _Turn, overrides: Sequence[Override]) -> set[datetime]:
    """Every instant within the turn at which an order may change, and some outside it."""
    zone = ZoneInfo(turn.shift.time_zone)
    # A turn spans at most a day of wall time, so these two dates hold every hand-off within it.
    hand_offs = {instant_of(day, _hand_off_time(turn.shift), zone) for day in (turn.day, turn.day + DAY)}
    return hand_offs.union(*((override.start, override.end) for override in overrides))


def _edges(
    schedule: Schedule, overrides: Sequence[Override], first: datetime, last: datetime
) -> list[datetime]:
    """The start of [first, last) and every instant within it at which the duties may change."""
    edges = {first}  # not within an empty window, which so has no edges at all
    for shift in schedule.shifts:
        for turn in _turns(shift, first, last):
            edges |= {turn.start, turn.end, *_possible_changes(turn, overrides)}
    return sorted(edge for edge in edges if first <= edge < last)


def _orders(
    shift: Shift, rotation_start: date, overrides: Sequence[Override], at: datetime
) -> dict[str, tuple[str, ...]]:
    """Role to engineers in the order of calling, at `at`."""
    index = _rotation_index(shift, rotation_start, at)
    active = [override for override in overrides if override.start <= at < override.end]
    return {
        role: _order(_rotated(engineers, index), (o for o in active if o.role in (None, role)))
        for role, engineers in shift.roles.items()
    }


def _rotation_index(shift: Shift, rotation_start: date, at: datetime) -> int:
    """How many hand-offs lie between that of `rotation_start` and `at`; negative before it."""
    zone = ZoneInfo(shift.time_zone)
    day = at.astimezone(zone).date() + DAY
    while instant_of(day, _hand_off_time(shift), zone) > at:
        day -= DAY
    weekdays = _hand_off_weekdays(shift)
    return _hand_offs_up_to(day, weekdays) - _hand_offs_up_to(rotation_start, weekdays)


def _hand_off_time(shift: Shift) -> time:
    return shift.start if shift.hand_off_at is None else shift.hand_off_at


def _hand_off_weekdays(shift: Shift) -> frozenset[int]:
    # A daily rotation skips days off: seven engineers on five days' work would leave two out for ever.
    weekdays = {"weekly": frozenset({shift.hand_off_day}), "daily": shift.days, "none": frozenset[int]()}
    return weekdays[shift.rotation]


def _hand_offs_up_to(day: date, weekdays: frozenset[int]) -> int:
    """How many dates of these weekdays the calendar has up to and including `day`."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)  # date.min, ordinal 1, is a Monday
    return weeks * len(weekdays) + sum(1 for other in weekdays if other <= weekday)


def _rotated(engineers: tuple[str, ...], index: int) -> tuple[str, ...]:
    first = index % len(engineers) if engineers else 0
    return engineers[first:] + engineers[:first]


def _order(rostered: Iterable[str], overrides: Iterable[Override]) -> tuple[str, ...]:
    """The order of calling after these overrides, everybody at their first place only.

    Each place remembers who held it, one after another: so a later override finds the place of somebody
    an earlier one has replaced, and wins.
    """
    places: list[tuple[str, ...]] = [(engineer,) for engineer in rostered]
    for override in overrides:
        places = _stood_in(places, override)
    return tuple(dict.fromkeys(holders[-1] for holders in places))


def _stood_in(places: list[tuple[str, ...]], override: Override) -> list[tuple[str, ...]]:
    absent, stands_in = override.instead_of, override.stands_in
    if absent is None:
        return [(stands_in,), *places]
    return [
        (*holders[: holders.index(absent) + 1], stands_in) if absent in holders else holders
        for holders in places
    ]


def _uncovered(role: str, spans: Iterable[Span]) -> list[Gap]:
    found: list[Gap] = []
    for span in spans:
        if any(duty.role == role and duty.engineers for duty in span.duties):
            continue
        begun = found.pop().start if found and found[-1].end == span.start else span.start
        found.append(Gap(role, begun, span.end))
    return found


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone; on-call instants need one (UTC, for example)")
    return at.astimezone(UTC)
