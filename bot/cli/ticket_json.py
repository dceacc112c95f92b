"""Tickets for scripts: a shape of its own, so that what the store keeps may change without breaking anybody.

Instants are ISO 8601 in UTC, durations seconds; what is not known is null.
"""

from datetime import datetime
from typing import Any

from bot.escalation.page import Page
from bot.reports.as_json import instant
from bot.reports.sla import fate
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Event, Promise, Ticket


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


def event_json(event: Event) -> dict[str, Any]:
    return {"at": instant(event.at), "kind": event.kind, "actor": event.actor, "data": event.data}


def page_json(page: Page) -> dict[str, Any]:
    """`delivered_at`: the platform took it; `failed_at`: it never will, for `reason`."""
    return {
        "engineer": page.engineer,
        "via": page.via,
        "round": page.round + 1,
        "created_at": instant(page.created_at),
        "delivered_at": _or_none(page.delivered_at),
        "failed_at": _or_none(page.failed_at),
        "reason": page.reason,
    }


def _instants(ticket: Ticket) -> dict[str, str | None]:
    return {
        "opened_at": instant(ticket.opened_at),
        "received_at": instant(ticket.received_at),
        "last_message_at": instant(ticket.last_message_at),
        "first_page_at": _or_none(ticket.first_page_at),
        "acknowledged_at": _or_none(ticket.acknowledged_at),
        "answered_at": _or_none(ticket.answered_at),
        "resolved_at": _or_none(ticket.resolved_at),
    }


def _clock(clock: SlaClock, now: datetime) -> dict[str, Any]:
    """`fate`: kept, broken, open or cancelled."""
    return {
        "kind": clock.kind.value,
        "fate": fate(clock, now).value,
        "started_at": instant(clock.started_at),
        "within": clock.within.total_seconds(),
        "paused_for": clock.paused_for.total_seconds(),
        "paused_at": _or_none(clock.paused_at),
        "due_at": instant(clock.due_at),
        "met_at": _or_none(clock.met_at),
        "breached_at": _or_none(clock.breached_at),
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "next_update_at": instant(promise.next_update_at),
        "eta": _or_none(promise.eta),
        "first_eta": _or_none(promise.first_eta),
        "complexity": promise.complexity,
        "need": promise.need,
        "text": promise.text,
    }


def _or_none(at: datetime | None) -> str | None:
    return instant(at) if at else None
