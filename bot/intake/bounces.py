"""A report that a message of ours did not arrive: tied to its ticket, the customer reached another way."""

from dataclasses import replace

from bot.escalation.rerouting import reroute, tell_unreachable
from bot.inbound import Formal, MessagePosted, Person, Undelivered
from bot.intake.entries import Result
from bot.intake.ledger import Outcome
from bot.tickets.ticket import Ticket
from bot.work import Work


async def bounced(work: Work, item: MessagePosted, formal: Formal, ticket: Ticket | None) -> Result:
    if ticket is None:
        return Outcome.BOUNCE, "a report about no message of ours", None
    for each in formal.undelivered:
        await _one(work, item, ticket, each)
        ticket = await work.tx.tickets.get(ticket.number)
    what = "a complaint" if any(each.complaint for each in formal.undelivered) else "a report"
    return Outcome.BOUNCE, f"{what} about a message of {ticket.id}", ticket.number


async def _one(work: Work, item: MessagePosted, ticket: Ticket, report: Undelivered) -> None:
    address = report.address or ticket.home.conversation
    work.record(
        ticket.number,
        "bounced",
        address,
        reason=report.reason,
        standing="complaint" if report.complaint else "late" if report.late else "failed",
    )
    if report.complaint:
        work.tell_desk(ticket, "nudge.complaint", ticket=ticket.id, address=address)
        work.tx.tickets.save(replace(ticket, silent=True))
    elif report.permanent:
        await _dead(work, item, ticket, address, report.reason)
    elif not report.late and address == ticket.home.conversation:
        tell_unreachable(work, ticket, report.reason)


async def _dead(work: Work, item: MessagePosted, ticket: Ticket, address: str, reason: str) -> None:
    """Writing there is useless from now on."""
    place = replace(item.at, conversation=address, thread=None)
    work.tx.dead_addresses.mark(place, reason, work.now)
    if address in ticket.copies:
        copies = tuple(each for each in ticket.copies if each != address)
        work.tx.tickets.save(replace(ticket, copies=copies))
    elif (engineer := work.named_by(Person(item.at.channel, address))) is not None:
        words = {"name": engineer.name, "address": address, "reason": reason}
        work.tell_desk(ticket, "nudge.engineer_bounced", ticket=ticket.id, **words)
    elif address == ticket.home.conversation:
        await reroute(work, ticket, reason)
