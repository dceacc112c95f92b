"""Tickets for programs: a shape of its own, so that what the store keeps may change without breaking anybody.

Instants are ISO 8601 in UTC, durations seconds; what is not known is null.
"""

from datetime import datetime
from typing import Any

from bot.reports.as_json import instant, instant_or_none
from bot.reports.sla import fate
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Event, Promise, Ticket

_OURS = frozenset({"team", "paged", "first_page_at"})
"""What only engineers may know of a ticket."""


def ticket_json(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "customer": ticket.customer,
        "team": ticket.team,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "title": ticket.title,
        "text": ticket.text,
        "channel": ticket.home.channel,
        "conversation": ticket.home.conversation,
        "reporter": {"id": ticket.reporter, "name": ticket.reporter_name},
        "assignee": ticket.assignee,
        "paged": list(ticket.paged),
        "acknowledged_by": ticket.acknowledged_by,
        "waiting_for": ticket.waiting_for,
        "merged_into": f"T-{ticket.merged_into}" if ticket.merged_into else None,
        **_instants(ticket),
        "promise": _promise(ticket.promise) if ticket.promise else None,
        "clocks": [_clock(clock, now) for clock in ticket.clocks],
    }


def customers_ticket_json(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """The same for the ticket's customer: without who was woken, and when."""
    whole = ticket_json(ticket, now)
    return {name: value for name, value in whole.items() if name not in _OURS}


def event_json(event: Event) -> dict[str, Any]:
    return {"at": instant(event.at), "kind": event.kind, "actor": event.actor, "data": event.data}


def _instants(ticket: Ticket) -> dict[str, str | None]:
    return {
        "opened_at": instant(ticket.opened_at),
        "received_at": instant(ticket.received_at),
        "last_message_at": instant(ticket.last_message_at),
        "first_page_at": instant_or_none(ticket.first_page_at),
        "acknowledged_at": instant_or_none(ticket.acknowledged_at),
        "answered_at": instant_or_none(ticket.answered_at),
        "resolved_at": instant_or_none(ticket.resolved_at),
    }


def _clock(clock: SlaClock, now: datetime) -> dict[str, Any]:
    """`fate`: kept, broken, open or cancelled."""
    return {
        "kind": clock.kind.value,
        "fate": fate(clock, now).value,
        "started_at": instant(clock.started_at),
        "within": clock.within.total_seconds(),
        "paused_for": clock.paused_for.total_seconds(),
        "paused_at": instant_or_none(clock.paused_at),
        "due_at": instant(clock.due_at),
        "met_at": instant_or_none(clock.met_at),
        "breached_at": instant_or_none(clock.breached_at),
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "next_update_at": instant(promise.next_update_at),
        "eta": instant_or_none(promise.eta),
        "first_eta": instant_or_none(promise.first_eta),
        "complexity": promise.complexity,
        "need": promise.need,
        "text": promise.text,
    }
