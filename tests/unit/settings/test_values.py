"""Single values as they may be written."""

from datetime import timedelta

import pytest
from bot.values import parse_duration, parse_zone


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("1h30m", 5400),
        (" 1h 30m ", 5400),
        ("2d", 172_800),
        ("0s", 0),
        ("366d", 31_622_400),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


def test_a_duration_is_one_already() -> None:
    assert parse_duration(timedelta(minutes=1)) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is not a duration"),
        ("15", "is not a duration"),
        ("30m1h", "is not a duration"),
        ("-5m", "is not a duration"),
        (15, "is not a duration"),
        ("1d" + " " * 100_000 + "x", "is not a duration"),
        ("367d", "is too long a duration"),
        (f"{'9' * 20}d", "is too long a duration"),
        (f"{'9' * 5000}s", "is too long a duration"),
    ],
)
def test_no_durations(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_duration(value)


def test_a_zone_has_its_iana_name() -> None:
    assert parse_zone("Asia/Shanghai") == "Asia/Shanghai"


@pytest.mark.parametrize("value", ["", "Berlin", "Europe", "../Europe/Berlin", "/etc/passwd", "a\0b", 1])
def test_no_zones(value: object) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        parse_zone(value)
