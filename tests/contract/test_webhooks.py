"""Webhooks, as every store keeps them."""

from dataclasses import replace
from datetime import timedelta

from bot.durable import OutboxItem, Purpose, Urgency
from bot.inbound import Address
from bot.outgoing import Document
from bot.ports import Store
from bot.webhooks.webhook import WEBHOOK, Webhook

from tests.contract.builders import LEASE, T0, after, put

HOOK = Webhook("wh_1", "https://a.example/hooks", "whsec_AA==", ("ticket.opened",), T0, "mei")
WHOLE = replace(
    HOOK,
    id="wh_0",
    customer="acme",
    disabled_at=after(hours=1),
    disabled_for="gone",
    old_secret="whsec_BB==",
    old_until=after(days=1),
    failing_since=T0,
    failed_at=after(minutes=5),
)


async def test_they_are_kept_whole_and_by_id(store: Store) -> None:
    assert await store.read(lambda tx: tx.webhooks.all()) == ()
    await put(store, lambda tx: tx.webhooks.save(HOOK), lambda tx: tx.webhooks.save(WHOLE))
    assert await store.read(lambda tx: tx.webhooks.all()) == (WHOLE, HOOK)
    assert await store.read(lambda tx: tx.webhooks.get("wh_0")) == WHOLE
    assert await store.read(lambda tx: tx.webhooks.get("wh_2")) is None


async def test_one_is_replaced_and_removed(store: Store) -> None:
    await put(store, lambda tx: tx.webhooks.save(HOOK), lambda tx: tx.webhooks.save(WHOLE))
    await put(store, lambda tx: tx.webhooks.save(replace(HOOK, url="https://b.example/")))
    await put(store, lambda tx: tx.webhooks.remove("wh_0"), lambda tx: tx.webhooks.remove("wh_9"))
    (left,) = await store.read(lambda tx: tx.webhooks.all())
    assert left.url == "https://b.example/"


def document(key: str, webhook: str = "wh_1") -> OutboxItem:
    message = Document(key, Address(WEBHOOK, webhook), '{"text":"🎫 \\u0000"}')
    return OutboxItem(key, Purpose.WEBHOOK, Urgency.WEBHOOK, message, T0, T0)


async def test_what_waits_for_one_is_due_again_at_once(store: Store) -> None:
    """As if it had not been tried; what somebody holds, and what waits for others, stays as it is."""
    await put(store, *(lambda tx, k=k, w=w: tx.outbox.add(document(k, w)) for k, w in KEYS))
    first, second, other = await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE))
    assert first.item == document("a")
    later = after(hours=2)
    await put(
        store,
        lambda tx: tx.outbox.postpone(first, later, uncertain=True, attempts=4),
        lambda tx: tx.outbox.postpone(other, later, uncertain=False, attempts=4),
    )
    now = T0 + timedelta(seconds=5)
    await put(store, lambda tx: tx.outbox.hasten_to(Address(WEBHOOK, "wh_1"), now))
    (again,) = await store.claim(lambda tx: tx.outbox.claim(now, 10, LEASE))
    assert (again.item.key, again.attempts, again.uncertain) == ("a", 0, True)
    await put(store, lambda tx: tx.outbox.postpone(second, later, uncertain=False, attempts=1))


KEYS = (("a", "wh_1"), ("b", "wh_1"), ("c", "wh_2"))
