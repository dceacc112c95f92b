"""Times as people type them, in their own zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from bot.verbs.grammar import instant
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
ZONES = sorted(available_timezones())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_", "minutes"),
    [
        ("45m", 45),
        ("2h", 120),
        ("1h30m", 90),
        ("90 min", 90),
        ("2 hours", 120),
        ("2hrs", 120),
        ("1 hour 15 minutes", 75),
        ("1d", 1440),
        ("30M", 30),
        ("４５m", 45),
    ],
)
def test_a_span_from_now(given_: str, minutes: int) -> None:
    assert instant(given_, NOW, "Europe/Berlin") == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("given_", "zone", "at"),
    [
        ("14:30", "Europe/Berlin", "2026-03-02 13:30"),  # it is 14:00 in Berlin
        ("14:00", "Europe/Berlin", "2026-03-03 13:00"),  # now is not to come
        ("9:05", "Europe/Berlin", "2026-03-03 08:05"),
        ("14：30", "Europe/Berlin", "2026-03-02 13:30"),
        ("08:00", "Asia/Shanghai", "2026-03-03 00:00"),  # it is 21:00 in Shanghai
        ("2026-03-05 14:30", "Europe/Berlin", "2026-03-05 13:30"),
        ("2026-03-05T14:30", "Europe/Berlin", "2026-03-05 13:30"),
        ("2026-03-05 14:30+00:00", "Europe/Berlin", "2026-03-05 14:30"),
        ("2026-03-05T14:30z", "Europe/Berlin", "2026-03-05 14:30"),
    ],
)
def test_a_time_of_day_or_a_date(given_: str, zone: str, at: str) -> None:
    assert instant(given_, NOW, zone) == utc(at)


def test_a_time_that_the_clock_skips_is_the_first_instant_after() -> None:
    evening = utc("2026-03-28 20:00")
    assert instant("02:30", evening, "Europe/Berlin") == utc("2026-03-29 01:00")


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    evening = utc("2026-10-24 20:00")
    assert instant("02:30", evening, "Europe/Berlin") == utc("2026-10-25 00:30")
    assert instant("02:30", utc("2026-10-25 00:31"), "Europe/Berlin") == utc("2026-10-26 01:30")


@pytest.mark.parametrize(
    "given_", ["", "soon", "25:00", "12:60", "1.5h", "2026-13-01", "-5m", "m", "99999999999d"]
)
def test_what_is_no_time(given_: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        instant(given_, NOW, "Europe/Berlin")


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    seconds=st.integers(0, 2 * 365 * 86_400),
)
def test_a_time_of_day_is_to_come_within_a_day_or_so(zone: str, hour: int, minute: int, seconds: int) -> None:
    now = utc("2026-01-01") + timedelta(seconds=seconds)
    at = instant(f"{hour:02}:{minute:02}", now, zone)
    assert now < at <= now + timedelta(hours=49)
    assert at.tzinfo is UTC
