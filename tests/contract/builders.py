"""Values with sensible contents, and short ways to write and read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.durable import OutboxItem, Purpose, Timer, TimerKind, Urgency
from bot.escalation.page import Page
from bot.inbound import Address, Attachment, MessagePosted, Person
from bot.intake.ledger import Entry, Outcome
from bot.outgoing import Button, Outgoing, Post
from bot.policy import Priority
from bot.ports import Store, Transaction
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Event, Promise, State, Ticket

T0 = datetime(2026, 3, 2, 13, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(seconds=30)
GROUP = Address("slack", "C1")


def after(**span: float) -> datetime:
    """T0 and so much later."""
    return T0 + timedelta(**span)


async def put(store: Store, *writes: Callable[[Transaction], None]) -> None:
    """The writes, as one unit of work."""

    async def unit(tx: Transaction) -> None:
        for write in writes:
            write(tx)

    await store.write(unit)


def ticket(number: int = 1, **given: Any) -> Ticket:
    standing: dict[str, Any] = {
        "number": number,
        "customer": "acme",
        "team": "rtc",
        "home": GROUP,
        "root": f"m{number}",
        "reporter": "UD",
        "reporter_name": "Dana",
        "participants": ("UD",),
        "title": "video is black",
        "text": "video is black in room 42",
        "priority": Priority.P1,
        "reason": "triage.phrase",
        "state": State.OPEN,
        "opened_at": T0,
        "received_at": T0,
        "last_message_at": T0,
        "language": "en",
        "time_zone": "Europe/Berlin",
        "policy": "frozen",
        "clocks": (SlaClock(ClockKind.RESPONSE, T0, timedelta(minutes=30)),),
        "promise": Promise(after(minutes=10)),
    }
    return Ticket(**{**standing, **given})


def saving(number: int, **given: Any) -> Callable[[Transaction], None]:
    """For `put`: such a ticket."""
    return lambda tx: tx.tickets.save(ticket(number, **given))


def message(event_key: str = "e1", **given: Any) -> MessagePosted:
    standing: dict[str, Any] = {
        "event_key": event_key,
        "at": GROUP,
        "message_id": f"m-{event_key}",
        "author": Person("slack", "UD", "Dana"),
        "text": "video is black",
        "sent_at": T0,
        "attachments": (Attachment("F1", "screen.png", "image/png", 4711),),
    }
    return MessagePosted(**{**standing, **given})


def entry(event_key: str = "e1", item: MessagePosted | None = None, **given: Any) -> Entry:
    said = item or message(event_key)
    standing: dict[str, Any] = {
        "channel": said.at.channel,
        "event_key": event_key,
        "conversation": said.at.conversation,
        "message_id": said.message_id,
        "author": said.author.id,
        "author_name": said.author.name,
        "text": said.text,
        "sent_at": said.sent_at,
        "received_at": T0,
        "outcome": Outcome.OPENED,
        "reason": "a message that says something",
        "ticket": None,
        "item": said,
    }
    return Entry(**{**standing, **given})


def timer(key: str = "escalate:1", due_at: datetime = T0, **given: Any) -> Timer:
    return Timer(**{"key": key, "kind": TimerKind.ESCALATE, "ticket": 1, "due_at": due_at, **given})


def post(key: str = "page:1", text: str = "T-1 needs you", at: Address = GROUP) -> Post:
    return Post(key, at, text, reply_to="m1", buttons=(Button("Acknowledge", "ack T-1"),))


def item(key: str = "page:1", message: Outgoing | None = None, **given: Any) -> OutboxItem:
    standing: dict[str, Any] = {
        "key": key,
        "purpose": Purpose.PAGE,
        "urgency": Urgency.PAGE,
        "message": message or post(key),
        "created_at": T0,
        "due_at": T0,
        "language": "zh",
        "ticket": 1,
        "data": {"engineer": "mei", "round": 2},
    }
    return OutboxItem(**{**standing, **given})


def page(key: str = "page:1", **given: Any) -> Page:
    standing: dict[str, Any] = {"ticket": 1, "round": 0, "engineer": "mei", "via": "slack", "created_at": T0}
    return Page(key, **{**standing, **given})


def event(number: int = 1, kind: str = "opened", **data: Any) -> Event:
    return Event(number, T0, kind, "desk", data)
