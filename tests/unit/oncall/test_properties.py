"""What holds for any schedule and any overrides, at instants near clock changes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.oncall.schedule import Duty, Override, Schedule, Shift, gaps, instant_of, on_call, timeline
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.oncall.builders import A_MONDAY, orders
from tests.unit.oncall.transitions import transitions

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
ENGINEERS = ("ada", "ben", "cy", "dee", "eva")
ROLES = ("primary", "secondary", "lead")
# Never on the roster, so that where they appear an override has put them.
OUTSIDERS = ("yan", "zoe")

# In these days clocks go forward in Europe and Troll, and back in Australia, Chile and on Lord Howe.
MIDDLE = datetime(2026, 4, 1, tzinfo=UTC)
ZONES = sorted({change.zone for change in transitions() if abs(change.at - MIDDLE) < timedelta(days=6)})

unhurried = settings(deadline=None, max_examples=40)
instants = st.integers(-9 * 86_400, 9 * 86_400).map(lambda seconds: MIDDLE + timedelta(seconds=seconds))
walls = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
crews = st.lists(st.sampled_from(ENGINEERS), max_size=4, unique=True).map(tuple)
shifts = st.builds(
    Shift,
    name=st.uuids().map(str),
    region=st.just("somewhere"),
    time_zone=st.sampled_from(ZONES),
    start=walls,
    end=walls,
    days=st.frozensets(st.integers(0, 6), min_size=3),
    roles=st.dictionaries(st.sampled_from(ROLES), crews, min_size=1),
    rotation=st.sampled_from(("weekly", "daily", "none")),
    hand_off_day=st.integers(0, 6),
    hand_off_at=st.none() | walls,
)
schedules = st.builds(
    Schedule, st.just("desk"), st.just(A_MONDAY), st.lists(shifts, min_size=1, max_size=3).map(tuple)
)


@st.composite
def an_override(draw: st.DrawFn) -> Override:
    start, end = sorted((draw(instants), draw(instants)))
    people = st.sampled_from(ENGINEERS + OUTSIDERS)
    role = draw(st.none() | st.sampled_from(ROLES))
    return Override("desk", start, end, draw(people), draw(st.none() | people), role)


some_overrides = st.lists(an_override(), max_size=4)


def same_duty(duties: tuple[Duty, ...], wanted: Duty) -> Duty | None:
    found = (duty for duty in duties if (duty.shift, duty.role) == (wanted.shift, wanted.role))
    return next(found, None)


def ends_at(shift: Shift, at: datetime) -> bool:
    """Whether clocks in the shift's zone have just come to its end."""
    zone = ZoneInfo(shift.time_zone)
    today = at.astimezone(zone).date()
    dates = (today + timedelta(days=offset) for offset in (-1, 0, 1))
    return any(instant_of(date, shift.end, zone) == at for date in dates)


class TestTimeline:
    @unhurried
    @given(schedules, some_overrides, instants, instants, st.lists(instants, max_size=5))
    def test_it_says_what_on_call_says(
        self, desk: Schedule, overrides: list[Override], one: datetime, other: datetime, asked: list[datetime]
    ) -> None:
        spans = timeline(desk, overrides, min(one, other), max(one, other))
        for span in spans:
            inside = [at for at in asked if span.start <= at < span.end]
            for at in [span.start, span.start + (span.end - span.start) / 2, span.end - TICK, *inside]:
                assert on_call(desk, overrides, at) == span.duties

    @unhurried
    @given(schedules, some_overrides, instants, instants)
    def test_its_spans_fill_the_window_and_differ(
        self, desk: Schedule, overrides: list[Override], one: datetime, other: datetime
    ) -> None:
        start, end = min(one, other), max(one, other)
        spans = timeline(desk, overrides, start, end)
        assert [span.start for span in spans] + [end] == [start] + [span.end for span in spans]
        assert all(span.start < span.end for span in spans)
        assert all(before.duties != after.duties for before, after in pairwise(spans))

    @unhurried
    @given(schedules, some_overrides, instants, st.sampled_from(ROLES))
    def test_gaps_are_where_nobody_has_the_role(
        self, desk: Schedule, overrides: list[Override], at: datetime, role: str
    ) -> None:
        assume(any(role in shift.roles for shift in desk.shifts))
        missing = gaps(desk, overrides, MIDDLE - timedelta(days=10), MIDDLE + timedelta(days=10))
        covered = any(duty.engineers for duty in on_call(desk, overrides, at) if duty.role == role)
        assert covered != any(gap.start <= at < gap.end for gap in missing if gap.role == role)
        ours = [gap for gap in missing if gap.role == role]
        assert all(before.end < after.start for before, after in pairwise(ours))


class TestUntil:
    @unhurried
    @given(schedules, some_overrides, instants, st.floats(0, 1))
    def test_nothing_changes_before_it(
        self, desk: Schedule, overrides: list[Override], at: datetime, fraction: float
    ) -> None:
        for duty in on_call(desk, overrides, at):
            assert duty.until > at
            for later in (at + (duty.until - at) * fraction * 0.999, duty.until - TICK):
                assert same_duty(on_call(desk, overrides, later), duty) == duty

    @unhurried
    @given(schedules, some_overrides, instants)
    def test_at_it_the_order_differs_or_the_shift_is_over(
        self, desk: Schedule, overrides: list[Override], at: datetime
    ) -> None:
        by_name = {shift.name: shift for shift in desk.shifts}
        for duty in on_call(desk, overrides, at):
            then = same_duty(on_call(desk, overrides, duty.until), duty)
            changed = then is None or then.engineers != duty.engineers
            assert changed or ends_at(by_name[duty.shift], duty.until)


class TestOverrides:
    @unhurried
    @given(schedules, some_overrides, instants)
    def test_nobody_is_twice_in_a_roles_order(
        self, desk: Schedule, overrides: list[Override], at: datetime
    ) -> None:
        for duty in on_call(desk, overrides, at):
            assert len(set(duty.engineers)) == len(duty.engineers)

    @unhurried
    @given(schedules, some_overrides, an_override(), instants)
    def test_outside_its_window_nothing_changes(
        self, desk: Schedule, others: list[Override], one: Override, at: datetime
    ) -> None:
        assume(not one.start <= at < one.end)
        with_it, without = on_call(desk, [*others, one], at), on_call(desk, others, at)
        assert orders(with_it) == orders(without)
        assert at < one.start or with_it == without

    @unhurried
    @given(schedules, an_override())
    def test_it_holds_from_its_start_to_before_its_end(self, desk: Schedule, one: Override) -> None:
        assume(one.start < one.end)
        always = replace(one, start=MIDDLE - timedelta(days=30), end=MIDDLE + timedelta(days=30))
        for at in (one.start, one.end - TICK):
            assert orders(on_call(desk, [one], at)) == orders(on_call(desk, [always], at))
        assert orders(on_call(desk, [one], one.end)) == orders(on_call(desk, [], one.end))

    @unhurried
    @given(schedules, st.sampled_from(ENGINEERS), st.none() | st.sampled_from(ROLES), instants)
    def test_an_outsider_takes_exactly_the_place(
        self, desk: Schedule, absent: str, role: str | None, at: datetime
    ) -> None:
        one = Override("desk", at - HOUR, at + HOUR, "zoe", absent, role)
        for with_it, without in zip(on_call(desk, [one], at), on_call(desk, [], at), strict=True):
            concerned = role in (None, without.role)
            expected = tuple("zoe" if name == absent and concerned else name for name in without.engineers)
            assert with_it.engineers == expected

    @unhurried
    @given(
        schedules, some_overrides, st.sampled_from(ENGINEERS), st.none() | st.sampled_from(ROLES), instants
    )
    def test_put_first_means_first_and_the_others_keep_their_order(
        self, desk: Schedule, others: list[Override], name: str, role: str | None, at: datetime
    ) -> None:
        one = Override("desk", at - HOUR, at + HOUR, name, None, role)
        after, before = on_call(desk, [*others, one], at), on_call(desk, others, at)
        for with_it, without in zip(after, before, strict=True):
            rest = tuple(engineer for engineer in without.engineers if engineer != name)
            expected = (name, *rest) if role in (None, without.role) else without.engineers
            assert with_it.engineers == expected

    @unhurried
    @given(schedules, some_overrides, st.sampled_from(ENGINEERS), instants)
    def test_of_two_for_the_same_place_the_later_counts(
        self, desk: Schedule, others: list[Override], absent: str, at: datetime
    ) -> None:
        first, second = (Override("desk", at - HOUR, at + HOUR, name, absent) for name in OUTSIDERS)
        both, later = (on_call(desk, [*others, *these], at) for these in ([first, second], [second]))
        assert orders(both) == orders(later)

    @unhurried
    @given(schedules, some_overrides, an_override(), instants)
    def test_two_halves_make_a_whole(
        self, desk: Schedule, others: list[Override], one: Override, at: datetime
    ) -> None:
        middle = one.start + (one.end - one.start) / 2
        halves = [replace(one, end=middle), replace(one, start=middle)]
        assert on_call(desk, [*others, *halves], at) == on_call(desk, [*others, one], at)

    @unhurried
    @given(schedules, some_overrides, an_override(), instants)
    def test_other_schedules_are_untouched(
        self, desk: Schedule, others: list[Override], one: Override, at: datetime
    ) -> None:
        elsewhere = replace(one, schedule="another desk")
        assert on_call(desk, [elsewhere, *others], at) == on_call(desk, others, at)
