"""One ticket with everything there is about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.board import Row, rows_of
from bot.customers.customer import Customer
from bot.errors import Refused
from bot.escalation.page import Page
from bot.inbound import Attachment
from bot.tickets.absorbed import absorbed
from bot.tickets.alike import alike
from bot.tickets.attached import file_of
from bot.tickets.conversation import Line, for_engineers
from bot.tickets.ticket import Event, Ticket
from bot.work import Work


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """`absorbed`: what was merged into it, by its id. `others`: the customer's other open tickets, into which
    it may be merged; `alike`: those of them that look like it."""

    row: Row
    customer: Customer | None
    lines: tuple[Line, ...]
    events: tuple[Event, ...]
    pages: tuple[Page, ...]
    absorbed: Mapping[str, Ticket]
    alike: tuple[Ticket, ...]
    others: tuple[Ticket, ...]

    @property
    def ticket(self) -> Ticket:
        return self.row.ticket


async def ticket_desk(work: Work, number: int) -> TicketDesk:
    """Raises Refused("unknown_ticket") with the nearest that exists."""
    ticket = await work.tx.tickets.get(number)
    [row] = await rows_of(work, [ticket])
    events = await work.tx.events.of(number)
    active = await work.tx.tickets.active(customer=ticket.customer, limit=30)
    others = [each for each in active if each.number != number]
    like = alike(ticket.text, others)
    return TicketDesk(
        row,
        await work.tx.customers.get(ticket.customer),
        for_engineers(events),
        events,
        await work.tx.pages.of(number),
        await absorbed(work, events, lambda _: True),
        like,
        tuple(each for each in others if each not in like),
    )


async def attachment(work: Work, number: int, name: str) -> Attachment:
    """A file on any line of the ticket. Raises Refused("unknown_ticket")."""
    found = file_of(await work.tx.events.of(number), name)
    if found is None:
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return found
