"""How values are written in a row: instants as whole microseconds since the epoch, documents as JSON."""

import json
import re
import secrets
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from bot.customers.customer import Customer
from bot.escalation.policy import Snapshot
from bot.hotline.call import Call
from bot.inbound import MessagePosted
from bot.micros import from_micros as from_micros
from bot.micros import to_micros as to_micros
from bot.outgoing import Document, Edit, Invite, OpenRoom, Outgoing, Pin, Post
from bot.tickets.ticket import Ticket
from bot.webhooks.webhook import Webhook

_LONE = re.compile("[\ud800-\udfff]")
D = TypeVar("D")

TICKET = TypeAdapter(Ticket)
SNAPSHOT = TypeAdapter(Snapshot)
CUSTOMER = TypeAdapter(Customer)
ITEM = TypeAdapter(MessagePosted)
CALL = TypeAdapter(Call)
WEBHOOK = TypeAdapter(Webhook)
_MESSAGES: dict[str, TypeAdapter[Outgoing]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Post, Edit, OpenRoom, Invite, Pin, Document)
}


def micros_or_none(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


def whole(text: str) -> str:
    """The text as UTF-8 can hold it: half an emoji (JSON allows a lone surrogate) becomes U+FFFD."""
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)


def json_of(value: Any) -> str:
    """Plain data as compact JSON."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return whole(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def value_of(text: str) -> Any:
    return from_json(text)


def document(adapter: TypeAdapter[D], value: D, without: set[str] | None = None) -> str:
    """A frozen dataclass as compact JSON, `without` some of its fields."""
    try:
        return adapter.serializer.to_json(value, exclude=without).decode()
    except PydanticSerializationError:
        return json_of(adapter.dump_python(value, mode="json", exclude=without))


def new_token() -> int:
    """Unguessable is not the point, never the same twice is: it fences a lease."""
    return secrets.randbits(62) | 1


def message_to_row(message: Outgoing) -> tuple[str, str]:
    kind = type(message).__name__
    return kind, document(_MESSAGES[kind], message)


def message_from_row(kind: str, body: str) -> Outgoing:
    return _MESSAGES[kind].validate_json(body)
