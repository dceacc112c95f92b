"""An incident's room: opened with the people paged, its timeline pinned and kept current."""

from collections.abc import Iterable
from itertools import islice

from bot.durable import Purpose, Urgency
from bot.inbound import Address
from bot.messages.catalogue import Voice
from bot.outgoing import Button, Invite, OpenRoom, Pin, Post
from bot.policy import Engineer
from bot.tickets.ticket import Ticket
from bot.tickets.timeline import event_line
from bot.work import Work, shortened, unique

LINES = 30
"""Of a timeline: what a person who comes in reads."""


def gather(work: Work, ticket: Ticket, people: list[Engineer], customer: str) -> None:
    """Open the incident's room, or bring more people into it."""
    if ticket.room is not None:
        _invite(work, ticket, ticket.room, people)
        return
    channel = _channel(work, ticket)
    if channel is None:
        return
    voice = work.to_desk()
    name = voice.say("room.name", number=f"t-{ticket.number}")
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


def bring(work: Work, ticket: Ticket, engineer: Engineer) -> None:
    """Whoever has the ticket belongs in its room, paged or not."""
    if ticket.room is not None and engineer.id not in ticket.paged:
        _invite(work, ticket, ticket.room, [engineer])


async def room_opened(work: Work, ticket: Ticket, room: Address) -> None:
    """The room exists: what is said there is the ticket's, the timeline is posted, latecomers invited."""
    work.tx.messages.link(room, room.room_key, ticket.number)
    work.record(ticket.number, "room_opened", "desk", room=str(room))
    voice = work.to_desk()
    text = await timeline_text(work, ticket, work.house.channels[room.channel].max_length)
    message = Post(f"timeline:{ticket.number}", room, text, buttons=_buttons(voice, ticket))
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
        most = work.house.channels[ticket.timeline.at.channel].max_length
        text = await timeline_text(work, ticket, most)
        buttons = _buttons(work.to_desk(), ticket)
        work.show(ticket, key, ticket.timeline.at, ticket.timeline.message_id, text, *buttons)


def _buttons(voice: Voice, ticket: Ticket) -> tuple[Button, ...]:
    """What is to be done with the ticket next."""
    if ticket.is_untaken:
        return (Button(voice.say("page.acknowledge"), f"ack {ticket.id}"),)
    return (Button(voice.say("room.resolve"), f"resolve {ticket.id}"),) if ticket.is_active else ()


async def timeline_text(work: Work, ticket: Ticket, most: int) -> str:
    """The incident's last events, newest last, in the desk's words and zone, within `most` characters."""
    voice = work.to_desk()
    customer = await work.customer_name(ticket)
    head = voice.say("room.head", ticket=ticket.id, priority=ticket.priority.value, customer=customer)
    top = "\n".join([head, f"“{ticket.title}”", voice.say("room.timeline")])
    names = {each.id: each.name for each in work.policy.engineers}
    newest_first = (
        shortened(f"{voice.instant(event.at)} · {event_line(voice, event, names)}")
        for event in reversed(await work.tx.events.of(ticket.number))
        if event.kind in SHOWN
    )
    return "\n".join([top, *_fitting(islice(newest_first, LINES), most - len(top))])


def _fitting(newest_first: Iterable[str], most: int) -> list[str]:
    """As many of the last lines as fit, the newest last."""
    kept: list[str] = []
    for line in newest_first:
        most -= len(line) + 1
        if most < 0:
            break
        kept.append(line)
    return kept[::-1]


SHOWN = frozenset(
    [
        "opened",
        "message",
        "paged",
        "step_skipped",
        "acknowledged",
        "answered",
        "replied",
        "note",
        "priority_changed",
        "assigned",
        "waiting",
        "resumed",
        "update",
        "breached",
        "resolved",
        "reopened",
        "merged",
        "absorbed",
        "discarded",
        "undeliverable",
    ]
)
