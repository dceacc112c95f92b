"""A message arrives: into its ticket, a new one, or onto the ledger with the reason."""

from dataclasses import replace
from datetime import timedelta

from bot.escalation.raising import change_priority
from bot.inbound import Address, MessagePosted
from bot.intake.chatter import CONFIRMATIONS, is_chatter
from bot.intake.entries import Result, entry_of
from bot.intake.from_engineers import from_us
from bot.intake.ledger import Outcome, Surroundings
from bot.intake.opening import open_ticket, unusual
from bot.intake.routing import REVIVABLE, route
from bot.intake.triage import Verdict, triage
from bot.tickets.absorbed import followed
from bot.tickets.lifecycle import reopen, resume, show_timeline
from bot.tickets.ticket import State, Ticket
from bot.work import Work, shortened


async def look_around(work: Work, item: MessagePosted) -> Surroundings:
    """What is around the message; a reply to a merged ticket is one to the ticket it goes on in."""
    intake = work.policy.intake
    window = max(intake.grouping_window, intake.joining_window, timedelta(0))
    around = await work.tx.ledger.surroundings(item, item.sent_at - window)
    able = work.able(item.at.channel)
    if around.replied is None and able is not None and able.direct:
        around = replace(around, replied=await _open_there(work, item.at))
    if around.replied is not None:
        around = replace(around, replied=await followed(work, around.replied))
    return around


async def _open_there(work: Work, at: Address) -> Ticket | None:
    """Where nobody can say which message they answer, they go on with what is open there, or was just now."""
    for known in await work.tx.tickets.of_conversation(at.channel, at.conversation):
        ticket = await followed(work, known)
        if ticket.is_active or ticket.state in REVIVABLE:
            return ticket
    return None


async def posted(work: Work, item: MessagePosted, around: Surroundings) -> int | None:
    """Account for a message nobody has seen yet; the number of the ticket it went to, if any."""
    engineer = work.engineer(item.author)
    if engineer is not None or work.is_ours(item.at) or around.room is not None:
        outcome, reason, number = await from_us(work, item, around, engineer)
    else:
        outcome, reason, number = await from_customer(work, item, around)
    work.tx.ledger.add(entry_of(work, item, outcome, reason, number))
    return number


async def from_customer(work: Work, item: MessagePosted, around: Surroundings) -> Result:
    where = route(item, around, work.policy.intake)
    if where.outcome is Outcome.OPENED:
        ticket = await open_ticket(work, item, around.customer)
        return where.outcome, where.reason, ticket.number
    if where.ticket is not None:
        await append(work, item, where.ticket, joined=where.joined)
        return where.outcome, where.reason, where.ticket.number
    return where.outcome, where.reason, None


async def append(work: Work, item: MessagePosted, ticket: Ticket, *, joined: bool) -> None:
    """The customer's further words: on the ticket, and whatever they change. `joined`: by another person than
    before, who is told where their words went."""
    name = item.author.name or item.author.id
    heard = hear(work, item, ticket)
    if joined:
        work.tell_customer(ticket, work.to_customer(ticket).say("card.joined", name=name, ticket=ticket.id))
    await _wake(work, heard, item, name)


def hear(work: Work, item: MessagePosted, ticket: Ticket) -> Ticket:
    """The customer's further words are on the ticket, and nothing follows from them. The ticket, to be
    kept."""
    work.link(item.at, item.message_id, ticket.number)
    name = item.author.name or item.author.id
    whole = item.formal.full_text if item.formal else ""
    said = {"text": item.text or whole, "sent_at": item.sent_at, **unusual(item)}
    work.record(ticket.number, "message", name, **said)
    return replace(
        ticket,
        last_message_at=max(ticket.last_message_at, item.sent_at),
        heard_at=work.now,
        participants=tuple(dict.fromkeys((*ticket.participants, item.author.id))),
    )


async def _wake(work: Work, ticket: Ticket, item: MessagePosted, name: str) -> None:
    if ticket.state is State.WAITING:
        await resume(work, ticket, name)
    elif ticket.state in REVIVABLE and asks_for_more(work, item.text):
        await reopen(work, ticket, name)
    else:
        work.tx.tickets.save(ticket)
        show_timeline(work, ticket)
        await heard_more(work, ticket, item.text, name)


def asks_for_more(work: Work, text: str) -> bool:
    """Whether words on what is over are more than thanks, or a "yes, solved"."""
    return not is_chatter(text, (*work.policy.intake.chatter, *CONFIRMATIONS))


async def heard_more(work: Work, ticket: Ticket, text: str, name: str) -> None:
    """Words that say it is worse than thought raise a ticket that no human has looked at yet; whoever has it
    reads them wherever they are, and judges themselves."""
    if not ticket.is_active or is_chatter(text, work.policy.intake.chatter):
        return
    verdict = triage(text, "", work.policy.triage)
    worse = verdict.reason == "triage.phrase" and verdict.priority.is_above(ticket.priority)
    if not ticket.is_untaken:
        await tell_owner(work, ticket, text, name, verdict if worse else None)
    elif worse:
        await change_priority(work, ticket, verdict.priority, "desk", verdict.reason, verdict.words)


async def tell_owner(work: Work, ticket: Ticket, text: str, name: str, worse: Verdict | None = None) -> None:
    """Whoever has it reads what the customer wrote. `worse`: what it sounds like, if more urgent."""
    owner = work.policy.engineer(ticket.assignee or "")
    if owner is None:
        return
    words = {"customer": await work.customer_name(ticket), "name": name, "text": shortened(text)}
    if worse is None:
        work.tell_engineer(owner, ticket, "nudge.customer_wrote", **words)
    else:
        work.tell_engineer(owner, ticket, "nudge.sounds_worse", **words, new=worse.priority.value)
