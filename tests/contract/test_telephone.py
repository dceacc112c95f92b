"""Calls to the hotline, reports, reply codes, contacts and outages: alike on every store."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from bot.contacts.contact import Contact
from bot.customers.customer import Customer, Identity
from bot.durable import Outage
from bot.hotline.call import Call, Stage
from bot.inbound import Address
from bot.ports import Store, Transaction
from bot.telephone import Party

from tests.contract.builders import T0, after, put, saving, ticket
from tests.contract.places import Place
from tests.contract.test_values import TEXTS

CALL = Call(
    id="CA1",
    party=Party("+491701234567", "+4930555000", textable=True, doubtful=True),
    customer="acme",
    language="zh",
    ticket=1,
    stage=Stage.WAITING,
    began_at=T0,
    earlier=7,
    asked=1,
    rung=("mei", "jun"),
    rung_at=after(seconds=20),
    recordings=("RE1",),
    told=True,
    heard="CA1:x",
    last=3,
)


async def test_a_call_comes_back_as_it_was(store: Store) -> None:
    assert await store.read(lambda tx: tx.calls.get("CA1")) is None
    await put(store, lambda tx: tx.calls.save(CALL))
    assert await store.read(lambda tx: tx.calls.get("CA1")) == CALL
    ended = replace(CALL, stage=Stage.DONE, ended_at=after(minutes=1), taken_by="mei")
    await put(store, lambda tx: tx.calls.save(ended))
    assert await store.read(lambda tx: tx.calls.get("CA1")) == ended


async def test_a_call_with_its_ticket_and_whose_it_is(store: Store) -> None:
    await put(store, lambda tx: tx.calls.save(CALL))
    assert await store.read(lambda tx: tx.calls.around("CA1")) is None
    await put(store, saving(1, customer="acme"))
    assert await store.read(lambda tx: tx.calls.around("CA1")) == (CALL, ticket(1, customer="acme"), None)
    acme = Customer("acme", "Acme", identities=(Identity("phone", "+491701234567"),))
    await put(store, lambda tx: tx.customers.save(acme))
    assert await store.read(lambda tx: tx.calls.around("CA1")) == (CALL, ticket(1, customer="acme"), acme)
    assert await store.read(lambda tx: tx.calls.around("CA2")) is None


@pytest.mark.parametrize(
    "over",
    [
        replace(CALL, taken_by="mei"),
        replace(CALL, ended_at=T0),
        replace(CALL, stage=Stage.MESSAGE),
        replace(CALL, ticket=2),
    ],
)
async def test_who_still_waits_on_the_line(store: Store, over: Call) -> None:
    newer = replace(CALL, id="CA2", began_at=after(minutes=1))
    await put(store, lambda tx: tx.calls.save(CALL))
    await put(store, lambda tx: tx.calls.save(newer))
    assert await store.read(lambda tx: tx.calls.waiting(1)) == newer
    assert await store.read(lambda tx: tx.calls.waiting(3)) is None
    await put(store, lambda tx: tx.calls.save(replace(over, id="CA2")))
    assert await store.read(lambda tx: tx.calls.waiting(1)) == CALL


async def test_two_who_take_a_call_at_once(store: Store) -> None:
    """Both read that it is free; the second must see that it is not any more."""
    await put(store, lambda tx: tx.calls.save(CALL))

    def take(engineer: str):  # type: ignore[no-untyped-def]
        async def unit(tx: Transaction) -> bool:
            call = await tx.calls.get("CA1")
            assert call is not None
            if not call.is_waiting:
                return False
            tx.calls.save(replace(call, taken_by=engineer))
            return True

        return unit

    for number in range(10):
        await put(store, lambda tx: tx.calls.save(CALL))
        took = await asyncio.gather(*(store.write(take(f"e{number}-{each}")) for each in range(4)))
        assert sorted(took) == [False, False, False, True]


async def test_two_workers_who_take_a_call_at_once(store: Store, place: Place) -> None:
    """Each by its own connection; and the call may have come to another ticket meanwhile."""
    other = await place.open()

    async def take(tx: Transaction, engineer: str, ticket: int) -> bool:
        call = await tx.calls.waiting(1)
        if call is None:
            return False
        tx.calls.save(replace(call, taken_by=engineer, ticket=ticket))
        return True

    for _ in range(10):
        await put(store, lambda tx: tx.calls.save(CALL))
        units = [partial(take, engineer=f"e{number}", ticket=number % 2 + 1) for number in range(4)]
        doors = (store, other, store, other)
        took = await asyncio.gather(*(door.write(unit) for door, unit in zip(doors, units, strict=True)))
        assert sorted(took) == [False, False, False, True]
        call = await store.read(lambda tx: tx.calls.get("CA1"))
        assert call is not None
        assert call.taken_by == f"e{took.index(True)}"


@pytest.mark.parametrize("name", ["chinese", "emoji", "nul", "controls", "quotes", "empty", "spaces"])
async def test_any_text_comes_back_as_it_was(store: Store, name: str) -> None:
    """Also where it is part of a key: what providers call things is theirs."""
    text = TEXTS[name]
    call = replace(CALL, id=text, customer=text, rung=(text,), recordings=(text,), heard=text)
    at, contact, outage = Address(text, text), Contact(text, text, text, T0), Outage(text, T0, text)
    await put(
        store,
        lambda tx: tx.calls.save(call),
        lambda tx: tx.reports.save(text, 4),
        lambda tx: tx.reply_codes.set(at, 1, 12),
        lambda tx: tx.contacts.save(contact.confirmed(T0)),
        lambda tx: tx.outages.save(outage),
    )
    assert await store.read(lambda tx: tx.calls.get(text)) == call
    assert await store.read(lambda tx: tx.calls.waiting(1)) == call
    assert await store.read(lambda tx: tx.reports.last(text)) == 4
    assert dict(await store.read(lambda tx: tx.reply_codes.of(at))) == {1: 12}
    assert await store.read(lambda tx: tx.contacts.get(text, text)) == contact.confirmed(T0)
    assert await store.read(lambda tx: tx.contacts.confirmed()) == ((text, text),)
    assert await store.read(lambda tx: tx.outages.current(text)) == outage


async def test_reports_are_counted_by_message(store: Store) -> None:
    assert await store.read(lambda tx: tx.reports.last("page:1")) == -1
    await put(store, lambda tx: tx.reports.save("page:1", 2))
    await put(store, lambda tx: tx.reports.save("page:1", 5))
    assert await store.read(lambda tx: tx.reports.last("page:1")) == 5
    assert await store.read(lambda tx: tx.reports.last("page:2")) == -1


async def test_codes_belong_to_a_telephone(store: Store) -> None:
    mei, jun = Address("sms", "+491"), Address("sms", "+492")
    await put(store, lambda tx: tx.reply_codes.set(mei, 1, 12))
    await put(store, lambda tx: tx.reply_codes.set(mei, 2, 13))
    await put(store, lambda tx: tx.reply_codes.set(mei, 1, 14))
    assert dict(await store.read(lambda tx: tx.reply_codes.of(mei))) == {1: 14, 2: 13}
    assert dict(await store.read(lambda tx: tx.reply_codes.of(jun))) == {}


async def test_contacts_and_which_are_confirmed(store: Store) -> None:
    contact = Contact("phone", "+491").sending("123456", T0)
    assert await store.read(lambda tx: tx.contacts.get("phone", "+491")) is None
    await put(store, lambda tx: tx.contacts.save(contact))
    assert await store.read(lambda tx: tx.contacts.get("phone", "+491")) == contact
    assert await store.read(lambda tx: tx.contacts.confirmed()) == ()
    await put(store, lambda tx: tx.contacts.save(contact.tried().confirmed(after(minutes=1))))
    await put(store, lambda tx: tx.contacts.save(Contact("push", "topic", confirmed_at=T0)))
    assert await store.read(lambda tx: tx.contacts.confirmed()) == (("phone", "+491"), ("push", "topic"))


async def test_outages_until_they_are_over(store: Store) -> None:
    first = Outage("call", T0, "503")
    await put(store, lambda tx: tx.outages.save(first))
    assert await store.read(lambda tx: tx.outages.current("call")) == first
    assert await store.read(lambda tx: tx.outages.current("sms")) is None
    over = replace(first, ended_at=after(hours=1))
    await put(store, lambda tx: tx.outages.save(over))
    assert await store.read(lambda tx: tx.outages.current("call")) is None
    later = Outage("sms", after(hours=2), "no answer")
    await put(store, lambda tx: tx.outages.save(later))
    assert await store.read(lambda tx: tx.outages.since(T0)) == (over, later)
    assert await store.read(lambda tx: tx.outages.since(after(hours=1))) == (later,)
