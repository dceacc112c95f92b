"""What a page shows a customer. Every view asks first whether they may see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access.visitor import Visitor
from bot.errors import Refused
from bot.inbound import Attachment
from bot.tickets.absorbed import May, absorbed
from bot.tickets.alike import alike
from bot.tickets.attached import file_of
from bot.tickets.conversation import LINES, READ_BY_CUSTOMERS, Audience, Line, for_customers
from bot.tickets.ticket import Ticket
from bot.work import Work

PAGE = 50
"""Tickets on one page of the list."""
_WHETHER_SOLVED = frozenset(["solved_by_customer", "resolved", "reopened"])


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket with all that its reader may know. `has_earlier`: more was said before `lines`; `absorbed`:
    what was merged into it, by its id; `goes_on_in`: what it was merged into, when that is the same
    customer's."""

    ticket: Ticket
    lines: tuple[Line, ...]
    has_earlier: bool
    absorbed: Mapping[str, Ticket]
    goes_on_in: Ticket | None

    @property
    def is_solved_for_them(self) -> bool:
        """Whether the customer has said that it is solved, and nothing came of it since: that is not asked
        again."""
        told = [line.kind for line in self.lines if line.kind in _WHETHER_SOLVED]
        return told[-1:] == ["solved_by_customer"]


@dataclass(frozen=True, slots=True)
class ListView:
    """Tickets, newest first; `older`: below which number it goes on, 0 at the end."""

    tickets: tuple[Ticket, ...]
    older: int


async def one(work: Work, number: int, may: May, lines: int = LINES) -> TicketView:
    """With the newest `lines` of the conversation. Raises Refused("unknown_ticket"), for one that does not
    exist as for one that is not theirs."""
    ticket = await seen(work, number, may)
    said = await work.tx.events.talk(number, Audience.CUSTOMERS, lines + 1)
    has_earlier = len(said) > lines
    return TicketView(
        ticket,
        for_customers(said[-lines:]),
        has_earlier,
        await absorbed(work, said, may),
        await _goes_on_in(work, ticket),
    )


async def _goes_on_in(work: Work, ticket: Ticket) -> Ticket | None:
    target = await work.tx.tickets.find(ticket.merged_into) if ticket.merged_into is not None else None
    return target if target is not None and target.customer == ticket.customer else None


async def seen(work: Work, number: int, may: May) -> Ticket:
    """Raises as `one` does."""
    ticket = await work.tx.tickets.find(number)
    if ticket is None or not may(ticket):
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return ticket


async def listed(work: Work, visitor: Visitor, before: int = 0) -> ListView:
    """The company's tickets."""
    if visitor.customer is None:
        return ListView((), 0)
    found = await work.tx.tickets.of_customer(visitor.customer.id, before=before, limit=PAGE + 1)
    return ListView(found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else 0)


async def similar(work: Work, visitor: Visitor, text: str) -> tuple[Ticket, ...]:
    """The company's open tickets that look like what is typed."""
    if visitor.customer is None or not text.strip():
        return ()
    return alike(text, await work.tx.tickets.active(customer=visitor.customer.id, limit=200))


async def attached(work: Work, number: int, name: str, may: May) -> Attachment:
    """A file on a line of the ticket that customers read. Raises as `one` does."""
    await seen(work, number, may)
    found = file_of(await work.tx.events.of(number), name, READ_BY_CUSTOMERS)
    if found is None:
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return found
