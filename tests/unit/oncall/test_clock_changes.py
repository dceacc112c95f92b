"""The rules for clock changes, at every change of every IANA zone in 2026 and 2027."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from bot.oncall.schedule import Schedule, instant_of, on_call, timeline
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.oncall.builders import A_MONDAY, schedule, shift
from tests.unit.oncall.transitions import Transition, local, transitions, zones

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EIGHT_HOURS = timedelta(hours=8)
TICK = timedelta(microseconds=1)
WEEK_OF_ENGINEERS = {"primary": tuple("abcdefg")}

# The machine may be busy with other tests; a slow example is no fault of the rules.
unhurried = settings(deadline=None)
some_transition = st.sampled_from(transitions())
some_zone = st.sampled_from(zones())
seconds_around = st.integers(-3 * 86_400, 3 * 86_400)
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def three_shifts(zone: str, first: time) -> Schedule:
    """Three of eight hours, one after another, the first from `first`."""
    start = datetime.combine(A_MONDAY, first)
    edges = [start + EIGHT_HOURS * count for count in range(4)]
    hours = [f"{begins:%H:%M:%S}-{ends:%H:%M:%S}" for begins, ends in pairwise(edges)]
    return schedule(*(shift(of, zone) for of in hours))


def first_shown(change: Transition) -> dict[datetime, datetime]:
    """Wall time (naive) to the first instant that shows it, for six hours around, found by looking."""
    looks = [change.at + minute * MINUTE for minute in range(-360, 361)]
    return {local(change.zone, look): look for look in reversed(looks)}


def test_the_zones_are_worth_testing() -> None:
    assert len(zones()) > 500
    assert len(transitions()) > 700
    jumps = {change.by for change in transitions()}
    assert {HOUR, -HOUR, HOUR / 2, -HOUR / 2, 2 * HOUR, -2 * HOUR} <= jumps


@pytest.mark.slow
def test_every_wall_time_near_every_change_follows_the_rules() -> None:
    for change in transitions():
        zone = ZoneInfo(change.zone)
        shown = first_shown(change)
        for step in range(-9, 10):
            wall = change.wall_before + step * abs(change.by) / 6
            expected = shown.get(wall, change.at)
            assert instant_of(wall.date(), wall.time(), zone) == expected, (change, wall)


def test_three_shifts_cover_every_instant_once_around_every_change() -> None:
    for change in transitions():
        # The worst place for an edge is inside the gap or the fold.
        desk = three_shifts(change.zone, change.in_the_middle.time())
        spans = timeline(desk, (), change.at - 36 * HOUR, change.at + 36 * HOUR)
        assert all(len(span.duties) == 1 for span in spans), change
        assert all(before.end == after.start for before, after in pairwise(spans)), change
        around = [len(on_call(desk, (), change.at + offset)) for offset in (-TICK, 0 * TICK, TICK)]
        assert around == [1, 1, 1], change


def test_only_the_shift_across_the_change_is_longer_or_shorter_and_by_as_much() -> None:
    for change in transitions():
        hours_before = (change.wall_before - 4 * HOUR).time()
        desk = three_shifts(change.zone, hours_before)
        spans = timeline(desk, (), change.at - 36 * HOUR, change.at + 36 * HOUR)
        whole = {span.start: span.end - span.start for span in spans[1:-1]}
        across = max(start for start in whole if start <= change.at)
        assert whole.pop(across) == EIGHT_HOURS - change.by, change
        assert set(whole.values()) == {EIGHT_HOURS}, change


def test_a_weekly_rotation_advances_exactly_once_a_week_across_every_change() -> None:
    for change in transitions():
        hand_off = change.in_the_middle
        week_long = shift(
            "00:00-00:00", change.zone, roles=WEEK_OF_ENGINEERS, rotation="weekly",
            hand_off_day=hand_off.weekday(), hand_off_at=hand_off.time(),
        )  # fmt: skip
        desk = schedule(week_long, rotation_start=hand_off.date())
        spans = timeline(desk, (), change.at - timedelta(days=8), change.at + timedelta(days=8))
        firsts = [(span.start, span.duties[0].engineers[0]) for span in spans]
        advances = [(at, now) for (_, was), (at, now) in pairwise(firsts) if was != now]
        expected = [hand_off - timedelta(weeks=1), hand_off, hand_off + timedelta(weeks=1)]
        zone = ZoneInfo(change.zone)
        instants = [instant_of(day.date(), day.time(), zone) for day in expected]
        assert advances == list(zip(instants, "gab", strict=True)), change


@unhurried
@given(some_transition, walls, seconds_around)
def test_three_shifts_cover_any_instant_once(change: Transition, first: time, offset: int) -> None:
    desk = three_shifts(change.zone, first)
    assert len(on_call(desk, (), change.at + timedelta(seconds=offset))) == 1


@unhurried
@given(some_zone, st.dates(date(2026, 1, 2), date(2027, 12, 30)), walls)
def test_edges_are_the_first_instant_that_shows_the_wall_time_or_later(
    zone: str, day: date, wall: time
) -> None:
    asked = datetime.combine(day, wall)
    found = instant_of(day, wall, ZoneInfo(zone))
    assert local(zone, found) >= asked
    assert all(local(zone, found - before) < asked for before in (TICK, MINUTE, HOUR, 3 * HOUR))


@unhurried
@given(some_zone, st.dates(date(2025, 6, 1), date(2028, 6, 1)), walls, st.integers(0, 6), st.integers(0, 103))
def test_a_weekly_rotation_counts_local_weeks_in_every_zone(
    zone: str, start: date, hand_off_at: time, hand_off_day: int, week: int
) -> None:
    crew = shift(
        "00:00-00:00", zone, roles=WEEK_OF_ENGINEERS, rotation="weekly",
        hand_off_day=hand_off_day, hand_off_at=hand_off_at,
    )  # fmt: skip
    desk = schedule(crew, rotation_start=start)
    first_hand_off = start - timedelta(days=(start.weekday() - hand_off_day) % 7)
    weeks = (A_MONDAY - first_hand_off).days // 7 + week
    hand_off = instant_of(first_hand_off + timedelta(weeks=weeks), hand_off_at, ZoneInfo(zone))
    before, after = (on_call(desk, (), at)[0].engineers[0] for at in (hand_off - TICK, hand_off))
    assert (before, after) == ("abcdefg"[(weeks - 1) % 7], "abcdefg"[weeks % 7])


@unhurried
@given(some_transition, st.sets(st.integers(0, 6), min_size=1), walls, st.integers(-10, 10))
def test_a_daily_rotation_advances_once_each_day_worked(
    change: Transition, days: set[int], start: time, offset: int
) -> None:
    hours = f"{start:%H:%M}-{start:%H:%M}"
    crew = shift(hours, change.zone, days=frozenset(days), roles=WEEK_OF_ENGINEERS, rotation="daily")
    first = local(change.zone, change.at).date() + timedelta(days=offset)
    worked = [day for day in (first + timedelta(days=n) for n in range(21)) if day.weekday() in days]
    desk = schedule(crew, rotation_start=worked[0])
    starts = [instant_of(day, start, ZoneInfo(change.zone)) for day in worked]
    firsts = [on_call(desk, (), at)[0].engineers[0] for at in starts]
    assert firsts == ["abcdefg"[count % 7] for count in range(len(worked))]


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Fakaofo"])
def test_a_skipped_date_keeps_the_week_in_step(zone: str) -> None:
    """Both skipped Friday 2011-12-30, the day of this hand-off."""
    crew = shift("00:00-00:00", zone, roles=WEEK_OF_ENGINEERS, rotation="weekly", hand_off_day=4)
    desk = schedule(crew, rotation_start=date(2011, 12, 16))
    noons = ("2011-12-29 12:00", "2011-12-31 12:00", "2012-01-05 12:00", "2012-01-06 12:00")
    asked = [datetime.fromisoformat(noon).replace(tzinfo=ZoneInfo(zone)) for noon in noons]
    assert [on_call(desk, (), at)[0].engineers[0] for at in asked] == ["b", "c", "c", "d"]
