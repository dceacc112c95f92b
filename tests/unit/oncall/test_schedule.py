"""Who is on call, by examples a desk's owner could check on a paper calendar."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from bot.oncall.schedule import Duty, Override, gaps, on_call, timeline

from tests.unit.oncall.builders import EVERY_DAY, WORKING_DAYS, lengths, schedule, shift, utc


class TestShifts:
    def test_one_covers_its_hours_from_the_first_instant_to_before_the_last(self) -> None:
        desk = schedule(shift("09:00-17:00", "Europe/Berlin"))
        asked = ("07:59:59.999999", "08:00", "15:59:59.999999", "16:00")
        assert [bool(on_call(desk, (), utc(f"2026-01-07 {at}"))) for at in asked] == [
            False,
            True,
            True,
            False,
        ]

    def test_a_duty_says_everything_a_page_needs(self) -> None:
        desk = schedule(shift("09:00-17:00", "Europe/Berlin", name="emea", roles={"lead": ("eva",)}))
        assert on_call(desk, (), utc("2026-01-07 12:00")) == (
            Duty("emea", "Europe/Berlin", "lead", ("eva",), utc("2026-01-07 16:00")),
        )

    def test_days_are_those_on_which_a_shift_starts(self) -> None:
        desk = schedule(shift("22:00-06:00", days=frozenset({4})))
        asked = ("2026-01-09 21:00", "2026-01-09 23:00", "2026-01-10 05:00", "2026-01-10 23:00")
        assert [bool(on_call(desk, (), utc(at))) for at in asked] == [False, True, True, False]

    def test_equal_edges_mean_a_whole_day(self) -> None:
        desk = schedule(shift("09:00-09:00", days=frozenset({5})))
        spans = timeline(desk, (), utc("2026-01-09 00:00"), utc("2026-01-12 00:00"))
        assert lengths(spans) == [("nobody", 33), ("09:00-09:00", 24), ("nobody", 15)]

    def test_midnight_as_the_end_is_the_next_days(self) -> None:
        desk = schedule(shift("16:00-00:00"))
        assert on_call(desk, (), utc("2026-01-07 23:59"))[0].until == utc("2026-01-08 00:00")

    def test_active_ones_come_in_the_schedules_order_with_their_roles_in_theirs(self) -> None:
        late = shift("12:00-20:00", name="late", roles={"secondary": ("a",), "primary": ("b",)})
        early = shift("08:00-16:00", name="early", roles={"primary": ("c",)})
        duties = on_call(schedule(late, early), (), utc("2026-01-07 13:00"))
        assert [(duty.shift, duty.role) for duty in duties] == [
            ("late", "secondary"), ("late", "primary"), ("early", "primary"),
        ]  # fmt: skip

    def test_a_role_without_engineers_is_a_duty_of_nobody(self) -> None:
        desk = schedule(shift("00:00-00:00", roles={"primary": ()}, rotation="weekly"))
        assert on_call(desk, (), utc("2026-01-07 13:00"))[0].engineers == ()

    def test_no_shifts_are_no_duties(self) -> None:
        assert on_call(schedule(), (), utc("2026-01-07 13:00")) == ()


class TestRotation:
    def test_weekly_makes_the_next_engineer_first_and_keeps_the_others_in_turn(self) -> None:
        desk = schedule(shift("00:00-00:00", rotation="weekly"))
        mondays = [utc("2026-01-05 00:00") + timedelta(weeks=week) for week in range(4)]
        assert [on_call(desk, (), monday)[0].engineers for monday in mondays] == [
            ("ada", "ben", "cy"), ("ben", "cy", "ada"), ("cy", "ada", "ben"), ("ada", "ben", "cy"),
        ]  # fmt: skip

    def test_it_runs_backwards_before_its_start(self) -> None:
        desk = schedule(shift("00:00-00:00", rotation="weekly"))
        assert on_call(desk, (), utc("2026-01-04 23:59"))[0].engineers == ("cy", "ada", "ben")

    def test_a_start_in_the_middle_of_a_week_belongs_to_that_whole_week(self) -> None:
        desk = schedule(shift("00:00-00:00", rotation="weekly"), rotation_start=date(2026, 1, 7))
        asked = ("2026-01-04 23:59", "2026-01-05 00:00", "2026-01-11 23:59", "2026-01-12 00:00")
        assert [on_call(desk, (), utc(at))[0].engineers[0] for at in asked] == ["cy", "ada", "ada", "ben"]

    def test_hand_off_is_when_the_shift_starts_unless_told_otherwise(self) -> None:
        desk = schedule(shift("22:00-06:00", "Europe/Berlin", rotation="weekly"))
        asked = ("2026-01-12 04:00", "2026-01-12 21:00")
        assert [on_call(desk, (), utc(at))[0].engineers[0] for at in asked] == ["ada", "ben"]

    def test_a_hand_off_may_come_in_the_middle_of_a_shift(self) -> None:
        night = shift("22:00-06:00", "Europe/Berlin", rotation="weekly", hand_off_day=2, hand_off_at=time(3))
        spans = timeline(schedule(night), (), utc("2026-01-13 21:00"), utc("2026-01-14 05:00"))
        assert [(span.duties[0].engineers[0], span.duties[0].until) for span in spans] == [
            ("ben", utc("2026-01-14 02:00")), ("cy", utc("2026-01-14 05:00")),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("hand_off", "expected"),
        [("2026-03-29", "2026-03-29 01:00"), ("2026-10-25", "2026-10-25 00:30")],
    )
    def test_a_hand_off_follows_the_rules_for_clock_changes(self, hand_off: str, expected: str) -> None:
        crew = shift(
            "00:00-00:00", "Europe/Berlin", rotation="weekly", hand_off_day=6, hand_off_at=time(2, 30)
        )
        midnight = datetime.fromisoformat(hand_off).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        assert on_call(schedule(crew), (), midnight)[0].until == utc(expected)

    def test_one_engineer_hands_off_to_themselves_and_nothing_changes(self) -> None:
        alone = shift(
            "00:00-00:00", roles={"lead": ("eva",)}, rotation="weekly", hand_off_day=2, hand_off_at=time(9)
        )
        assert on_call(schedule(alone), (), utc("2026-01-07 08:00"))[0].until == utc("2026-01-08 00:00")

    def test_daily_counts_the_days_worked_so_that_everybody_is_first_in_time(self) -> None:
        crew = {"primary": tuple("abcdefg")}
        desk = schedule(shift("09:00-17:00", days=WORKING_DAYS, roles=crew, rotation="daily"))
        days = [utc("2026-01-05 12:00") + timedelta(days=day) for day in range(11)]
        firsts = [duty.engineers[0] for at in days for duty in on_call(desk, (), at)]
        assert firsts == ["a", "b", "c", "d", "e", "f", "g", "a", "b"]

    def test_none_never_turns(self) -> None:
        desk = schedule(shift("00:00-00:00", rotation="none"))
        days = [utc("2026-01-05 12:00") + timedelta(days=day) for day in range(30)]
        assert {on_call(desk, (), at)[0].engineers for at in days} == {("ada", "ben", "cy")}

    def test_an_engineer_named_twice_leads_twice_as_often_and_is_called_once(self) -> None:
        desk = schedule(shift("00:00-00:00", roles={"primary": ("a", "a", "b")}, rotation="daily"))
        days = [utc("2026-01-05 12:00") + timedelta(days=day) for day in range(3)]
        assert [on_call(desk, (), at)[0].engineers for at in days] == [("a", "b"), ("a", "b"), ("b", "a")]


class TestNaive:
    DESK = schedule(shift("00:00-00:00", days=EVERY_DAY))
    AWARE = datetime(2026, 1, 7, 12, tzinfo=timezone(timedelta(hours=8)))
    NAIVE = AWARE.replace(tzinfo=None)

    def test_an_instant_is_refused(self) -> None:
        with pytest.raises(ValueError, match="2026-01-07T12:00:00 has no time zone"):
            on_call(self.DESK, (), self.NAIVE)

    @pytest.mark.parametrize("ends", [(NAIVE, AWARE), (AWARE, NAIVE)])
    def test_a_window_is_refused(self, ends: tuple[datetime, datetime]) -> None:
        with pytest.raises(ValueError, match="has no time zone"):
            timeline(self.DESK, (), *ends)
        with pytest.raises(ValueError, match="has no time zone"):
            gaps(self.DESK, (), *ends)

    @pytest.mark.parametrize("ends", [(NAIVE, AWARE), (AWARE, NAIVE)])
    def test_an_override_is_refused(self, ends: tuple[datetime, datetime]) -> None:
        with pytest.raises(ValueError, match="has no time zone"):
            Override("desk", *ends, "zoe")
