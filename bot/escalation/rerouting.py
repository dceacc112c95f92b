"""The customer cannot be reached where a ticket lives: it goes on at the next place they are known at."""

from dataclasses import replace

from bot.customers.customer import Customer
from bot.durable import Purpose, Urgency
from bot.identities import channels_of
from bot.inbound import Address
from bot.outgoing import Post
from bot.tickets.lifecycle import keep
from bot.tickets.progress import card_text
from bot.tickets.ticket import Ticket
from bot.work import Work, unique


async def reroute(work: Work, ticket: Ticket, reason: str, lost: str = "") -> Ticket:
    """Move the ticket, and say there what the customer did not get (`lost`; the ticket as it stands when
    nobody knows). With no other place, whoever can do something about it is told."""
    place = await next_place(work, await work.tx.customers.get(ticket.customer), ticket.home)
    if place is None:
        tell_unreachable(work, ticket, reason)
        return ticket
    old = ticket.home
    after = replace(ticket, home=place, root="", card=None, silent=False)
    work.record(ticket.number, "rerouted", "desk", old=str(old), new=str(place), reason=reason)
    voice = work.to_customer(after)
    head = voice.say("customer.rerouted", ticket=ticket.id, address=old.conversation)
    text = "\n".join([head, *([lost] if lost else []), card_text(work, after)])
    heading = work.heading(after, Purpose.RECEIPT)
    message = Post(unique(f"receipt:{ticket.number}"), place, text, heading=heading)
    work.send(Purpose.RECEIPT, Urgency.RECEIPT, message, language=after.language, ticket=ticket.number)
    return keep(work, ticket, after)


def tell_unreachable(work: Work, ticket: Ticket, reason: str) -> None:
    """What the customer should have read did not reach them: whoever can do something about it must know."""
    work.tell_owner_and_desk(ticket, "nudge.unreachable", place=str(ticket.home), reason=reason)


async def next_place(work: Work, customer: Customer | None, lost: Address | None = None) -> Address | None:
    """A conversation of the customer that can be written to, other than the `lost` one: the groups they are
    in first."""
    for place in _places(work, customer) if customer else ():
        here = lost and (place.channel, place.conversation) == (lost.channel, lost.conversation)
        if not here and await work.tx.dead_addresses.reason(place) is None:
            return place
    return None


def _is_written(work: Work, channel: str) -> bool:
    able = work.able(channel)
    return able is not None and not able.spoken


def _places(work: Work, customer: Customer) -> list[Address]:
    """Groups before single addresses, since somebody reads along there."""
    groups, singles = [], []
    for identity in customer.identities:
        channel, _, what = identity.kind.partition(":")
        if channel in work.house.channels and what == "conversation":
            groups.append(Address(channel, identity.value))
        elif not what:
            singles += [
                Address(each, identity.value) for each in channels_of(channel) if _is_written(work, each)
            ]
    return [*groups, *singles]
