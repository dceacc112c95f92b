"""Clock changes one by one, with instants that can be looked up."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from bot.oncall.schedule import Shift, instant_of, on_call, timeline

from tests.unit.oncall.builders import lengths, names, schedule, shift, utc

NIGHT_AND_DAY = ("22:00-06:00", "06:00-14:00", "14:00-22:00")


def round_the_clock(zone: str) -> tuple[Shift, ...]:
    return tuple(shift(hours, zone) for hours in NIGHT_AND_DAY)


class TestClockChanges:
    @pytest.mark.parametrize(
        ("zone", "wall", "instant"),
        [
            pytest.param("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59", id="before a gap"),
            pytest.param("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00", id="gap's first"),
            pytest.param("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00", id="in a gap"),
            pytest.param("Europe/Berlin", "2026-03-29 02:59:59.9", "2026-03-29 01:00", id="gap's last"),
            pytest.param("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00", id="after a gap"),
            pytest.param("Europe/Berlin", "2026-10-25 01:59", "2026-10-24 23:59", id="before a fold"),
            pytest.param("Europe/Berlin", "2026-10-25 02:00", "2026-10-25 00:00", id="fold's first"),
            pytest.param("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", id="in a fold"),
            pytest.param("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00", id="after a fold"),
            pytest.param("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00", id="New York, gap"),
            pytest.param("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", id="New York, fold"),
            pytest.param("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", id="half-hour fold"),
            pytest.param("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", id="half-hour gap"),
            pytest.param(
                "Australia/Lord_Howe", "2026-10-04 02:45", "2026-10-03 15:45", id="after half an hour"
            ),
            pytest.param("Africa/Casablanca", "2026-02-15 02:30", "2026-02-15 01:30", id="Ramadan begins"),
            pytest.param("Africa/Casablanca", "2026-03-22 02:30", "2026-03-22 02:00", id="Ramadan is over"),
            pytest.param("Antarctica/Troll", "2026-03-29 02:30", "2026-03-29 01:00", id="two-hour gap"),
            pytest.param("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00", id="a day without midnight"),
            pytest.param("Pacific/Apia", "2026-06-01 09:00", "2026-05-31 20:00", id="Samoa today"),
            pytest.param("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00", id="Samoa's skipped date"),
        ],
    )
    def test_a_wall_time_is_one_instant(self, zone: str, wall: str, instant: str) -> None:
        local = datetime.fromisoformat(wall)
        assert instant_of(local.date(), local.time(), ZoneInfo(zone)) == utc(instant)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_the_fold_a_time_carries_is_ignored(self, fold: int) -> None:
        wall = time(2, 30, fold=fold)
        assert instant_of(date(2026, 10, 25), wall, ZoneInfo("Europe/Berlin")) == utc("2026-10-25 00:30")

    @pytest.mark.parametrize(
        ("zone", "start", "expected"),
        [
            ("Europe/Berlin", "2026-03-28 21:00", [7, 8, 8, 8]),
            ("Europe/Berlin", "2026-10-24 20:00", [9, 8, 8, 8]),
            ("America/New_York", "2026-03-08 03:00", [7, 8, 8, 8]),
            ("America/New_York", "2026-11-01 02:00", [9, 8, 8, 8]),
            ("Australia/Lord_Howe", "2026-04-04 11:00", [8.5, 8, 8, 8]),
            ("Australia/Lord_Howe", "2026-10-03 11:30", [7.5, 8, 8, 8]),
            ("Africa/Casablanca", "2026-02-14 21:00", [9, 8, 8, 8]),
            ("Africa/Casablanca", "2026-03-21 22:00", [7, 8, 8, 8]),
            ("Pacific/Apia", "2026-04-04 09:00", [8, 8, 8, 8]),
        ],
    )
    def test_the_night_is_longer_or_shorter_and_nobody_is_missing(
        self, zone: str, start: str, expected: list[float]
    ) -> None:
        desk = schedule(*round_the_clock(zone))
        spans = timeline(desk, (), utc(start), utc(start) + timedelta(hours=sum(expected)))
        assert lengths(spans) == list(zip([*NIGHT_AND_DAY, NIGHT_AND_DAY[0]], expected, strict=True))

    def test_shifts_meet_inside_a_gap(self) -> None:
        desk = schedule(shift("22:00-02:30", "Europe/Berlin"), shift("02:30-22:00", "Europe/Berlin"))
        spans = timeline(desk, (), utc("2026-03-28 21:00"), utc("2026-03-29 20:00"))
        assert lengths(spans) == [("22:00-02:30", 4), ("02:30-22:00", 19)]

    def test_shifts_meet_inside_a_fold_once(self) -> None:
        desk = schedule(shift("22:00-02:30", "Europe/Berlin"), shift("02:30-22:00", "Europe/Berlin"))
        spans = timeline(desk, (), utc("2026-10-24 20:00"), utc("2026-10-25 21:00"))
        assert lengths(spans) == [("22:00-02:30", 4.5), ("02:30-22:00", 20.5)]

    def test_a_shift_wholly_inside_a_gap_does_not_happen(self) -> None:
        desk = schedule(shift("02:00-03:00", "Europe/Berlin"))
        spans = timeline(desk, (), utc("2026-03-28 12:00"), utc("2026-03-29 12:00"))
        assert lengths(spans) == [("nobody", 24)]

    def test_samoa_skips_a_date_and_loses_nobody(self) -> None:
        # Friday 2011-12-30 never was: after Thursday's last instant came Saturday's first (10:00 UTC).
        desk = schedule(*round_the_clock("Pacific/Apia"))
        spans = timeline(desk, (), utc("2011-12-30 08:00"), utc("2011-12-30 18:00"))
        assert lengths(spans) == [("22:00-06:00", 2), ("22:00-06:00", 6), ("06:00-14:00", 2)]

    def test_a_day_long_shift_ends_and_begins_at_the_jump_over_a_date(self) -> None:
        desk = schedule(shift("09:00-09:00", "Pacific/Apia"))
        spans = timeline(desk, (), utc("2011-12-29 19:00"), utc("2011-12-30 19:00"))
        assert lengths(spans) == [("09:00-09:00", 15), ("09:00-09:00", 9)]

    def test_clocks_that_go_back_across_midnight_start_tomorrow_before_today_is_over(self) -> None:
        # Newfoundland 2006: at 00:01 on the 29th clocks went back to 23:01 on the 28th.
        zone = "America/St_Johns"
        desk = schedule(shift("12:00-00:00", zone), shift("00:00-12:00", zone))
        half_past_eleven_again = datetime(2006, 10, 28, 23, 30, tzinfo=ZoneInfo(zone), fold=1)
        assert names(on_call(desk, (), half_past_eleven_again)) == ["00:00-12:00"]

    def test_and_hand_off_tomorrows_rotation_before_today_is_over(self) -> None:
        zone = "America/St_Johns"
        crew = shift("12:00-12:00", zone, rotation="weekly", hand_off_day=6, hand_off_at=time(0))
        desk = schedule(crew, rotation_start=date(2006, 10, 22))
        half_past_eleven = datetime(2006, 10, 28, 23, 30, tzinfo=ZoneInfo(zone))
        twice = [half_past_eleven.replace(fold=fold) for fold in (0, 1)]
        assert [on_call(desk, (), at)[0].engineers[0] for at in twice] == ["ada", "ben"]

    def test_the_instant_asked_for_may_be_in_any_zone_and_fold(self) -> None:
        desk = schedule(shift("22:00-02:30", "Europe/Berlin"), shift("02:30-22:00", "Europe/Berlin"))
        twice = [
            datetime(2026, 10, 25, 2, 15, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold) for fold in (0, 1)
        ]
        assert [names(on_call(desk, (), at)) for at in twice] == [["22:00-02:30"], ["02:30-22:00"]]
