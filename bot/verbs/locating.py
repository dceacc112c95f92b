"""Which ticket a command means."""

from difflib import get_close_matches

from bot.errors import Refused
from bot.inbound import Address
from bot.tickets.absorbed import followed
from bot.tickets.ticket import Ticket
from bot.verbs.request import Request
from bot.work import Work


async def located(work: Work, request: Request) -> Ticket:
    """The ticket named, or of the message replied to, or of this room, or the only one it can be."""
    if request.said.tickets:
        return await existing(work, request, request.said.tickets[0])
    return await here(work, request) or await _only_one(work, request)


async def here(work: Work, request: Request) -> Ticket | None:
    """The ticket of the message replied to or of the incident's room. A merged one goes on in another."""
    item = request.item
    number = await work.linked(item.at, item.reply_to) if item.reply_to is not None else None
    if number is None:
        number = await _room(work, item.at)
    return await followed(work, await work.tx.tickets.get(number)) if number is not None else None


async def _room(work: Work, at: Address) -> int | None:
    """The ticket whose room this is: the topic, or the whole conversation."""
    topic = await work.tx.messages.ticket_of(at, at.room_key)
    return topic if topic is not None or not at.thread else await work.tx.messages.ticket_of(at, "")


async def _only_one(work: Work, request: Request) -> Ticket:
    """In a customer's conversation one of its tickets is meant, the asker's own before others; elsewhere the
    asker's own."""
    at = request.item.at
    found = await work.tx.tickets.of_conversation(at.channel, at.conversation)
    active = [ticket for ticket in found if ticket.is_active]
    own = [ticket for ticket in active if ticket.assignee == request.me.id]
    candidates = own or active or list(await work.tx.tickets.assigned(request.me.id))
    if len(candidates) == 1:
        return candidates[0]
    raise Refused("no_ticket_here", verb=request.said.verb.name)


async def existing(work: Work, request: Request, number: int) -> Ticket:
    """Raises Refused("unknown_ticket") with the ticket that was probably meant."""
    try:
        return await work.tx.tickets.get(number)
    except Refused as refused:
        near = await _likely(work, request, number) or refused.words["near"]
        raise Refused("unknown_ticket", ticket=f"T-{number}", near=near) from None


async def _likely(work: Work, request: Request, number: int) -> str:
    """One of the asker's own tickets before any other open one; swapped digits before other slips."""
    last = await work.tx.tickets.last_paged(request.me.id)
    own = [*(await work.tx.tickets.assigned(request.me.id)), *([last] if last else [])]
    for tickets in (own, await work.tx.tickets.active()):
        known = [str(each.number) for each in tickets]
        swapped = [each for each in known if sorted(each) == sorted(str(number))]
        matches = swapped or get_close_matches(str(number), known, n=1, cutoff=0.6)
        if matches:
            return f"T-{matches[0]}"
    return ""
