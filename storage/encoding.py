"""How values are written in a row: instants as whole microseconds since the epoch, documents as JSON."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from bot.customers.customer import Customer
from bot.escalation.policy import Snapshot
from bot.inbound import MessagePosted
from bot.outgoing import Edit, Invite, OpenRoom, Outgoing, Pin, Post
from bot.tickets.ticket import Ticket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

TICKET = TypeAdapter(Ticket)
SNAPSHOT = TypeAdapter(Snapshot)
CUSTOMER = TypeAdapter(Customer)
ITEM = TypeAdapter(MessagePosted)
_MESSAGES: dict[str, TypeAdapter[Outgoing]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Post, Edit, OpenRoom, Invite, Pin)
}


def to_micros(instant: datetime) -> int:
    """Exact, unlike a float of seconds."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def micros_or_none(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


def message_to_row(message: Outgoing) -> tuple[str, str]:
    kind = type(message).__name__
    return kind, _MESSAGES[kind].dump_json(message).decode()


def message_from_row(kind: str, body: str) -> Outgoing:
    return _MESSAGES[kind].validate_json(body)
