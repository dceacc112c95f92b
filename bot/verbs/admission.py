"""Taking a list of customers into the store: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.customers.customer import Customer, conversation
from bot.customers.merging import Merged, merge
from bot.tickets.ticket import UNKNOWN
from bot.verbs.linking import adopt
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Admitted:
    """`moved`: the ids of tickets that were nobody's and are a customer's now."""

    merged: Merged
    moved: tuple[str, ...]


async def admit(
    work: Work, listed: Iterable[Customer], done: Callable[[Customer], None] = lambda _: None
) -> Admitted:
    """Save what the list changes. Tickets opened for nobody known in what is now a customer's conversation
    become that customer's, as with /link. `done` hears of each customer as it is saved."""
    known = {customer.id: customer for customer in await work.tx.customers.all()}
    merged = merge(known.values(), listed)
    moved: list[str] = []
    for customer in merged.to_save:
        work.tx.customers.save(customer)
        for channel, place in _new_conversations(known.get(customer.id), customer):
            moved += await _adopt(work, customer, channel, place)
        done(customer)
    return Admitted(merged, tuple(moved))


async def _adopt(work: Work, customer: Customer, channel: str, place: str) -> list[str]:
    tickets = await work.tx.tickets.of_conversation(channel, place)
    strays = [ticket for ticket in tickets if ticket.customer == UNKNOWN]
    for ticket in strays:
        await adopt(work, ticket, customer, "desk")
    return [ticket.id for ticket in strays]


def _new_conversations(before: Customer | None, after: Customer) -> Iterator[tuple[str, str]]:
    old = frozenset(before.identities) if before else frozenset()
    for identity in after.identities:
        channel = identity.kind.partition(":")[0]
        if identity not in old and identity == conversation(channel, identity.value):
            yield channel, identity.value
