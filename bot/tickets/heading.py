"""What a formal message to a customer has around its words: the subject and the ticket's card. Pure rules."""

import re

from bot.messages.catalogue import Voice
from bot.outgoing import Hand, Heading
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import Ticket

_NUMBER = re.compile(r"\s*\[T-\d{1,12}\]")
_ANSWER = re.compile(r"^(?:re|aw|sv|vs|antw|odp|ref|rif|回复|回覆|答复)\s*[:：]", re.IGNORECASE)


def subject_of(ticket: Ticket) -> str:
    """The customer's own subject, answered, with the ticket's number behind it: mail programs sort a
    conversation by its subject. A mail without one is called by its title."""
    own = _NUMBER.sub("", ticket.subject or ticket.title).strip()
    answered = own if _ANSWER.match(own) else f"Re: {own}"
    return f"{answered} [{ticket.id}]"


def heading_of(ticket: Ticket, voice: Voice, owner: str, hand: Hand) -> Heading:
    """`owner`: who has the ticket, as the customer reads it."""
    return Heading(
        subject=subject_of(ticket),
        ticket=ticket.number,
        hand=hand,
        facts=tuple(_facts(ticket, voice, owner)),
        thread=(ticket.root,) if ticket.root else (),
        copies=ticket.copies,
        language=voice.language,
    )


def _facts(ticket: Ticket, voice: Voice, owner: str) -> list[tuple[str, str]]:
    said = [
        ("ticket", ticket.id),
        ("priority", ticket.priority.value),
        ("state", voice.say(f"state.{ticket.state.value}")),
        ("owner", owner if ticket.assignee else ""),
        ("answer_by", _response(ticket, voice)),
        ("next", _next(ticket, voice)),
    ]
    return [(voice.say(f"heading.{label}"), value) for label, value in said if value]


def _response(ticket: Ticket, voice: Voice) -> str:
    """Until when human words are promised, as long as they are owed."""
    clock = ticket.clock(ClockKind.RESPONSE)
    if clock is None or clock.is_over or clock.paused_at is not None:
        return ""
    return voice.instant(clock.due_at)


def _next(ticket: Ticket, voice: Voice) -> str:
    if not ticket.is_active or ticket.promise is None:
        return ""
    return voice.instant(ticket.promise.next_update_at)
