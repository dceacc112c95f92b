"""What waits for a human: kept whole on the ledger with the reason, told of when it waits long, and released
or rejected by somebody."""

from dataclasses import replace
from datetime import timedelta

from bot.customers.customer import Customer, by_mail
from bot.durable import Timer, TimerKind, Urgency
from bot.errors import Refused
from bot.escalation.paging import roster
from bot.escalation.policy import audience
from bot.inbound import MessagePosted, Person, Unreadable
from bot.intake.entries import entry_of
from bot.intake.ledger import Entry, Outcome
from bot.intake.opening import open_ticket
from bot.intake.receive import append
from bot.tickets.absorbed import followed
from bot.tickets.ticket import Ticket
from bot.work import Work, shortened

WAITS, AGAIN = timedelta(minutes=30), timedelta(hours=2)
"""How long it may wait before whoever is on call is told, and how long until they are told again."""


def unreadable(work: Work, item: Unreadable) -> None:
    """Kept raw with the reason, so that a human can look."""
    person = Person(item.at.channel, "")
    message = MessagePosted(item.event_key, item.at, "", person, item.raw, item.received_at)
    quarantine(work, message, item.reason, None)


def quarantine(work: Work, item: MessagePosted, reason: str, beside: int | None) -> None:
    """Onto the ledger, `beside` a ticket perhaps; somebody must look at it before long."""
    work.tx.ledger.add(entry_of(work, item, Outcome.QUARANTINED, reason, beside))
    _set(work, item.at.channel, item.event_key, WAITS)


def _set(work: Work, channel: str, event_key: str, within: timedelta) -> None:
    data = {"channel": channel, "event_key": event_key}
    work.tx.timers.set(Timer(_key(channel, event_key), TimerKind.QUARANTINE, 0, work.now + within, data))


def _key(channel: str, event_key: str) -> str:
    return f"quarantine:{channel}:{event_key}"


async def remind(work: Work, channel: str, event_key: str) -> None:
    """It has waited long: whoever is on call is told, again and again until somebody decides."""
    entry = await work.tx.ledger.get(channel, event_key)
    if entry is None or entry.outcome is not Outcome.QUARANTINED:
        return
    words = {
        "place": f"{channel}:{entry.conversation}",
        "waited": work.now - entry.received_at,
        "reason": entry.reason,
        "text": shortened(entry.text),
    }
    work.tell_desk(None, "nudge.waiting_in_quarantine", **words)
    who = await roster(work, work.policy.teams[0].schedule, None)
    on_duty = tuple(dict.fromkeys(engineer for duty in who.duties for engineer in duty.engineers[:1]))
    people = on_duty or audience(("awake", "everyone"), who)
    for engineer in (each for name in people if (each := work.policy.engineer(name))):
        text = work.to_engineer(engineer).say("nudge.waiting_in_quarantine", **words)
        work.notify(engineer, None, text, Urgency.PAGE, work.first_way(engineer))
    _set(work, channel, event_key, AGAIN)


async def release(work: Work, channel: str, event_key: str, by: str, into: int | None = None) -> Ticket:
    """It is a customer's message after all: into a ticket (for a merged one, where that goes on), or one of
    its own, with its original time. Raises Refused when it does not wait (any more)."""
    entry, item = await _waiting(work, channel, event_key)
    if into is None:
        customer = await _customer_of(work, item)
        ticket = await open_ticket(work, item, customer, forced_by=by)
    else:
        ticket = await followed(work, await work.tx.tickets.get(into))
        await append(work, item, ticket, joined=False)
    reason = f"released by {by}; was: {entry.reason}"
    _settle(work, replace(entry, outcome=Outcome.PROMOTED, reason=reason, ticket=ticket.number))
    return ticket


async def reject(work: Work, channel: str, event_key: str, by: str, why: str) -> Entry:
    """It needs nobody. It stays on the ledger. Raises Refused when it does not wait (any more)."""
    entry, _ = await _waiting(work, channel, event_key)
    reason = f"rejected by {by}{f': {why}' if why else ''}; was: {entry.reason}"
    rejected = replace(entry, outcome=Outcome.REJECTED, reason=reason)
    _settle(work, rejected)
    return rejected


async def _waiting(work: Work, channel: str, event_key: str) -> tuple[Entry, MessagePosted]:
    entry = await work.tx.ledger.get(channel, event_key)
    if entry is None or entry.outcome is not Outcome.QUARANTINED or entry.item is None:
        raise Refused("not_in_quarantine")
    return entry, entry.item


async def _customer_of(work: Work, item: MessagePosted) -> Customer | None:
    if item.formal is not None:
        return await work.tx.customers.find(by_mail(item.author.id))
    return (await work.tx.ledger.surroundings(item, work.now)).customer


def _settle(work: Work, entry: Entry) -> None:
    work.tx.ledger.add(entry)
    work.tx.timers.cancel(_key(entry.channel, entry.event_key))
