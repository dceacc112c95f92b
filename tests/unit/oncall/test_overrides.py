"""Who stands in for whom."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.oncall.schedule import Gap, Override, gaps, on_call, timeline

from tests.unit.oncall.builders import schedule, shift, utc


class TestOverrides:
    DESK = schedule(
        shift("00:00-12:00", roles={"primary": ("ada", "ben"), "lead": ("ada",)}),
        shift("12:00-00:00", roles={"primary": ("cy", "dee")}),
    )
    NOON, MORNING, NIGHT = (utc(f"2026-01-07 {hour}:00") for hour in ("12", "00", "23"))

    def override(self, stands_in: str, instead_of: str | None, role: str | None = None) -> Override:
        return Override("desk", utc("2026-01-07 06:00"), utc("2026-01-07 18:00"), stands_in, instead_of, role)

    def at(self, hour: int, *overrides: Override) -> list[tuple[str, tuple[str, ...]]]:
        duties = on_call(self.DESK, overrides, utc(f"2026-01-07 {hour:02}:00"))
        return [(duty.role, duty.engineers) for duty in duties]

    def test_one_takes_the_place_of_another_in_every_role(self) -> None:
        assert self.at(6, self.override("zoe", "ada")) == [("primary", ("zoe", "ben")), ("lead", ("zoe",))]

    def test_or_in_one_role_only(self) -> None:
        one = self.override("zoe", "ada", "lead")
        assert self.at(6, one) == [("primary", ("ada", "ben")), ("lead", ("zoe",))]

    def test_it_starts_and_ends_on_time(self) -> None:
        one = self.override("zoe", None, "primary")
        assert [self.at(hour, one)[0][1][0] for hour in (5, 6, 17, 18)] == ["ada", "zoe", "zoe", "cy"]

    def test_instead_of_nobody_means_first(self) -> None:
        one = self.override("zoe", None)
        assert self.at(6, one) == [("primary", ("zoe", "ada", "ben")), ("lead", ("zoe", "ada"))]

    def test_somebody_already_in_the_order_moves_up_and_stays_once(self) -> None:
        assert self.at(6, self.override("ben", "ada"))[0] == ("primary", ("ben",))
        assert self.at(6, self.override("ada", "ben"))[0] == ("primary", ("ada",))
        assert self.at(6, self.override("ben", None))[0] == ("primary", ("ben", "ada"))

    def test_replacing_somebody_absent_changes_nothing(self) -> None:
        assert self.at(12, self.override("zoe", "ada")) == self.at(12)

    def test_the_later_wins_over_the_same_place(self) -> None:
        both = self.override("zoe", "ada"), self.override("yan", "ada")
        assert self.at(6, *both)[0] == ("primary", ("yan", "ben"))

    def test_a_stand_in_can_be_stood_in_for(self) -> None:
        both = self.override("zoe", "ada"), self.override("yan", "zoe")
        assert self.at(6, *both)[0] == ("primary", ("yan", "ben"))

    def test_who_lost_a_place_to_a_later_override_is_not_found_there(self) -> None:
        three = self.override("zoe", "ada"), self.override("yan", "ada"), self.override("xia", "zoe")
        assert self.at(6, *three)[0] == ("primary", ("yan", "ben"))

    def test_ones_own_stand_in_takes_the_place_back(self) -> None:
        back = self.override("zoe", "ada"), self.override("ada", "ada")
        assert self.at(6, *back) == self.at(6)

    def test_the_last_put_first_is_first(self) -> None:
        both = self.override("zoe", None), self.override("yan", None)
        assert self.at(6, *both)[1] == ("lead", ("yan", "zoe", "ada"))

    def test_it_can_staff_a_role_that_has_nobody(self) -> None:
        desk = schedule(shift("00:00-00:00", roles={"lead": ()}))
        one = self.override("zoe", None)
        assert on_call(desk, [one], self.NOON)[0].engineers == ("zoe",)
        assert gaps(desk, [one], self.MORNING, self.NIGHT) == (
            Gap("lead", self.MORNING, one.start), Gap("lead", one.end, self.NIGHT),
        )  # fmt: skip

    def test_it_belongs_to_its_schedule(self) -> None:
        other = Override("another desk", self.MORNING, self.NIGHT, "zoe", "ada")
        assert self.at(6, other) == self.at(6)

    def test_until_is_an_overrides_edge_where_it_changes_the_order(self) -> None:
        one = [self.override("zoe", "ada", "lead")]
        before, within = (on_call(self.DESK, one, utc(f"2026-01-07 0{hour}:00")) for hour in (1, 7))
        assert [(duty.role, duty.until) for duty in before] == [
            ("primary", self.NOON),
            ("lead", one[0].start),
        ]
        assert [(duty.role, duty.until) for duty in within] == [("primary", self.NOON), ("lead", self.NOON)]

    def test_any_iterable_of_overrides_will_do(self) -> None:
        one = self.override("zoe", "ada")
        window = self.MORNING, self.NIGHT
        assert timeline(self.DESK, iter([one]), *window) == timeline(self.DESK, [one], *window)
        assert gaps(self.DESK, iter([one]), *window) == gaps(self.DESK, [one], *window)

    def test_its_edges_are_kept_in_utc(self) -> None:
        # Both read 02:30 in Berlin; the first is before the change, the second an hour later.
        zone = ZoneInfo("Europe/Berlin")
        first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
        kept = Override("desk", first, second, "zoe")
        assert (kept.start, kept.end) == (utc("2026-10-25 00:30"), utc("2026-10-25 01:30"))
        assert kept.start.tzinfo is UTC
