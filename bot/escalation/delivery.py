"""What follows from a message's arrival, or from its not arriving."""

from dataclasses import replace

from bot.durable import ClaimedItem, Purpose
from bot.errors import Refused
from bot.escalation.incident import room_opened, timeline_posted
from bot.escalation.paging import next_way_now
from bot.inbound import Address
from bot.outgoing import Post, Receipt
from bot.tickets.lifecycle import answered, keep, move_home
from bot.tickets.ticket import Card, Ticket
from bot.work import Work


async def arrived(work: Work, claimed: ClaimedItem, receipt: Receipt) -> None:
    """The platform took it: remember which ticket the message belongs to, and what it was for."""
    item = claimed.item
    work.tx.outbox.sent(claimed, receipt, work.now)
    if item.purpose is Purpose.PAGE:
        work.tx.pages.delivered(item.key, work.now)
    if item.ticket is None:
        return
    if isinstance(item.message, Post) and receipt.message_id:
        work.tx.messages.link(receipt.at, receipt.message_id, item.ticket)
    if item.purpose in _CHANGES:
        ticket = await work.tx.tickets.get(item.ticket)
        after = await _changed(work, claimed, ticket, receipt)
        if after != ticket:
            keep(work, ticket, after)


_CHANGES = frozenset({Purpose.RECEIPT, Purpose.WORDS, Purpose.PAGE, Purpose.ROOM, Purpose.ROOM_TIMELINE})


async def _changed(work: Work, claimed: ClaimedItem, ticket: Ticket, receipt: Receipt) -> Ticket:
    match claimed.item.purpose:
        case Purpose.RECEIPT if receipt.message_id:
            return replace(ticket, card=Card(receipt.at, receipt.message_id))
        case Purpose.WORDS:
            return answered(work, ticket, ticket.assignee or "desk")
        case Purpose.PAGE if ticket.first_page_at is None:
            return replace(ticket, first_page_at=work.now)
        case Purpose.ROOM:
            await room_opened(work, ticket, receipt.at)
            return replace(ticket, room=receipt.at)
        case Purpose.ROOM_TIMELINE:
            timeline_posted(work, ticket, receipt.at, receipt.message_id)
            return replace(ticket, timeline=Card(receipt.at, receipt.message_id))
        case _:
            return ticket


async def delayed(work: Work, claimed: ClaimedItem, reason: str) -> None:
    """It did not go now and will be tried again; a page also goes the next way at once."""
    await _page_missed(work, claimed, reason, gone=False)


async def lost(work: Work, claimed: ClaimedItem, reason: str) -> None:
    """It never will arrive this way: on record, and a page finds another way or other people."""
    work.tx.outbox.dead(claimed, reason, work.now)
    if claimed.item.ticket is not None:
        work.record(
            claimed.item.ticket, "undeliverable", "desk", what=claimed.item.purpose.value, reason=reason
        )
    await _page_missed(work, claimed, reason, gone=True)


async def _page_missed(work: Work, claimed: ClaimedItem, reason: str, *, gone: bool) -> None:
    item = claimed.item
    if item.purpose is not Purpose.PAGE or item.ticket is None:
        return
    if gone:
        work.tx.pages.failed(item.key, reason, work.now)
    try:
        ticket = await work.tx.tickets.get(item.ticket)
    except Refused:
        return
    await next_way_now(work, ticket, item.data["engineer"], item.data["round"], gone=gone)


async def moved(work: Work, claimed: ClaimedItem, old: Address, new: str) -> None:
    """The conversation has a new id: everything of the old one goes there, this message too."""
    await move_home(work, old.channel, old.conversation, new)
    work.tx.outbox.postpone(claimed, work.now, uncertain=False, attempts=claimed.attempts)
