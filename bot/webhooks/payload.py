"""What a webhook is told, as JSON. Pure rules."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.reports.as_json import instant
from bot.reports.ticket_json import customers_ticket_json, event_json, ticket_json
from bot.tickets.ticket import Event, Ticket
from bot.webhooks.events import TEST, Published
from bot.webhooks.webhook import Webhook

LONGEST = 4000
"""Characters of one text: the scheme asks for payloads of a few kilobytes, and a mail may be a megabyte."""


def payload(webhook: Webhook, what: Published, event: Event, ticket: Ticket) -> str:
    """`ticket` as it stands once everything that happened together is done."""
    whole = webhook.customer is None
    said = event if whole else _public(event, what)
    shown = ticket_json(ticket, event.at) if whole else customers_ticket_json(ticket, event.at)
    return _document(what.type, event.at, {"ticket": shown, "event": event_json(said)})


def trial_payload(webhook: Webhook, now: datetime) -> str:
    """What is sent to see whether it arrives."""
    return _document(TEST, now, {"webhook": webhook.id})


def _public(event: Event, what: Published) -> Event:
    return replace(event, data={name: event.data[name] for name in what.public if name in event.data})


def _document(name: str, at: datetime, data: dict[str, Any]) -> str:
    """Half an emoji, which UTF-8 cannot hold, becomes "?"."""
    said = json.dumps(
        {"type": name, "timestamp": instant(at), "data": _shortened(data)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return said.encode("utf-8", "replace").decode()


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > LONGEST:
            return f"{value[: LONGEST - 1]}…"
        case dict():
            return {name: _shortened(each) for name, each in value.items()}
        case list():
            return [_shortened(each) for each in value]
        case _:
            return value
