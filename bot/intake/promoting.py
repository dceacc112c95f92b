"""A message that became no ticket is made one by somebody who reads it."""

from dataclasses import replace

from bot.errors import Refused
from bot.intake.ledger import Entry, Outcome
from bot.intake.opening import open_ticket
from bot.intake.receive import look_around
from bot.tickets.ticket import Ticket
from bot.work import Work


async def promoted(work: Work, entry: Entry | None, by: str) -> Ticket:
    """Its ticket, with its own time. Raises Refused("no_message_here") for what is no whole message."""
    if entry is None or entry.item is None:
        raise Refused("no_message_here")
    around = await look_around(work, entry.item)
    ticket = await open_ticket(work, entry.item, around.customer, forced_by=by)
    reason = f"made a ticket by {by}"
    work.tx.ledger.add(replace(entry, outcome=Outcome.PROMOTED, reason=reason, ticket=ticket.number))
    return ticket
