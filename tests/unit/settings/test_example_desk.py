"""The desk of dawnline.example.toml: without fault, and nobody missing at any instant of two years."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot.escalation.policy import Roster, audience, snapshot
from bot.oncall.schedule import gaps, on_call
from bot.policy import Policy, Priority, Team, Tier
from bot.settings import check, load_policy

EXAMPLE = Path(__file__).parents[3] / "dawnline.example.toml"
POLICY = load_policy(EXAMPLE)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
ROLES = {"frontline", "support", "senior", "architect", "lead"}


def roster(policy: Policy, team: Team, at: datetime) -> Roster:
    awake = frozenset(each.id for each in policy.engineers if policy.desk.awake.covers(at, each.time_zone))
    return Roster(on_call(policy.schedule(team.schedule).build(), (), at), policy.engineers, awake)


def test_it_has_no_fault_once_copied(tmp_path: Path) -> None:
    (tmp_path / "dawnline.toml").write_bytes(EXAMPLE.read_bytes())
    assert check(tmp_path, {})[2] == ()


def test_it_is_a_realistic_desk() -> None:
    assert 15 <= len(POLICY.engineers) <= 18
    assert {each.tier for each in POLICY.engineers} == set(Tier)
    assert {each.region for each in POLICY.engineers} == {"apac", "emea", "amer"}
    assert all("slack" in each.identities for each in POLICY.engineers)


@pytest.mark.parametrize("name", [schedule.name for schedule in POLICY.schedules])
def test_every_role_is_on_call_at_every_instant_of_two_years(name: str) -> None:
    schedule = POLICY.schedule(name).build()
    assert all(set(shift.roles) == ROLES for shift in schedule.shifts)
    assert gaps(schedule, (), FIRST, LAST) == ()


@pytest.mark.slow
@pytest.mark.parametrize("team", POLICY.teams, ids=lambda team: team.name)
@pytest.mark.parametrize("priority", Priority)
def test_every_step_wakes_somebody_at_every_hour_of_a_year(team: Team, priority: Priority) -> None:
    steps = snapshot(POLICY, priority, team).steps
    hours = [FIRST + timedelta(hours=29 * count) for count in range(365 * 24 // 29)]  # every hour of the day
    silent = [
        (at, step.targets)
        for at in hours
        for who in [roster(POLICY, team, at)]
        for step in steps
        if not audience(step.targets, who)
    ]
    assert silent == []


def test_the_hours_stand_on_both_sides_of_each_clock_change() -> None:
    """Berlin and Los Angeles change on different Sundays: the weeks between are those a gap would hide in."""
    schedule = POLICY.schedules[0].build()
    between = [datetime(2026, 3, 15, hour, 30, tzinfo=UTC) for hour in range(24)]
    regions = {at.hour: {duty.region for duty in on_call(schedule, (), at)} for at in between}
    assert regions[7] == {"apac"}
    assert regions[8] == {"emea"}
    assert regions[15] == {"emea", "amer"}
    assert regions[23] == {"amer"}
