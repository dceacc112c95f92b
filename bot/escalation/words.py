"""What a page says: written, as a text, and read out at night."""

from datetime import datetime, timedelta

from bot.escalation.codes import code_for
from bot.inbound import Address
from bot.messages.catalogue import Voice
from bot.messages.targets import say_targets
from bot.outgoing import Spoken
from bot.policy import Engineer
from bot.tickets.progress import reason_line
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import UNKNOWN, Ticket
from bot.work import Work, shortened

PAGE_STEP = "page"
"""The step of a call that says a page, and goes on with the key that is pressed."""
TEXTED = 100
"""Characters of the customer's words in a text or a call: with everything else it stays within a few
segments."""


async def page_words(work: Work, ticket: Ticket, engineer: Engineer, written: str, at: Address) -> str:
    """The page as it leaves by that way: a text says less, and how to answer it."""
    able, voice = work.able(at.channel), work.to_engineer(engineer)
    if able is not None and able.spoken:
        return said_aloud(work, ticket, voice, await work.customer_name(ticket))
    if able is not None and able.coded:
        code = await code_for(work, at, ticket)
        return _texted(work, ticket, voice, await work.customer_name(ticket), code)
    if work.is_formal(at.channel):
        return f"{written}\n{voice.say('page.how_formally')}"
    return written


def spoken_of(work: Work, ticket: Ticket, at: Address, language: str) -> Spoken | None:
    """Whoever answers a call hears the ticket as it then stands, not as it was when the call was placed."""
    able = work.able(at.channel)
    return Spoken(PAGE_STEP, (str(ticket.number),), language) if able is not None and able.spoken else None


def written_page(
    work: Work, ticket: Ticket, engineer: Engineer, number: int, customer: str, skipped: list[tuple[str, ...]]
) -> str:
    voice = work.to_engineer(engineer)
    lines = [page_head(voice, ticket, customer, number), voice.say("page.title", title=excerpt(ticket))]
    lines += [_time_left(voice, ticket, work.now), reason_line(work, ticket, voice)]
    lines += [voice.say("page.skipped", targets=say_targets(voice, targets)) for targets in skipped]
    if ticket.phone:
        lines.append(voice.say("page.call_back", number=ticket.phone))
    if ticket.customer == UNKNOWN:
        lines.append(voice.say("page.unlinked", ticket=ticket.id))
    if ticket.unverified:
        lines.append(voice.say("page.unverified", name=ticket.reporter))
    lines.append(voice.say("page.how", ticket=ticket.id))
    return "\n".join(lines)


def excerpt(ticket: Ticket) -> str:
    """Enough of the customer's words to decide in bed: the title, or more of the text where there is more."""
    text = shortened(ticket.text)
    return text if len(text) > len(ticket.title) else ticket.title


def page_head(voice: Voice, ticket: Ticket, customer: str, number: int) -> str:
    return voice.say(
        "page.head", priority=ticket.priority.value, ticket=ticket.id, customer=customer, round=number + 1
    )


def _due(ticket: Ticket, now: datetime) -> datetime:
    response = ticket.clock(ClockKind.RESPONSE)
    return response.due_at if response else now


def _time_left(voice: Voice, ticket: Ticket, now: datetime) -> str:
    waited, due = now - ticket.opened_at, _due(ticket, now)
    if now < due:
        return voice.say("page.waits", waited=waited, due=due, left=due - now)
    return voice.say("page.late", waited=waited, due=due, over=now - due)


def _texted(work: Work, ticket: Ticket, voice: Voice, customer: str, code: int) -> str:
    due = _due(ticket, work.now)
    late = work.now >= due
    time = voice.say("page.text_late" if late else "page.text_due", span=abs(due - work.now))
    head = voice.say(
        "page.text",
        priority=ticket.priority.value,
        ticket=ticket.id,
        customer=customer,
        title=shortened(ticket.title, TEXTED),
        time=time,
    )
    call_back = [voice.say("page.call_back", number=ticket.phone)] if ticket.phone else []
    return "\n".join([head, *call_back, voice.say("page.how_by_code", code=code)])


def said_aloud(work: Work, ticket: Ticket, voice: Voice, customer: str) -> str:
    """Ticket, customer, priority, what it is about and how much time is left."""
    due = _due(ticket, work.now)
    late = work.now >= due
    return voice.say(
        "spoken.page",
        desk=work.policy.desk.name,
        priority=ticket.priority.value,
        number=ticket.number,
        customer=customer,
        title=shortened(ticket.title, TEXTED),
        time=voice.say("spoken.late" if late else "spoken.due", span=aloud(voice, abs(due - work.now))),
    )


def aloud(voice: Voice, span: timedelta) -> str:
    """ "2 hours 5 minutes", as it is said: never "2 h 5 min"."""
    hours, minutes = divmod(max(int(span.total_seconds() // 60), 0), 60)
    parts = [("hour", hours), ("minute", minutes)] if hours else [("minute", minutes)]
    counted = [(unit if n == 1 else f"{unit}s", n) for unit, n in parts if n or not hours]
    return " ".join(voice.say(f"spoken.{unit}", count=n) for unit, n in counted)
