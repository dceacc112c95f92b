"""The open tickets, the most urgent first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.customers.customer import Customer
from bot.policy import Engineer, Priority
from bot.tickets.board import Spot, Wanted, nearest, spot_of
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Ticket
from bot.work import Work

PAGE = 50
"""Tickets shown at once; more than anybody works off."""
FINISHED, BACK = 20, 10_000
"""A search shows so many that are over, of the tickets that were opened last."""


@dataclass(frozen=True, slots=True)
class Row:
    """`clock`: the one that falls due next, or fell due first; None while none runs."""

    ticket: Ticket
    customer: str
    owner: Engineer | None
    clock: SlaClock | None


@dataclass(frozen=True, slots=True)
class Board:
    """`counts` of all that is open, whatever was asked for; `further`: where the next page begins;
    `finished`: what a search finds beside the open ones, the newest first."""

    rows: tuple[Row, ...]
    counts: Mapping[Priority, int]
    overdue: int
    further: Spot | None
    finished: tuple[Row, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


async def board(work: Work, wanted: Wanted, after: Spot | None = None) -> Board:
    found = await work.tx.tickets.board(wanted, after=after, limit=PAGE + 1)
    rows = await rows_of(work, found[:PAGE])
    counts, overdue = await work.tx.tickets.counts(), await work.tx.tickets.overdue(work.now)
    further = spot_of(found[PAGE - 1]) if len(found) > PAGE else None
    return Board(rows, counts, overdue, further, await _finished(work, wanted))


async def _finished(work: Work, wanted: Wanted) -> tuple[Row, ...]:
    if not wanted.words:
        return ()
    return await rows_of(work, await work.tx.tickets.finished(wanted, back=BACK, limit=FINISHED))


async def rows_of(work: Work, tickets: Iterable[Ticket]) -> tuple[Row, ...]:
    tickets = tuple(tickets)
    known: dict[str, Customer | None] = {}
    for ticket in tickets:
        if ticket.customer not in known:
            known[ticket.customer] = await work.tx.customers.get(ticket.customer)
    return tuple(
        Row(
            each,
            work.name_of(each, known[each.customer]),
            work.policy.engineer(each.assignee or ""),
            nearest(each),
        )
        for each in tickets
    )


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do. `waiting`: in quarantine."""

    counts: Mapping[Priority, int]
    overdue: int
    waiting: int


async def load(work: Work) -> Load:
    tickets = work.tx.tickets
    return Load(await tickets.counts(), await tickets.overdue(work.now), await work.tx.ledger.waiting())


async def placed(work: Work) -> bool:
    """Give some tickets that an older desk kept their place on the board; whether there were any."""
    found = await work.tx.tickets.unplaced()
    for ticket in found:
        work.tx.tickets.save(ticket)
    return bool(found)
