"""One ticket with everything there is about it."""

from dataclasses import dataclass

from bot.console.board import Row, rows_of
from bot.customers.customer import Customer
from bot.errors import Refused
from bot.escalation.page import Page
from bot.inbound import Attachment
from bot.tickets.attached import file_of
from bot.tickets.conversation import Line, for_engineers
from bot.tickets.ticket import Event, Ticket
from bot.work import Work


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """`next_page_at`: when more people are paged, while nobody has it. `others`: the customer's other open
    tickets, into which it may be merged."""

    row: Row
    customer: Customer | None
    lines: tuple[Line, ...]
    events: tuple[Event, ...]
    pages: tuple[Page, ...]
    others: tuple[Ticket, ...]

    @property
    def ticket(self) -> Ticket:
        return self.row.ticket


async def ticket_desk(work: Work, number: int) -> TicketDesk:
    """Raises Refused("unknown_ticket") with the nearest that exists."""
    ticket = await work.tx.tickets.get(number)
    [row] = await rows_of(work, [ticket])
    events = await work.tx.events.of(number)
    others = await work.tx.tickets.active(customer=ticket.customer, limit=30)
    return TicketDesk(
        row,
        await work.tx.customers.get(ticket.customer),
        for_engineers(events),
        events,
        await work.tx.pages.of(number),
        tuple(each for each in others if each.number != number),
    )


async def attachment(work: Work, number: int, name: str) -> Attachment:
    """A file on any line of the ticket. Raises Refused("unknown_ticket")."""
    found = file_of(await work.tx.events.of(number), name)
    if found is None:
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return found
