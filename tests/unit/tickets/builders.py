"""Short ways to say an instant, a clock and a ticket."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.inbound import Address
from bot.policy import Priority
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOME = Address("slack", "C-ACME")


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def clock(within: float = 10, kind: ClockKind = ClockKind.RESPONSE, started: float = 0) -> SlaClock:
    """A clock of that many minutes that started so many minutes after START."""
    return SlaClock(kind, after(started), minutes(within))


def ticket(state: State = State.OPEN, clocks: Iterable[SlaClock] = (), **facts: Any) -> Ticket:
    """T-7 of acme's Dana, opened at START, with other `facts`."""
    base: dict[str, Any] = {
        "number": 7,
        "customer": "acme",
        "team": "core",
        "home": HOME,
        "root": "m1",
        "reporter": "U-DANA",
        "reporter_name": "Dana",
        "participants": ("U-DANA",),
        "title": "video is black",
        "text": "video is black",
        "priority": Priority.P1,
        "reason": "triage.default",
        "state": state,
        "opened_at": START,
        "received_at": START,
        "last_message_at": START,
        "language": "en",
        "time_zone": "UTC",
        "policy": "snapshot",
        "clocks": tuple(clocks),
    }
    return Ticket(**{**base, **facts})
