"""What follows from a message's arrival, or from its not arriving."""

from dataclasses import replace

from bot.durable import ClaimedItem, Held, OutboxItem, Purpose, next_ring
from bot.errors import Gone, Unreachable
from bot.escalation.incident import room_opened, timeline_posted
from bot.escalation.outages import away, back
from bot.escalation.paging import next_way_now, way_is_gone
from bot.escalation.rerouting import reroute, tell_unreachable
from bot.inbound import Address
from bot.outgoing import Document, Post, Receipt
from bot.tickets.lifecycle import answered, keep
from bot.tickets.moving import move_home
from bot.tickets.ticket import Card, Ticket
from bot.webhooks.failing import gone, not_reached, reached
from bot.work import Work

FOR_LONG = frozenset({8, *range(60, 6000, 60)})
"""Tries after which somebody must know: some three minutes, and from then on about every hour."""


async def arrived(work: Work, claimed: ClaimedItem, receipt: Receipt) -> None:
    """The platform took it: remember which ticket the message belongs to, and what it was for."""
    item = claimed.item
    if item.ticket is not None and item.purpose in _CHANGES:
        ticket = await work.tx.tickets.get(item.ticket)
        after = await _changed(work, claimed, ticket, receipt)
        if after != ticket:
            keep(work, ticket, after)
    if item.ticket is not None and isinstance(item.message, Post) and receipt.message_id:
        work.link(receipt.at, receipt.message_id, item.ticket)
    match item.purpose:
        case Purpose.PAGE:
            if not _is_reported(work, receipt.at):
                work.tx.pages.delivered(item.key, work.now)
            await back(work, receipt.at.channel)
        case Purpose.WEBHOOK:
            await reached(work, receipt.at.conversation)
    work.tx.outbox.sent(claimed, receipt, work.now)


def _is_reported(work: Work, at: Address) -> bool:
    """That the provider took it says nothing yet; it reports later."""
    able = work.able(at.channel)
    return able is not None and able.reported


_CHANGES = frozenset({Purpose.RECEIPT, Purpose.WORDS, Purpose.PAGE, Purpose.ROOM, Purpose.ROOM_TIMELINE})


async def _changed(work: Work, claimed: ClaimedItem, ticket: Ticket, receipt: Receipt) -> Ticket:
    match claimed.item.purpose:
        case Purpose.RECEIPT if receipt.message_id:
            card = Card(receipt.at, receipt.message_id)
            return replace(ticket, card=card, root=ticket.root or receipt.message_id)
        case Purpose.WORDS:
            return answered(work, ticket, ticket.assignee or "desk")
        case Purpose.PAGE if ticket.first_page_at is None and not _is_reported(work, receipt.at):
            return replace(ticket, first_page_at=work.now)
        case Purpose.ROOM:
            await room_opened(work, ticket, receipt.at)
            return replace(ticket, room=receipt.at)
        case Purpose.ROOM_TIMELINE:
            timeline_posted(work, ticket, receipt.at, receipt.message_id)
            return replace(ticket, timeline=Card(receipt.at, receipt.message_id))
        case _:
            return ticket


async def put_off(work: Work, claimed: ClaimedItem, held: Held, reason: str) -> None:
    """It did not go now, and will be tried again."""
    if claimed.item.purpose is Purpose.WEBHOOK:
        if held is not Held.BEHIND:
            await not_reached(work, _receiver(claimed))
    elif claimed.attempts == 0:
        await _delayed(work, claimed, held, reason)
    elif claimed.attempts in FOR_LONG and held is not Held.BEHIND:
        await _waiting(work, claimed, reason)


async def _delayed(work: Work, claimed: ClaimedItem, held: Held, reason: str) -> None:
    """For the first time. A page also goes the next way at once. Who is called to a
    customer on the line is called later or not at all: meanwhile the next one is."""
    item = claimed.item
    if item.purpose is Purpose.RING and item.ticket is not None:
        work.tx.timers.set(next_ring(item.ticket, item.data["call"], work.now))
    ticket = await _paging(work, claimed)
    if ticket is not None:
        if held is Held.AWAY and isinstance(item.message, Post):
            await away(work, item.message.at.channel, reason)
            work.record(ticket.number, "page_held", item.data["engineer"], via=item.message.at.channel)
        await next_way_now(work, ticket, item.data["engineer"], item.data["round"])


async def _waiting(work: Work, claimed: ClaimedItem, reason: str) -> None:
    """A letter to a customer has been tried for long: something is wrong between us and the mail server, and
    nobody sees that who only reads chats. It goes on being tried."""
    item = claimed.item
    told = (Purpose.RECEIPT, Purpose.WORDS, Purpose.UPDATE)
    if item.ticket is None or item.purpose not in told or not isinstance(item.message, Post):
        return
    if not work.is_formal(item.message.at.channel):
        return
    ticket = await work.tx.tickets.get(item.ticket)
    place, waited = str(item.message.at), work.now - item.due_at
    work.tell_owner_and_desk(ticket, "nudge.not_sent", place=place, reason=reason, waited=waited)


async def given_up(work: Work, claimed: ClaimedItem, reason: str) -> None:
    """It has been tried often enough."""
    if claimed.item.purpose is Purpose.WEBHOOK:
        await not_reached(work, _receiver(claimed))
    await lost(work, claimed, Unreachable(reason))


async def lost(work: Work, claimed: ClaimedItem, error: Unreachable) -> None:
    """It never will arrive this way: on record; a page or notice finds another way, or other people."""
    item, reason = claimed.item, str(error)
    work.tx.outbox.dead(claimed, reason, work.now)
    if item.purpose is Purpose.WEBHOOK:
        if isinstance(error, Gone):
            await gone(work, _receiver(claimed))
        return  # a program missed something: that says nothing of the ticket
    if item.ticket is not None:
        work.record(item.ticket, "undeliverable", "desk", what=item.purpose.value, reason=reason)
    match item.purpose:
        case Purpose.PAGE:
            await _page_lost(work, claimed, reason)
        case Purpose.NOTICE:
            notice_lost(work, item)
        case Purpose.RING if item.ticket is not None:
            work.tx.timers.set(next_ring(item.ticket, item.data["call"], work.now))
        case Purpose.RECEIPT | Purpose.WORDS | Purpose.UPDATE if item.ticket is not None:
            await customer_lost(work, item, item.ticket, reason)


def _receiver(claimed: ClaimedItem) -> str:
    """The webhook it is for."""
    message = claimed.item.message
    return message.at.conversation if isinstance(message, Document) else ""


async def _page_lost(work: Work, claimed: ClaimedItem, reason: str) -> None:
    item = claimed.item
    work.tx.pages.failed(item.key, reason, work.now)
    ticket = await _paging(work, claimed)
    if ticket is not None:
        await way_is_gone(work, ticket, item.data["engineer"], item.data["round"])


async def _paging(work: Work, claimed: ClaimedItem) -> Ticket | None:
    """The ticket a page is about; None for everything else."""
    item = claimed.item
    if item.purpose is not Purpose.PAGE or item.ticket is None:
        return None
    return await work.tx.tickets.get(item.ticket)


def notice_lost(work: Work, item: OutboxItem) -> None:
    """An engineer's notice goes the next way; one to a whole conversation has no other."""
    engineer = work.policy.engineer(item.data.get("engineer", ""))
    if engineer is None or not isinstance(item.message, Post):
        return
    ways = work.written_ways(engineer)
    tried = next((place for place, way in enumerate(ways) if way[0] == item.data["rung"]), len(ways))
    way = next(iter(ways[tried + 1 :]), None)
    work.notify(engineer, item.ticket, item.message.text, item.urgency, way)


async def customer_lost(work: Work, item: OutboxItem, number: int, reason: str) -> None:
    """What a customer's address refuses goes to their next place; in a conversation, an update more or less
    is no cause for alarm, but their first receipt and human words are."""
    ticket = await work.tx.tickets.get(number)
    message = item.message
    if not (isinstance(message, Post) and work.is_singular(message.at.channel)):
        if item.purpose is not Purpose.UPDATE:
            tell_unreachable(work, ticket, reason)
        return
    work.tx.dead_addresses.mark(message.at, reason, work.now)
    if ticket.lives_in(message.at):
        await reroute(work, ticket, reason, lost=message.text)


async def moved(work: Work, claimed: ClaimedItem, old: Address, new: str) -> None:
    """The conversation has a new id: everything of the old one goes there, this message too."""
    await move_home(work, old.channel, old.conversation, new)
    work.tx.outbox.postpone(claimed, work.now, uncertain=False, attempts=claimed.attempts)
