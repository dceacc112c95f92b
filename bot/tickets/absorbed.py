"""The tickets that go on in another one."""

from collections.abc import Callable, Iterable, Mapping

from bot.tickets.ticket import Event, Ticket
from bot.work import Work

May = Callable[[Ticket], bool]
"""Whether whoever looks may see that ticket."""


async def followed(work: Work, ticket: Ticket) -> Ticket:
    """The ticket itself, or the one in which a merged one goes on."""
    while ticket.merged_into is not None:
        ticket = await work.tx.tickets.get(ticket.merged_into)
    return ticket


async def absorbed(work: Work, events: Iterable[Event], may: May) -> Mapping[str, Ticket]:
    """What was merged into the ticket with that log, by its id, as far as whoever looks may see it."""
    names = {str(each.data["merged"]) for each in events if each.kind == "absorbed"}
    found = [await work.tx.tickets.find(int(name.removeprefix("T-"))) for name in sorted(names)]
    return {each.id: each for each in found if each is not None and may(each)}
