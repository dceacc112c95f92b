"""An incident's room: opened with the people paged, its timeline pinned and kept current."""

from bot.durable import Purpose, Urgency
from bot.inbound import Address
from bot.outgoing import Invite, OpenRoom, Pin, Post
from bot.policy import Engineer
from bot.tickets.ticket import Event, Ticket
from bot.work import Work, unique


async def gather(work: Work, ticket: Ticket, people: list[Engineer]) -> None:
    """Open the incident's room, or bring more people into it."""
    if ticket.room is not None:
        _invite(work, ticket, ticket.room, people)
        return
    channel = _channel(work, ticket)
    if channel is None:
        return
    voice = work.to_desk()
    name = voice.say("room.name", number=f"t-{ticket.number}")
    customer = await work.customer_name(ticket)
    topic = voice.say(
        "room.topic", ticket=ticket.id, priority=ticket.priority.value, customer=customer, title=ticket.title
    )
    message = OpenRoom(f"room:{ticket.number}", channel, name, topic, _identities(people, channel))
    work.send(Purpose.ROOM, Urgency.RECEIPT, message, language=voice.language, ticket=ticket.number)


def _channel(work: Work, ticket: Ticket) -> str | None:
    """The customer's channel if rooms can be opened there, else any other that can."""
    able = [name for name, each in work.house.channels.items() if each.can_open_room]
    return ticket.home.channel if ticket.home.channel in able else next(iter(able), None)


def _identities(people: list[Engineer], channel: str) -> tuple[str, ...]:
    return tuple(each.identities[channel] for each in people if channel in each.identities)


def _invite(work: Work, ticket: Ticket, room: Address, people: list[Engineer]) -> None:
    if identities := _identities(people, room.channel):
        message = Invite(unique(f"invite:{ticket.number}"), room, identities)
        language = work.to_desk().language
        work.send(Purpose.ROOM_INVITE, Urgency.NOTICE, message, language=language, ticket=ticket.number)


async def room_opened(work: Work, ticket: Ticket, room: Address) -> None:
    """The room exists: what is said there is the ticket's, the timeline is posted, latecomers invited."""
    work.tx.messages.link(room, "", ticket.number)
    work.record(ticket.number, "room_opened", "desk", room=str(room))
    voice = work.to_desk()
    text = await timeline_text(work, ticket)
    message = Post(f"timeline:{ticket.number}", room, text)
    work.send(Purpose.ROOM_TIMELINE, Urgency.UPDATE, message, language=voice.language, ticket=ticket.number)
    people = [each for name in ticket.paged if (each := work.policy.engineer(name))]
    _invite(work, ticket, room, people)


def timeline_posted(work: Work, ticket: Ticket, at: Address, message_id: str) -> None:
    message = Pin(f"pin:{ticket.number}", at, message_id)
    language = work.to_desk().language
    work.send(Purpose.ROOM_PIN, Urgency.NOTICE, message, language=language, ticket=ticket.number)


async def refresh_timeline(work: Work, ticket: Ticket) -> None:
    if ticket.timeline is not None:
        key = f"timeline-edit:{ticket.number}"
        text = await timeline_text(work, ticket)
        work.show(ticket, key, ticket.timeline.at, ticket.timeline.message_id, text)


async def timeline_text(work: Work, ticket: Ticket) -> str:
    """The incident so far, newest last, in the desk's words and zone."""
    voice = work.to_desk()
    customer = await work.customer_name(ticket)
    head = voice.say("room.head", ticket=ticket.id, priority=ticket.priority.value, customer=customer)
    events = await work.tx.events.of(ticket.number)
    lines = [f"{voice.instant(event.at)} · {say_event(event)}" for event in events if event.kind in SHOWN][
        -30:
    ]
    return "\n".join([head, f"“{ticket.title}”", voice.say("room.timeline"), *lines])


SHOWN = frozenset(
    [
        "opened",
        "paged",
        "step_skipped",
        "acknowledged",
        "answered",
        "priority_changed",
        "assigned",
        "waiting",
        "resumed",
        "update",
        "breached",
        "resolved",
        "reopened",
        "merged",
        "discarded",
    ]
)


def say_event(event: Event) -> str:
    """One event in one line: what happened, by whom, and its facts."""
    facts = " ".join(
        f"{key}={_plain(value)}" for key, value in event.data.items() if value not in (None, "", [])
    )
    return " ".join(part for part in (event.kind, f"({event.actor})", facts) if part)


def _plain(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
