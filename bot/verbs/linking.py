"""Whose conversation this is: linking it to a customer, and its tickets with it."""

from dataclasses import replace
from difflib import get_close_matches

from bot.customers.customer import Customer, conversation
from bot.errors import Refused
from bot.escalation.raising import change_priority
from bot.inbound import Address
from bot.tickets.lifecycle import keep
from bot.tickets.ticket import UNKNOWN, Ticket
from bot.verbs.locating import existing
from bot.verbs.request import Request
from bot.work import Work

AGREED = frozenset({"yes", "y", "1", "true", "是"})


async def link(work: Work, request: Request) -> str:
    """This conversation (or that of the ticket named) belongs to a customer from now on; what was opened
    there under *unknown* moves to it."""
    at, name = await _place(work, request), request.said.words.strip()
    if not name:
        raise Refused("nothing_said", usage=request.said.verb.usage)
    known, customer = await _customer(work, request, name)
    identities = tuple(dict.fromkeys((*customer.identities, conversation(at.channel, at.conversation))))
    work.tx.customers.save(replace(customer, identities=identities))
    there = await work.tx.tickets.of_conversation(at.channel, at.conversation)
    moved = [ticket for ticket in there if ticket.customer == UNKNOWN]
    for ticket in moved:
        await adopt(work, ticket, customer, request.me.id)
    key = "answer.linked" if known else "answer.linked_new"
    return request.voice.say(key, customer=customer.name, count=len(moved))


async def _place(work: Work, request: Request) -> Address:
    if request.said.tickets:
        return (await existing(work, request, request.said.tickets[0])).home
    item = request.item
    if item.private or work.is_ours(item.at) or item.at.conversation == item.author.id:
        raise Refused("not_in_a_group")
    return item.at


async def _customer(work: Work, request: Request, name: str) -> tuple[bool, Customer]:
    """Whether the customer is known already, and the customer. A name much like a known one makes a new
    customer only when that is said."""
    try:
        return True, await customer_named(work, name)
    except Refused as refused:
        if refused.words["near"] and request.said.options.get("new", "").casefold() not in AGREED:
            raise
    if _slug(name) == UNKNOWN:
        raise Refused("unknown_customer", given=name, near="")
    return False, Customer(_slug(name), name)


async def customer_named(work: Work, name: str) -> Customer:
    """By id or name. Raises Refused("unknown_customer") with the likely one."""
    found = await work.tx.customers.get(_slug(name))
    if found is not None:
        return found
    every = await work.tx.customers.all()
    same = next((each for each in every if each.name.casefold() == name.casefold()), None)
    if same is not None:
        return same
    names = {alias: each.id for each in every for alias in (each.id, each.name.casefold())}
    close = get_close_matches(name.casefold(), list(names), n=1, cutoff=0.7)
    raise Refused("unknown_customer", given=name, near=names[close[0]] if close else "")


def _slug(name: str) -> str:
    kept = "".join(char if char.isalnum() else "-" for char in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:40] or "customer"


async def adopt(work: Work, ticket: Ticket, customer: Customer, by: str) -> None:
    """The ticket is that customer's: in their language and zone from now on, and the least their tier was
    promised holds."""
    work.record(ticket.number, "linked", by, customer=customer.id)
    moved = replace(
        ticket,
        customer=customer.id,
        team=work.policy.team_for(customer.industry).name,
        language=customer.language or ticket.language,
        time_zone=customer.time_zone or ticket.time_zone,
    )
    keep(work, ticket, moved)
    floor = work.policy.triage.floor.get(customer.tier)
    if floor is not None and moved.is_active and floor.is_above(moved.priority):
        words = {"tier": customer.tier, "priority": floor.value}
        await change_priority(work, moved, floor, "desk", "triage.floor", words)
