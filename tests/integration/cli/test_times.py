"""Times as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
import typer
from bot.cli.times import instant, moment, since, span, zone_named

BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02", "2026-03-01 23:00"),
        ("2026-03-02 14:00", "2026-03-02 13:00"),
        ("2026-03-02T14:00:30", "2026-03-02 13:00:30"),
        (" 2026-03-02T14:00Z ", "2026-03-02 14:00"),
        ("2026-03-02 14:00+08:00", "2026-03-02 06:00"),
        ("2026-03-02T14:00-0330", "2026-03-02 17:30"),
        ("2026-03-29 02:30", "2026-03-29 01:00"),  # skipped: the first instant after the gap
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # twice: its first occurrence
    ],
)
def test_a_time_is_read_in_the_zone_unless_it_names_its_offset(text: str, expected: str) -> None:
    assert instant(text, BERLIN, "--at") == utc(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "14:00",
        "02.03.2026",
        "2026-13-01",
        "2026-03-02 25:00",
        "2026-03-02T14:00+99:00",
        "２０２６-03-02",
    ],
)
def test_a_wrong_time_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="2026-03-02T13:00Z") as refused:
        instant(text, BERLIN, "--at")
    assert refused.value.param_hint == "'--at'"


def test_the_ends_of_the_calendar_are_refused_too() -> None:
    with pytest.raises(typer.BadParameter):
        instant("0001-01-01", "Asia/Shanghai", "--at")


def test_since_takes_a_duration_or_a_time() -> None:
    now = utc("2026-03-02 13:00")
    assert since("24h", BERLIN, now, "--since") == now - timedelta(hours=24)
    assert since("1h30m", BERLIN, now, "--since") == now - timedelta(minutes=90)
    assert since("2026-03-02", BERLIN, now, "--since") == utc("2026-03-01 23:00")
    with pytest.raises(typer.BadParameter, match="24h, 7d or a time"):
        since("yesterday", BERLIN, now, "--since")


def test_zones() -> None:
    assert zone_named("Asia/Kathmandu") == "Asia/Kathmandu"
    with pytest.raises(typer.BadParameter, match="did you mean Europe/Berlin"):
        zone_named("Europe/Berln")
    with pytest.raises(typer.BadParameter, match="IANA"):
        zone_named("../etc/passwd")


def test_shown_times_carry_their_offset() -> None:
    assert moment(utc("2026-03-02 13:56:07"), BERLIN) == "2026-03-02 14:56:07 +01:00"
    assert moment(utc("2026-03-02 13:56:07"), "America/St_Johns") == "2026-03-02 10:26:07 -03:30"
    assert span(timedelta(days=1, seconds=61)) == "24:01:01"
