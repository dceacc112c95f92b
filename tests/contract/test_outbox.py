"""The outbox: what is in it is sent, once as far as anybody can tell, and not after it was withdrawn."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

import pytest
from bot.durable import ClaimedItem, OutboxItem, Purpose, Urgency
from bot.errors import LeaseLost
from bot.inbound import Address
from bot.outgoing import Edit, Invite, OpenRoom, Outgoing, Pin, Receipt
from bot.ports import Store

from tests.contract.builders import GROUP, LEASE, T0, after, item, post, put, saving
from tests.contract.places import Place

RECEIPT = Receipt(GROUP, "17.9")


async def add(store: Store, *items: OutboxItem) -> None:
    await put(store, *(lambda tx, each=each: tx.outbox.add(each) for each in items))


async def claim(store: Store, now: datetime = T0, limit: int = 100) -> tuple[ClaimedItem, ...]:
    return await store.claim(lambda tx: tx.outbox.claim(now, limit, LEASE))


async def claim_one(store: Store, now: datetime = T0) -> ClaimedItem:
    [claimed] = await claim(store, now)
    return claimed


async def sending(store: Store, claimed: ClaimedItem, letter: str = "") -> bool:
    return await store.write(lambda tx: tx.outbox.sending(claimed, letter or claimed.item.key))


async def sent(store: Store, claimed: ClaimedItem) -> None:
    await put(store, lambda tx: tx.outbox.sent(claimed, RECEIPT, T0))


async def postpone(store: Store, claimed: ClaimedItem, until: datetime, *, uncertain: bool = False) -> None:
    tries = claimed.attempts + 1
    await put(store, lambda tx: tx.outbox.postpone(claimed, until, uncertain=uncertain, attempts=tries))


async def withdraw(store: Store, *purposes: Purpose) -> None:
    await put(store, lambda tx: tx.outbox.withdraw(1, purposes))


def keys(claimed: tuple[ClaimedItem, ...]) -> list[str]:
    return [each.item.key for each in claimed]


def card(text: str, **given: object) -> OutboxItem:
    edit = Edit("card:1", GROUP, "17.2", text)
    return item("card:1", edit, purpose=Purpose.CARD, urgency=Urgency.CARD, **given)


MESSAGES: list[Outgoing] = [
    post("k", "黑屏 🎫"),
    Edit("k", Address("telegram", "-100", "7"), "44", "text"),
    OpenRoom("k", "slack", "inc-t-1", "T-1 · P0", ("U1", "U2")),
    Invite("k", GROUP, ("U1",)),
    Pin("k", GROUP, "17.1"),
]


@pytest.mark.parametrize("sent_message", MESSAGES, ids=lambda each: type(each).__name__)
async def test_an_item_comes_back_as_it_was(store: Store, sent_message: Outgoing) -> None:
    kept = item("k", sent_message, created_at=after(seconds=-9), ticket=None)
    await add(store, kept)
    claimed = await claim_one(store)
    assert (claimed.item, claimed.attempts, claimed.uncertain) == (kept, 0, False)


async def test_the_same_key_again_changes_nothing(store: Store) -> None:
    await add(store, item("a", post("a", "first")))
    await add(store, item("a", post("a", "second"), due_at=after(hours=1)))
    first = await claim_one(store)
    assert first.item.message == post("a", "first")
    await sent(store, first)
    await add(store, item("a", post("a", "third")))
    assert await claim(store, after(days=1)) == ()
    assert await store.next_due() is None


async def test_due_items_are_claimed_the_most_urgent_first_then_the_earliest(store: Store) -> None:
    await add(
        store,
        item("update", urgency=Urgency.UPDATE, due_at=after(hours=-1)),
        item("later page", due_at=after(seconds=-1)),
        item("page", due_at=after(seconds=-2)),
        item("critical", urgency=Urgency.CRITICAL_PAGE),
        item("future", urgency=Urgency.CRITICAL_PAGE, due_at=after(seconds=1)),
    )
    assert keys(await claim(store, limit=3)) == ["critical", "page", "later page"]
    assert keys(await claim(store)) == ["update"]


async def test_an_item_is_claimed_once_whoever_asks(store: Store, place: Place) -> None:
    other = await place.open()
    await add(store, *(item(f"i{number:03}") for number in range(100)))
    shares = await asyncio.gather(*(claim(each, limit=7) for each in [store, other] * 20))
    assert sorted(key for share in shares for key in keys(share)) == [f"i{n:03}" for n in range(100)]


async def test_what_was_sent_never_leaves_again(store: Store) -> None:
    await add(store, item())
    claimed = await claim_one(store)
    assert await sending(store, claimed)
    await sent(store, claimed)
    assert await claim(store, after(days=9)) == ()
    assert not await sending(store, claimed)


async def test_what_is_dead_never_leaves(store: Store) -> None:
    await add(store, item())
    claimed = await claim_one(store)
    await put(store, lambda tx: tx.outbox.dead(claimed, "blocked", T0))
    assert await claim(store, after(days=9)) == ()


async def test_an_item_whose_lease_ran_out_on_its_way_may_have_arrived(store: Store) -> None:
    await add(store, item("a"), item("b"))
    for each in await claim(store):
        assert await sending(store, each, letter="a")
    again = await claim(store, T0 + LEASE)
    assert [(each.uncertain, each.letter) for each in again] == [(True, "a"), (True, "a")]


async def test_an_item_whose_lease_ran_out_before_it_left_is_certain(store: Store) -> None:
    await add(store, item())
    await claim(store)
    again = await claim_one(store, T0 + LEASE)
    assert (again.uncertain, again.letter) == (False, "")


async def test_a_holder_who_lost_the_lease_can_neither_send_nor_settle(store: Store) -> None:
    await add(store, item())
    first = await claim_one(store)
    second = await claim_one(store, T0 + LEASE)
    assert not await sending(store, first)
    with pytest.raises(LeaseLost):
        await sent(store, first)
    with pytest.raises(LeaseLost):
        await put(store, lambda tx: tx.outbox.dead(first, "blocked", T0))
    with pytest.raises(LeaseLost):
        await postpone(store, first, after(hours=1))
    assert await sending(store, second)
    assert (await claim_one(store, T0 + LEASE * 2)).item == second.item


async def test_a_postponed_item_comes_back_then(store: Store) -> None:
    await add(store, item())
    claimed = await claim_one(store)
    await postpone(store, claimed, after(minutes=1))
    assert not await sending(store, claimed)
    assert await claim(store, after(seconds=59)) == ()
    assert await store.next_due() == after(minutes=1)
    again = await claim_one(store, after(minutes=1))
    assert (again.item, again.attempts, again.uncertain) == (claimed.item, 1, False)


async def test_a_postponed_item_that_may_have_arrived_says_so(store: Store) -> None:
    await add(store, item())
    claimed = await claim_one(store)
    await sending(store, claimed, letter="page:9")
    await postpone(store, claimed, T0, uncertain=True)
    again = await claim_one(store)
    assert (again.uncertain, again.letter) == (True, "page:9")
    await postpone(store, again, T0, uncertain=False)
    assert not (await claim_one(store)).uncertain


async def test_withdrawn_items_do_not_leave(store: Store) -> None:
    others = [item("b", ticket=2), item("c", purpose=Purpose.UPDATE)]
    await add(store, item("a"), *others)
    claimed = await claim(store)
    await withdraw(store, Purpose.PAGE, Purpose.ROOM)
    assert [await sending(store, each) for each in claimed] == [False, True, True]
    assert keys(await claim(store, T0 + LEASE)) == ["b", "c"]


async def test_an_item_withdrawn_on_its_way_is_still_recorded_as_sent(store: Store) -> None:
    """It had left; whoever answers the page must find its ticket."""
    await add(store, item())
    claimed = await claim_one(store)
    assert await sending(store, claimed)
    await withdraw(store, Purpose.PAGE)
    await sent(store, claimed)
    assert await claim(store, T0 + LEASE) == ()
    assert await store.next_due() is None


async def test_of_a_card_only_the_newest_words_are_sent(store: Store) -> None:
    await add(store, card("old"), card("newer", due_at=T0), card("newest", language="en"))
    assert (await claim_one(store)).item == card("newest", language="en")


async def test_newer_words_reach_a_card_that_was_sent_before(store: Store) -> None:
    await add(store, card("old"))
    await sent(store, await claim_one(store))
    await add(store, card("new", due_at=after(minutes=1), created_at=after(minutes=1)))
    assert await claim(store) == ()
    claimed = await claim_one(store, after(minutes=1))
    assert (claimed.item.message, claimed.attempts) == (card("new").message, 0)


async def test_newer_words_win_while_the_old_ones_are_on_their_way(store: Store) -> None:
    """They wait until the old ones have arrived: two edits at once may overtake each other."""
    await add(store, card("old"))
    old = await claim_one(store)
    assert await sending(store, old)
    await add(store, card("new", due_at=after(seconds=1)))
    assert await claim(store, after(seconds=1)) == ()
    await sent(store, old)
    new = await claim_one(store, after(seconds=1))
    assert (new.item.message, new.uncertain) == (card("new").message, False)
    await sent(store, new)
    assert await claim(store, after(days=1)) == ()


async def test_newer_words_are_tried_even_if_the_old_ones_died(store: Store) -> None:
    await add(store, card("far too long"))
    old = await claim_one(store)
    await add(store, card("short"))
    await put(store, lambda tx: tx.outbox.dead(old, "too long", T0))
    new = await claim_one(store)
    assert new.item.message == card("short").message
    await put(store, lambda tx: tx.outbox.dead(new, "gone", T0))
    assert await claim(store, after(days=1)) == ()
    await add(store, card("back again"))
    assert (await claim_one(store)).item.message == card("back again").message


async def test_newer_words_do_not_shorten_a_wait(store: Store) -> None:
    """The platform asked for it."""
    await add(store, card("old"))
    await postpone(store, await claim_one(store), after(minutes=1))
    await add(store, card("new"))
    assert await claim(store, after(seconds=59)) == ()
    assert (await claim_one(store, after(minutes=1))).item.message == card("new").message


async def test_newer_words_survive_a_lease_that_ran_out(store: Store) -> None:
    await add(store, card("old"))
    old = await claim_one(store)
    await sending(store, old)
    await add(store, card("new"))
    again = await claim_one(store, T0 + LEASE)
    assert again.item.message == card("new").message
    with pytest.raises(LeaseLost):
        await sent(store, old)
    await sent(store, again)
    assert await claim(store, after(days=1)) == ()


async def test_a_lease_lost_undoes_the_whole_unit_and_nobody_elses(store: Store) -> None:
    """What follows from a delivery must not happen twice; those who share the commit are none the worse."""
    await add(store, item("a"), item("b"))
    [old, _] = await claim(store)
    [new, good] = await claim(store, T0 + LEASE)

    def arrived(claimed: ClaimedItem, number: int) -> Awaitable[None]:
        return put(store, saving(number), lambda tx: tx.outbox.sent(claimed, RECEIPT, T0))

    told = await asyncio.gather(arrived(old, 1), arrived(good, 2), arrived(new, 3), return_exceptions=True)
    assert [type(each) for each in told] == [LeaseLost, type(None), type(None)]
    assert sorted(each.number for each in await store.read(lambda tx: tx.tickets.active())) == [2, 3]


async def test_a_conversation_is_served_by_one_worker_at_a_time(store: Store, place: Place) -> None:
    """What is said there keeps its order, and what is more urgent may still overtake."""
    other, elsewhere = await place.open(), Address("slack", "C2")
    await add(store, item("first"), item("second"))
    await add(store, item("there", post("there", at=elsewhere)))
    assert keys(await claim(store, limit=1)) == ["first"]
    assert keys(await claim(other)) == ["there"]
    assert keys(await claim(store)) == ["second"]
    await add(store, item("urgent", urgency=Urgency.CRITICAL_PAGE))
    assert keys(await claim(other)) == []
    assert keys(await claim(store)) == ["urgent"]


async def test_a_lease_that_ran_out_frees_its_conversation(store: Store, place: Place) -> None:
    other = await place.open()
    await add(store, item("first"), item("second"))
    await claim(store, limit=1)
    assert keys(await claim(other, T0 + LEASE)) == ["first", "second"]


async def test_next_due_counts_waiting_items_and_leases_only(store: Store) -> None:
    await add(store, item("a", due_at=after(hours=2)), item("b", due_at=after(hours=1)))
    assert await store.next_due() == after(hours=1)
    claimed = await claim_one(store, after(hours=1))
    assert await store.next_due() == after(hours=1) + LEASE
    await sent(store, claimed)
    assert await store.next_due() == after(hours=2)
    await withdraw(store, Purpose.PAGE)
    assert await store.next_due() is None


async def test_what_a_dead_worker_held_is_anybodys(store: Store, place: Place) -> None:
    other = await place.open("other")
    await add(store, item("left"), item("held"), item("waits", due_at=after(minutes=1)))
    left, held = await claim(store)
    await sending(store, left)
    await put(other, lambda tx: tx.workers.remove("worker-1"))
    with pytest.raises(LeaseLost):
        await sent(store, held)
    assert [(each.item.key, each.uncertain) for each in await claim(other)] == [
        ("left", True),
        ("held", False),
    ]


async def test_readdressing_leaves_what_was_sent(store: Store) -> None:
    await add(store, item())
    await sent(store, await claim_one(store))
    await put(store, lambda tx: tx.outbox.readdress("slack", "C1", "C2"))
    assert await claim(store, T0 + timedelta(days=1)) == ()


async def test_an_item_is_found_whatever_became_of_it(store: Store) -> None:
    assert await store.read(lambda tx: tx.outbox.find("page:1")) is None
    await put(store, lambda tx: tx.outbox.add(item()))
    assert await store.read(lambda tx: tx.outbox.find("page:1")) == item()
    (claimed,) = await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE))
    await put(store, lambda tx: tx.outbox.dead(claimed, "gone", T0))
    assert await store.read(lambda tx: tx.outbox.find("page:1")) == item()


async def test_what_waits_for_a_place_is_due_when_one_is_free(store: Store) -> None:
    """What failed, what is another channel's and what is held keep their time."""
    await add(store, item("page:1"), item("page:2"))
    first, second = await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE))
    until = after(minutes=5)
    await put(store, lambda tx: tx.outbox.postpone(first, until, uncertain=False, attempts=0))
    await put(store, lambda tx: tx.outbox.postpone(second, until, uncertain=False, attempts=1))
    await put(store, lambda tx: tx.outbox.hasten("sms", T0))
    assert await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE)) == ()
    await put(store, lambda tx: tx.outbox.hasten(GROUP.channel, T0))
    (due,) = await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE))
    assert due.item.key == first.item.key
    await put(store, lambda tx: tx.outbox.hasten(GROUP.channel, T0))
    assert await store.claim(lambda tx: tx.outbox.claim(T0, 10, LEASE)) == ()
