"""A week of who covers what, day by day in the reader's zone. The rules are pure; `week` loads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.oncall.schedule import Override, Schedule, Span, instant_of, timeline
from bot.work import Work

DAYS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """From `start` to `end` (UTC) the first of these engineers is called first; nobody: a gap. `left` and
    `width`: of its day, in per cent."""

    start: datetime
    end: datetime
    shift: str
    engineers: tuple[str, ...]
    left: float
    width: float

    @property
    def is_gap(self) -> bool:
        return not self.engineers


@dataclass(frozen=True, slots=True)
class DayOf:
    """One local day of one role."""

    day: date
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A role through the week."""

    role: str
    days: tuple[DayOf, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A schedule's week from the local day `first`; `overrides` are those that touch it."""

    schedule: str
    first: date
    days: tuple[date, ...]
    lanes: tuple[Lane, ...]
    overrides: tuple[Override, ...]

    @property
    def gaps(self) -> tuple[tuple[str, Block], ...]:
        return tuple(
            (lane.role, b) for lane in self.lanes for day in lane.days for b in day.blocks if b.is_gap
        )


async def week(work: Work, schedule: str, first: date, zone: str) -> Week:
    """Raises KeyError for a schedule there is not."""
    days = tuple(first + timedelta(days=each) for each in range(DAYS))
    start, end = _begin(days[0], zone), _begin(days[-1] + timedelta(days=1), zone)
    overrides = await work.tx.overrides.around(schedule, start, end)
    return laid_out(work.house.schedules[schedule], overrides, days, zone)


def laid_out(schedule: Schedule, overrides: Iterable[Override], days: tuple[date, ...], zone: str) -> Week:
    own = tuple(overrides)
    start, end = _begin(days[0], zone), _begin(days[-1] + timedelta(days=1), zone)
    spans = timeline(schedule, own, start, end)
    roles = dict.fromkeys(role for shift in schedule.shifts for role in shift.roles)
    lanes = tuple(Lane(role, tuple(_day(each, role, spans, zone) for each in days)) for role in roles)
    return Week(schedule.name, days[0], days, lanes, own)


def _begin(day: date, zone: str) -> datetime:
    return instant_of(day, time(0), ZoneInfo(zone))


def _day(day: date, role: str, spans: Iterable[Span], zone: str) -> DayOf:
    start, end = _begin(day, zone), _begin(day + timedelta(days=1), zone)
    pieces: list[tuple[datetime, datetime, str, tuple[str, ...]]] = []
    for span in spans:
        begun, over = max(span.start, start), min(span.end, end)
        if begun >= over:
            continue
        shift, people = _on_duty(span, role)
        if pieces and pieces[-1][1] == begun and pieces[-1][3][:1] == people[:1]:
            begun, _, shift, people = pieces.pop()  # shifts overlap: whoever is called first goes on being so
        pieces.append((begun, over, shift, people))
    whole = (end - start) / 100
    return DayOf(
        day,
        tuple(Block(*piece, (piece[0] - start) / whole, (piece[1] - piece[0]) / whole) for piece in pieces),
    )


def _on_duty(span: Span, role: str) -> tuple[str, tuple[str, ...]]:
    """The names of the shifts that have the role then, and the people, the first shift's first."""
    duties = [duty for duty in span.duties if duty.role == role and duty.engineers]
    people = tuple(dict.fromkeys(name for duty in duties for name in duty.engineers[:1]))
    return " + ".join(dict.fromkeys(duty.shift for duty in duties)), people
