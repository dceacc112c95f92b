"""Calendars and gaps, within a region and around the world."""

import pytest
from bot.oncall.schedule import Gap, Override, Span, gaps, on_call, timeline

from tests.unit.oncall.builders import WORKING_DAYS, lengths, names, schedule, shift, utc


class TestFollowTheSun:
    SUN = schedule(
        shift("08:00-16:00", "Asia/Singapore", name="apac"),
        shift("09:00-17:00", "Europe/Berlin", name="emea"),
        shift("11:00-19:00", "America/New_York", name="amer"),
    )

    def test_in_winter_three_regions_cover_the_day_exactly(self) -> None:
        spans = timeline(self.SUN, (), utc("2026-01-07 00:00"), utc("2026-01-08 00:00"))
        assert lengths(spans) == [("apac", 8), ("emea", 8), ("amer", 8)]
        assert gaps(self.SUN, (), utc("2026-01-01 00:00"), utc("2026-03-08 00:00")) == ()

    def test_while_only_america_has_changed_its_clocks_there_is_an_overlap_and_a_gap(self) -> None:
        spans = timeline(self.SUN, (), utc("2026-03-10 00:00"), utc("2026-03-11 00:00"))
        assert [(names(span.duties), span.start.hour) for span in spans] == [
            (["apac"], 0), (["emea"], 8), (["emea", "amer"], 15), (["amer"], 16), ([], 23),
        ]  # fmt: skip

    def test_the_gap_is_found_every_day_of_summer(self) -> None:
        found = gaps(self.SUN, (), utc("2026-06-01 00:00"), utc("2026-06-03 00:00"))
        assert found == (
            Gap("primary", utc("2026-06-01 23:00"), utc("2026-06-02 00:00")),
            Gap("primary", utc("2026-06-02 23:00"), utc("2026-06-03 00:00")),
        )

    def test_regions_in_local_time_move_apart_and_together_again(self) -> None:
        # Singapore never changes; Berlin's morning comes an hour earlier from 2026-03-29 on.
        before, after = (utc(f"2026-03-{day} 07:30") for day in (27, 30))
        assert names(on_call(self.SUN, (), before)) == ["apac"]
        assert names(on_call(self.SUN, (), after)) == ["apac", "emea"]


class TestTimeline:
    DESK = schedule(shift("09:00-17:00", days=WORKING_DAYS))

    def test_an_empty_window_has_no_spans(self) -> None:
        assert timeline(self.DESK, (), utc("2026-01-07 12:00"), utc("2026-01-07 12:00")) == ()
        assert gaps(self.DESK, (), utc("2026-01-07 12:00"), utc("2026-01-07 12:00")) == ()

    def test_a_window_backwards_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"cannot end .* before it starts"):
            timeline(self.DESK, (), utc("2026-01-07 12:00"), utc("2026-01-07 11:00"))

    def test_a_window_within_a_shift_is_one_span_whose_duties_last_longer(self) -> None:
        start, end = utc("2026-01-07 12:00"), utc("2026-01-07 13:00")
        (span,) = timeline(self.DESK, (), start, end)
        assert (span.start, span.end, span.duties[0].until) == (start, end, utc("2026-01-07 17:00"))

    def test_a_weekend_is_one_span_with_nobody(self) -> None:
        spans = timeline(self.DESK, (), utc("2026-01-09 12:00"), utc("2026-01-12 12:00"))
        assert lengths(spans) == [("09:00-17:00", 5), ("nobody", 64), ("09:00-17:00", 3)]
        assert spans[1] == Span(utc("2026-01-09 17:00"), utc("2026-01-12 09:00"), ())

    def test_an_edge_that_changes_nothing_is_not_seen(self) -> None:
        idle = Override("desk", utc("2026-01-07 12:00"), utc("2026-01-07 13:00"), "zoe", "nobody on the crew")
        spans = timeline(self.DESK, [idle], utc("2026-01-07 09:00"), utc("2026-01-07 17:00"))
        assert lengths(spans) == [("09:00-17:00", 8)]

    def test_a_gap_runs_on_over_spans_in_which_other_roles_change(self) -> None:
        desk = schedule(
            shift("00:00-12:00", roles={"primary": ("a",), "lead": ()}),
            shift("12:00-00:00", roles={"primary": ("b",)}),
        )
        start, end = utc("2026-01-07 00:00"), utc("2026-01-09 00:00")
        assert gaps(desk, (), start, end) == (Gap("lead", start, end),)

    def test_gaps_come_role_by_role(self) -> None:
        desk = schedule(
            shift("00:00-12:00", roles={"primary": ("a",)}), shift("12:00-00:00", roles={"lead": ("b",)})
        )
        start, noon, end = (utc(f"2026-01-{at}") for at in ("07 00:00", "07 12:00", "08 00:00"))
        assert gaps(desk, (), start, end) == (Gap("primary", noon, end), Gap("lead", start, noon))
