"""The intake ledger: every inbound item is accounted for, with the reason, and can be promoted later."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.customers.customer import Customer
from bot.inbound import MessagePosted
from bot.tickets.ticket import Ticket


class Outcome(StrEnum):
    OPENED = "opened"
    APPENDED = "appended"
    CHATTER = "chatter"
    ENGINEER = "engineer"
    BOT = "bot"
    COMMAND = "command"
    REACTION = "reaction"
    EDITED = "edited"
    DELETED = "deleted"
    MIGRATED = "migrated"
    DENIED = "denied"
    QUARANTINED = "quarantined"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Entry:
    """One inbound item. `item` is the whole message where it was one, so that it can be promoted."""

    channel: str
    event_key: str
    conversation: str
    message_id: str
    author: str
    author_name: str
    text: str
    sent_at: datetime
    received_at: datetime
    outcome: Outcome
    reason: str
    ticket: int | None = None
    item: MessagePosted | None = None

    @property
    def short_id(self) -> str:
        """Short enough to type, and the same wherever it is shown."""
        return hashlib.sha256(f"{self.channel}:{self.event_key}".encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the store knows around an arriving message.

    `seen`: this very event or message is on the ledger already. `replied`: the ticket of the message it
    answers. `recent`: active tickets of the conversation that heard from the customer lately, newest first.
    `room`: the ticket whose incident room this conversation is.
    """

    seen: bool
    customer: Customer | None
    replied: Ticket | None
    recent: tuple[Ticket, ...]
    room: int | None
