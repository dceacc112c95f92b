"""Tickets as a report sees them; times count from NOON in minutes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.inbound import Address
from bot.policy import Priority
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def after(count: float) -> datetime:
    return NOON + minutes(count)


def clock(kind: ClockKind = ClockKind.RESPONSE, within: float = 15, start: float = 0) -> SlaClock:
    return SlaClock(kind, after(start), minutes(within))


def ticket(
    number: int = 1,
    clocks: Sequence[SlaClock] = (),
    *,
    state: State = State.OPEN,
    customer: str = "acme",
    channel: str = "slack",
    priority: Priority = Priority.P0,
) -> Ticket:
    return Ticket(
        number=number,
        customer=customer,
        team="core",
        home=Address(channel, "C1"),
        root="m1",
        reporter="U1",
        reporter_name="Dana",
        participants=(),
        title="video is black",
        text="video is black",
        priority=priority,
        reason="",
        state=state,
        opened_at=NOON,
        received_at=NOON,
        last_message_at=NOON,
        language="en",
        time_zone="UTC",
        policy="p",
        clocks=tuple(clocks),
    )


def taken(number: int, engineer: str, at: float, clocks: Sequence[SlaClock] = ()) -> Ticket:
    """Paged after a minute, acknowledged and answered at that minute."""
    met = [each.meet(after(at)) if each.kind is ClockKind.RESPONSE else each for each in clocks]
    return replace(
        ticket(number, met, state=State.ACKNOWLEDGED),
        first_page_at=after(1),
        acknowledged_at=after(at),
        acknowledged_by=engineer,
        assignee=engineer,
        answered_at=after(at),
    )
