"""Opening a ticket: provisionally at once, with its clock running from the customer's own timestamp."""

from dataclasses import replace
from typing import Any

from bot.customers.customer import STRANGER, Customer
from bot.escalation.policy import begins
from bot.inbound import MessagePosted, Nature
from bot.intake.triage import Verdict, language_of, title_of, triage
from bot.tickets.attached import on_record
from bot.tickets.lifecycle import begin_paging, keep
from bot.tickets.progress import send_receipt
from bot.tickets.ticket import UNKNOWN, Promise, State, Thread, Ticket
from bot.work import Work


async def open_ticket(
    work: Work,
    item: MessagePosted,
    customer: Customer | None,
    *,
    forced_by: str | None = None,
    copies: tuple[str, ...] = (),
    followers: tuple[Thread, ...] = (),
    title: str = "",
) -> Ticket:
    """A new ticket from a message. Clocks, paging, the receipt and the log, all in this transaction.

    `forced_by`: who asked for it; `copies`: who else is written to, on a formal channel; `followers`: where
    else its customer listens; `title`: what it is called, else it is made of the words.
    """
    owner = customer or STRANGER
    verdict = triage(item.words, owner.tier, work.policy.triage)
    ticket = await draft(work, item, owner, verdict)
    ticket = replace(ticket, copies=copies, followers=followers, title=title or ticket.title)
    if forced_by is not None:
        ticket = replace(ticket, reason="triage.forced", reason_words={"name": forced_by})
    enter(work, item, ticket)
    begin_paging(work, ticket)
    send_receipt(work, ticket)
    return ticket


def enter(work: Work, item: MessagePosted, ticket: Ticket) -> None:
    """A new ticket goes onto the record, with its clocks; nobody hears of it yet but the desk."""
    work.link(item.at, item.message_id, ticket.number)
    if item.reply_to is not None:  # in a thread that was nobody's: from now on it is this ticket's
        work.link(item.at, item.reply_to, ticket.number)
    work.record(
        ticket.number,
        "opened",
        ticket.reporter_name,
        priority=ticket.priority.value,
        reason=ticket.reason,
        words=ticket.reason_words,
        text=item.words,
        sent_at=item.sent_at,
        **unusual(item),
    )
    keep(work, None, ticket)
    if ticket.customer == UNKNOWN:
        work.tell_desk(ticket, "nudge.unlinked", ticket=ticket.id, place=str(item.at))


def unusual(item: MessagePosted) -> dict[str, Any]:
    """What the log says of a message beside its words: its files, that nobody vouches for its sender, what
    had to be repaired or left out, and where it is kept whole."""
    said = on_record(item.attachments)
    said |= {} if item.author.verified else {"unverified": True}
    if item.formal is not None:
        said |= {"defects": list(item.formal.defects)} if item.formal.defects else {}
        said |= {"kept": item.formal.kept} if item.formal.kept else {}
    return said


async def draft(work: Work, item: MessagePosted, customer: Customer, verdict: Verdict) -> Ticket:
    """The ticket that the message opens, with a number; it is not kept yet."""
    team = work.policy.team_for(customer.industry)
    name, frozen = work.promise(verdict.priority, team, item.at)
    work.tx.tickets.keep_snapshot(name, frozen)
    opened_at = min(item.sent_at, work.now)  # a platform's clock ahead of ours must not shorten anything
    clocks = frozen.clocks(opened_at)
    fallback = item.attachments[0].name if item.attachments else "…"
    return Ticket(
        number=await work.tx.tickets.next_number(),
        customer=customer.id,
        team=team.name,
        home=item.at,
        root="" if item.message_id == item.event_key else item.message_id,  # a command without a message
        reporter=item.author.id,
        reporter_name=item.author.name or item.author.id,
        participants=(item.author.id,),
        title=title_of(item.words, fallback, work.policy.intake.chatter),
        text=item.words,
        priority=verdict.priority,
        reason=verdict.reason,
        reason_words=verdict.words,
        state=State.OPEN,
        opened_at=opened_at,
        received_at=work.now,
        last_message_at=item.sent_at,
        language=language_of(item.words, customer.language) or work.policy.desk.language,
        time_zone=customer.time_zone or work.policy.desk.time_zone,
        policy=name,
        clocks=clocks,
        escalating_since=begins(clocks[0], work.now),
        promise=Promise(work.now + frozen.until_acknowledged),
        subject=item.formal.subject if item.formal else "",
        silent=item.formal is not None and item.formal.nature is not Nature.PERSON,
        unverified=not item.author.verified,
    )
