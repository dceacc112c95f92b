"""What people write and when: everything comes back as it was."""

from datetime import UTC, datetime

import pytest
from bot.customers.customer import Customer, Identity
from bot.inbound import Address
from bot.ports import Store

from tests.contract.builders import GROUP, T0, entry, event, item, message, post, put, ticket, timer

TEXTS = {
    "chinese": "房间 42 黑屏，所有用户都进不去！",
    "emoji": "🎫 👩🏽‍💻 🏳️‍🌈 e\u0301 \u202ertl\u202c",
    "nul": "before\0after \0",
    "controls": "tab\t bell\x07 esc\x1b \r\n\x85\u2028\u2029 end",
    "quotes": """'; DROP TABLE tickets; -- "quoted" \\ %s :name {braces} """,
    "empty": "",
    "spaces": "  \n ",
    "large": "long 长 🎫\n" * 100_000,
}
ID_LENGTH = 500
"""Ids are looked for by index, and PostgreSQL's hold about 2,700 bytes. No platform's are longer than a few
hundred."""
INSTANTS = {
    "microseconds": datetime(2026, 3, 2, 13, 0, 0, 999_999, UTC),
    "before the epoch": datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC),
    "first": datetime(1, 1, 1, tzinfo=UTC),
    "last": datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_texts_come_back_as_they_were(store: Store, text: str) -> None:
    said = message(text=text)
    customer = Customer("acme", text, identities=(Identity("email", text[:ID_LENGTH]),))
    await put(
        store,
        lambda tx: tx.tickets.save(ticket(text=text, title=text)),
        lambda tx: tx.ledger.add(entry("e1", said)),
        lambda tx: tx.events.add(event(1, "note", text=text)),
        lambda tx: tx.outbox.add(item("a", post("a", text))),
        lambda tx: tx.timers.set(timer(data={"text": text})),
        lambda tx: tx.customers.save(customer),
    )
    assert await store.read(lambda tx: tx.tickets.get(1)) == ticket(text=text, title=text)
    assert await store.read(lambda tx: tx.ledger.find(GROUP, "m-e1")) == entry("e1", said)
    assert await store.read(lambda tx: tx.events.of(1)) == (event(1, "note", text=text),)
    [sent] = await store.write(lambda tx: tx.outbox.claim(T0, 9, INSTANTS["last"] - INSTANTS["last"]))
    assert sent.item.message == post("a", text)
    [fired] = await store.write(lambda tx: tx.timers.claim(T0, 9, INSTANTS["last"] - INSTANTS["last"]))
    assert fired.timer.data == {"text": text}
    assert await store.read(lambda tx: tx.customers.find(customer.identities)) == customer


@pytest.mark.parametrize("name", ["chinese", "emoji", "nul", "quotes"])
async def test_ids_may_be_any_text(store: Store, name: str) -> None:
    at = Address(TEXTS[name], TEXTS[name])
    await put(
        store,
        lambda tx: tx.messages.link(at, TEXTS[name], 1),
        lambda tx: tx.messages.migrate(at.channel, at.conversation, "new"),
    )
    new = Address(at.channel, "new")
    assert await store.read(lambda tx: tx.messages.ticket_of(new, TEXTS[name])) == 1


async def test_half_an_emoji_does_not_keep_its_message_out(store: Store) -> None:
    """JSON can say a lone surrogate, no UTF-8 can: it becomes U+FFFD, and the rest is kept."""
    broken, mended = "black \ud83d screen", "black \N{REPLACEMENT CHARACTER} screen"
    await put(
        store,
        lambda tx: tx.tickets.save(ticket(text=broken)),
        lambda tx: tx.ledger.add(entry("e1", message(text=broken))),
        lambda tx: tx.events.add(event(1, "note", text=broken)),
        lambda tx: tx.outbox.add(item("a", post("a", broken))),
    )
    assert await store.read(lambda tx: tx.tickets.get(1)) == ticket(text=mended)
    kept = entry("e1", message(text=mended))
    assert await store.read(lambda tx: tx.ledger.find(GROUP, "m-e1")) == kept
    assert await store.read(lambda tx: tx.events.of(1)) == (event(1, "note", text=mended),)
    [sent] = await store.write(lambda tx: tx.outbox.claim(T0, 9, T0 - T0))
    assert sent.item.message == post("a", mended)


@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS)
async def test_instants_come_back_to_the_microsecond(store: Store, instant: datetime) -> None:
    await put(
        store,
        lambda tx: tx.tickets.save(ticket(opened_at=instant, last_message_at=instant)),
        lambda tx: tx.ledger.add(entry("e1", message(sent_at=instant), received_at=instant)),
        lambda tx: tx.timers.set(timer(due_at=instant)),
    )
    assert (await store.read(lambda tx: tx.tickets.get(1))).opened_at == instant
    [kept] = await store.read(lambda tx: tx.ledger.since(instant))
    assert (kept.sent_at, kept.received_at) == (instant, instant)
    assert await store.next_due() == instant
    [fired] = await store.write(lambda tx: tx.timers.claim(instant, 9, instant - instant))
    assert fired.timer.due_at == instant
