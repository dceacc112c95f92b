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
from bot.tickets.conversation import LINES, Audience, Line, for_engineers
from bot.tickets.ticket import Event, Ticket
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Shown:
    """How many of the newest pages and lines of the log are shown, and of what was said (`lines`): nobody
    reads them all at night, and a ticket that nobody takes has more with every round."""

    pages: int = 20
    events: int = 50
    lines: int = LINES


USUAL = Shown()


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """`has_earlier`: more was said before `lines`. `absorbed`: what was merged into it, by its id. `others`:
    the customer's other open tickets, into which it may be merged; `alike`: those of them that look like it.
    `events` and `pages` are the newest first, `events_in_all` and `pages_in_all` how many there are."""

    row: Row
    customer: Customer | None
    lines: tuple[Line, ...]
    has_earlier: bool
    events: tuple[Event, ...]
    events_in_all: int
    pages: tuple[Page, ...]
    pages_in_all: int
    absorbed: Mapping[str, Ticket]
    alike: tuple[Ticket, ...]
    others: tuple[Ticket, ...]

    @property
    def ticket(self) -> Ticket:
        return self.row.ticket


async def ticket_desk(work: Work, number: int, shown: Shown = USUAL) -> TicketDesk:
    """Raises Refused("unknown_ticket") with the nearest that exists."""
    ticket = await work.tx.tickets.get(number)
    [row] = await rows_of(work, [ticket])
    said = await work.tx.events.talk(number, Audience.ENGINEERS, shown.lines + 1)
    active = await work.tx.tickets.active(customer=ticket.customer, limit=30)
    others = [each for each in active if each.number != number]
    like = alike(ticket.text, others)
    return TicketDesk(
        row,
        await work.tx.customers.get(ticket.customer),
        for_engineers(said[-shown.lines :]),
        len(said) > shown.lines,
        await work.tx.events.latest(number, shown.events),
        await work.tx.events.count(number),
        await work.tx.pages.newest(number, shown.pages),
        await work.tx.pages.count(number),
        await absorbed(work, said, lambda _: True),
        like,
        tuple(each for each in others if each not in like),
    )


async def attachment(work: Work, number: int, name: str) -> Attachment:
    """A file on any line of the ticket. Raises Refused("unknown_ticket")."""
    found = file_of(await work.tx.events.of(number), name)
    if found is None:
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return found
