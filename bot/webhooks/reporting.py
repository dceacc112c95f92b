"""Telling webhooks what a unit of work has put on record, in the same transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.durable import OutboxItem, Purpose, Urgency
from bot.inbound import Address
from bot.outgoing import Document
from bot.ports import Transaction
from bot.tickets.ticket import Event
from bot.webhooks.events import Published, published
from bot.webhooks.payload import payload
from bot.webhooks.webhook import WEBHOOK, Webhook, fresh_key
from bot.work import House, Work

T = TypeVar("T")


async def done(house: House, tx: Transaction, now: datetime, unit: Callable[[Work], Awaitable[T]]) -> T:
    """The unit's result. Everything that works on tickets runs in here, so that nothing is on record of
    which a webhook does not hear."""
    work = house.at(tx, now)
    result = await unit(work)
    for event in work.recorded:
        what = published(event)
        receivers = house.webhooks.to(what.type) if what else ()
        if what is not None and receivers:
            await _report(work, event, what, receivers)
    return result


async def _report(work: Work, event: Event, what: Published, receivers: tuple[Webhook, ...]) -> None:
    """The ticket is asked for once its changes are noted, so it is told as it then stands."""
    ticket = await work.tx.tickets.find(event.ticket)
    if ticket is None:
        return
    for webhook in receivers:
        if webhook.concerns(ticket.customer):
            work.tx.outbox.add(_item(work, webhook, event, payload(webhook, what, event, ticket)))


def _item(work: Work, webhook: Webhook, event: Event, body: str) -> OutboxItem:
    message = Document(fresh_key(), Address(WEBHOOK, webhook.id), body)
    return OutboxItem(
        message.key, Purpose.WEBHOOK, Urgency.WEBHOOK, message, work.now, work.now, ticket=event.ticket
    )
