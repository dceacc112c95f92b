"""How far sources have been read, the desk's own secrets, dead addresses, and what waits in quarantine."""

from dataclasses import replace

from bot.inbound import Address
from bot.intake.ledger import Outcome
from bot.ports import Store

from tests.contract.builders import GROUP, T0, after, entry, put, ticket


async def test_a_bookmark_is_where_it_was_put_last(store: Store) -> None:
    assert await store.read(lambda tx: tx.bookmarks.get("imap")) is None
    await put(store, lambda tx: tx.bookmarks.set("imap", "7:1"))
    await put(store, lambda tx: tx.bookmarks.set("imap", "7:2"))
    assert await store.read(lambda tx: tx.bookmarks.get("imap")) == "7:2"
    assert await store.read(lambda tx: tx.bookmarks.get("other")) is None


async def test_a_secret_is_made_once(store: Store) -> None:
    assert await store.write(lambda tx: tx.secrets.kept("signing", "aa")) == "aa"
    assert await store.write(lambda tx: tx.secrets.kept("signing", "bb")) == "aa"
    assert await store.write(lambda tx: tx.secrets.kept("other", "bb")) == "bb"


async def test_an_address_is_dead_until_somebody_writes_from_it(store: Store) -> None:
    dana = Address("email", "dana@acme.example")
    await put(store, lambda tx: tx.dead_addresses.mark(dana, "550 no such user", T0))
    assert await store.read(lambda tx: tx.dead_addresses.reason(dana)) == "550 no such user"
    assert await store.read(lambda tx: tx.dead_addresses.reason(GROUP)) is None
    await put(store, lambda tx: tx.dead_addresses.mark(dana, "5.1.1", T0))
    assert await store.read(lambda tx: tx.dead_addresses.reason(dana)) == "5.1.1"
    await put(store, lambda tx: tx.dead_addresses.clear(dana))
    assert await store.read(lambda tx: tx.dead_addresses.reason(dana)) is None


async def test_what_waits_the_longest_first(store: Store) -> None:
    late = replace(entry("e1", outcome=Outcome.QUARANTINED), received_at=after(minutes=5))
    early = entry("e2", outcome=Outcome.QUARANTINED)
    await put(store, *(lambda tx, each=each: tx.ledger.add(each) for each in (late, early, entry("e3"))))
    assert await store.read(lambda tx: tx.ledger.quarantined()) == (early, late)
    assert await store.read(lambda tx: tx.ledger.waiting()) == 2
    assert await store.read(lambda tx: tx.ledger.quarantined(limit=1)) == (early,)
    await put(store, lambda tx: tx.ledger.add(replace(early, outcome=Outcome.REJECTED)))
    assert await store.read(lambda tx: tx.ledger.quarantined()) == (late,)


async def test_an_entry_by_its_key(store: Store) -> None:
    await put(store, lambda tx: tx.ledger.add(entry("e1")))
    assert await store.read(lambda tx: tx.ledger.get("slack", "e1")) == entry("e1")
    assert await store.read(lambda tx: tx.ledger.get("email", "e1")) is None


async def test_tickets_of_several_messages_in_their_order(store: Store) -> None:
    pairs = (("m1", 1), ("m2", 2), ("m3", 1))
    await put(store, *(lambda tx, m=m, n=n: tx.messages.link(GROUP, m, n) for m, n in pairs))
    asked = ("m9", "m2", "m1", "m3")
    assert await store.read(lambda tx: tx.messages.tickets_of(GROUP, asked)) == (2, 1)
    assert await store.read(lambda tx: tx.messages.tickets_of(GROUP, ())) == ()


async def test_finding_a_ticket_that_may_not_be_there(store: Store) -> None:
    await put(store, lambda tx: tx.tickets.save(ticket(7)))
    assert await store.read(lambda tx: tx.tickets.find(7)) == ticket(7)
    assert await store.read(lambda tx: tx.tickets.find(8)) is None
