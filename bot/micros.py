"""Instants as whole microseconds since the epoch: exact, unlike a float of seconds. Pure rules."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Raises OverflowError beyond the calendar."""
    return _EPOCH + timedelta(microseconds=value)
