"""Making, changing and removing webhooks, for the command line, the API and the console."""

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.durable import Usage
from bot.errors import Refused
from bot.inbound import Address
from bot.outgoing import Document
from bot.policy import WebhooksPolicy
from bot.ports import Lookup, Transaction
from bot.webhooks.events import TYPES
from bot.webhooks.payload import trial_payload
from bot.webhooks.places import checked, host_of
from bot.webhooks.webhook import ANY, WEBHOOK, Webhook, fresh_id, fresh_key, fresh_secret

OF_THE_DESK, OF_A_CUSTOMER = 100, 20
"""Webhooks at most, also disabled ones: of the desk's own, and of each customer's. What happens is written
down for each, in the same transaction."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A webhook as somebody asks for it; no `events` means all of them. `by`: an engineer's id, or who ran
    the command."""

    url: str
    by: str
    events: tuple[str, ...] = ()
    customer: str | None = None


async def look(url: str, lookup: Lookup, policy: WebhooksPolicy) -> None:
    """Whether a webhook may lead there. Not in a transaction: names are asked for on the network. Raises
    Refused: "webhook_url", "webhook_scheme", "webhook_unknown_host" or "webhook_private"."""
    host = host_of(url, policy)
    checked(host, await lookup.addresses(host), policy)


async def add(tx: Transaction, wish: Wish, now: datetime) -> Webhook:
    """The new webhook; `look` came before. Nobody is shown its secret later. Raises Refused:
    "webhook_event", "unknown_customer" or "webhook_too_many"."""
    for name in wish.events:
        _check_event(name)
    if wish.customer is not None and await tx.customers.get(wish.customer) is None:
        raise Refused("unknown_customer", given=wish.customer, near="")
    most = OF_THE_DESK if wish.customer is None else OF_A_CUSTOMER
    if sum(each.customer == wish.customer for each in await tx.webhooks.all()) >= most:
        raise Refused("webhook_too_many", most=most)
    events = tuple(dict.fromkeys(wish.events)) or (ANY,)
    made = Webhook(fresh_id(), wish.url, fresh_secret(), events, now, wish.by, wish.customer)
    tx.webhooks.save(made)
    return made


async def listed(tx: Transaction, customer: str | None = None) -> tuple[Webhook, ...]:
    """Every webhook, or every one of a customer, the oldest first."""
    every = await tx.webhooks.all()
    found = [each for each in every if customer is None or each.customer == customer]
    return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))


async def get(tx: Transaction, webhook_id: str) -> Webhook:
    """Raises Refused("unknown_webhook")."""
    found = await tx.webhooks.get(webhook_id)
    if found is None:
        near = get_close_matches(webhook_id, [each.id for each in await tx.webhooks.all()], n=1)
        raise Refused("unknown_webhook", given=webhook_id, near=near[0] if near else "")
    return found


async def remove(tx: Transaction, webhook_id: str) -> Webhook:
    """What it was; what still waits for it is dropped. Raises Refused("unknown_webhook")."""
    found = await get(tx, webhook_id)
    tx.webhooks.remove(found.id)
    return found


async def enable(tx: Transaction, webhook_id: str, now: datetime) -> Webhook:
    """It is sent to again, at once and in order, what waits for it first. Also for one that only fails.
    Raises Refused("unknown_webhook")."""
    after = (await get(tx, webhook_id)).enabled()
    tx.webhooks.save(after)
    place = Address(WEBHOOK, after.id)
    tx.limits.save(str(place), Usage())
    tx.outbox.hasten_to(place, now)
    return after


async def rotate(tx: Transaction, webhook_id: str, now: datetime) -> Webhook:
    """With a fresh secret; the one before signs beside it for a day. Raises Refused("unknown_webhook")."""
    after = (await get(tx, webhook_id)).rotated(fresh_secret(), now)
    tx.webhooks.save(after)
    return after


def trial(webhook: Webhook, now: datetime) -> Document:
    """What is sent (by `bot.ports.Courier`) to see whether it arrives."""
    return Document(fresh_key(), Address(WEBHOOK, webhook.id), trial_payload(webhook, now))


def _check_event(name: str) -> None:
    if name != ANY and name not in TYPES:
        near = get_close_matches(name, TYPES, n=1)
        raise Refused("webhook_event", given=name, near=near[0] if near else "", known=", ".join(TYPES))
