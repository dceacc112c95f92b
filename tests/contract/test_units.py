"""Units of work: all or nothing each, told after the commit, unseen before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
from bot.errors import Refused, StoreError
from bot.inbound import Address
from bot.ports import Store, Transaction
from bot.tickets.ticket import Ticket

from tests.contract.builders import T0, event, put, saving, ticket, timer
from tests.contract.places import Place
from tests.contract.test_telephone import CALL


class Mistake(Exception):
    """A bug in a use case."""


async def numbers(store: Store) -> list[int]:
    """The tickets that exist, as a reader sees them."""
    found = await store.read(lambda tx: tx.tickets.active(limit=1000))
    return sorted(each.number for each in found)


async def open_one(tx: Transaction, number: int) -> int:
    tx.tickets.save(ticket(number))
    tx.events.add(event(number))
    return number


async def test_a_unit_gives_its_result(store: Store) -> None:
    assert await store.write(lambda tx: open_one(tx, 7)) == 7
    assert await numbers(store) == [7]


async def test_a_unit_sees_what_it_wrote(store: Store) -> None:
    async def unit(tx: Transaction) -> Ticket:
        tx.tickets.save(ticket(1, title="before"))
        tx.tickets.save(ticket(1, title="after"))
        return await tx.tickets.get(1)

    assert (await store.write(unit)).title == "after"


async def test_a_unit_sees_what_units_before_it_wrote(store: Store) -> None:
    """Also those it shares a commit with: two engineers acknowledge at once, and one is told no."""

    async def take(tx: Transaction, engineer: str) -> str | None:
        before = await tx.tickets.get(1)
        if before.assignee is None:
            tx.tickets.save(ticket(1, assignee=engineer))
        return before.assignee

    await put(store, lambda tx: tx.tickets.save(ticket(1)))
    units = [partial(take, engineer=name) for name in ("mei", "lea", "sam")]
    assert await asyncio.gather(*map(store.write, units)) == [None, "mei", "mei"]


async def test_nothing_is_lost_between_looking_and_writing(store: Store) -> None:
    """However many look at the same before anybody has written."""

    async def count(tx: Transaction) -> int:
        seen = await tx.tickets.get(1)
        tx.tickets.save(replace(seen, round=seen.round + 1))
        return seen.round

    await put(store, saving(1))
    assert sorted(await asyncio.gather(*(store.write(count) for _ in range(100)))) == list(range(100))
    assert (await store.read(lambda tx: tx.tickets.get(1))).round == 100


async def test_nothing_is_lost_of_a_ticket_that_is_found_by_its_call(store: Store) -> None:
    """Who has it is written by one and not by the other, and only one looks it up by its number."""

    async def take(tx: Transaction) -> None:
        tx.tickets.save(replace(await tx.tickets.get(1), assignee="mei"))

    async def hear(tx: Transaction) -> None:
        found = await tx.calls.around("CA1")
        assert found is not None
        tx.tickets.save(replace(found[1], language="zh"))

    await put(store, saving(1), lambda tx: tx.calls.save(CALL))
    await asyncio.gather(store.write(take), store.write(hear))
    ticket = await store.read(lambda tx: tx.tickets.get(1))
    assert (ticket.assignee, ticket.language) == ("mei", "zh")


async def test_what_is_there_once_is_made_once(store: Store) -> None:
    """Two messages of one customer that come at the same moment open one ticket."""

    async def open_or_join(tx: Transaction, number: int, place: str) -> int:
        there = await tx.tickets.of_conversation("slack", place)
        if not there:
            tx.tickets.save(ticket(number, home=Address("slack", place)))
        return there[0].number if there else number

    units = [partial(open_or_join, number=number, place=f"C{number % 7}") for number in range(1, 141)]
    joined = await asyncio.gather(*map(store.write, units))
    assert len(set(joined)) == 7
    assert sorted(set(joined)) == await numbers(store)


async def test_a_refusal_counts_only_if_its_reason_still_holds(store: Store) -> None:
    """The ticket asked for is opened by a unit that came just before."""

    async def ask(tx: Transaction) -> str:
        return (await tx.tickets.get(1)).title

    told = await asyncio.gather(
        store.write(ask), put(store, saving(1, title="here")), store.write(ask), return_exceptions=True
    )
    assert isinstance(told[0], Refused)
    assert told[2] == "here"


async def test_a_question_no_store_understands_fails_its_own_unit_alone(store: Store) -> None:
    async def ask(tx: Transaction, number: int) -> int:
        tickets = await tx.tickets.opened_between(T0, T0)
        return len(tickets) if number < 9 else (await tx.tickets.get(2**70)).number

    async def ask_at_once(tx: Transaction, number: int) -> int:
        return (await tx.tickets.get(number)).number

    await put(store, saving(1))
    units = [partial(ask, number=1), partial(ask_at_once, number=2**70), partial(ask_at_once, number=1)]
    told = await asyncio.gather(*map(store.write, units), return_exceptions=True)
    assert [told[0], type(told[1]), told[2]] == [0, StoreError, 1]


@asynccontextmanager
async def held_up(store: Store) -> AsyncIterator[None]:
    """More pages are at their reading than there are connections, and none gets on meanwhile."""
    begun, over = asyncio.Event(), asyncio.Event()

    async def look(tx: Transaction) -> None:
        await tx.tickets.find(1)
        begun.set()
        await over.wait()

    pages = [asyncio.create_task(store.read(look)) for _ in range(5)]
    await begun.wait()
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*pages)


async def test_a_glance_waits_for_no_page_and_sees_the_newest(store: Store) -> None:
    await put(store, saving(1))
    async with held_up(store), asyncio.timeout(30):
        for title in ("one", "two"):
            await put(store, saving(1, title=title))
            assert (await store.glance(lambda tx: tx.tickets.get(1))).title == title
            assert await store.next_due() is None
        await put(store, lambda tx: tx.timers.set(timer()))
        glance = store.glance(lambda tx: tx.tickets.get(1))
        found, due = await asyncio.gather(glance, store.next_due())
        assert (found.title, due) == ("two", timer().due_at)


async def test_what_a_glance_writes_is_lost(store: Store) -> None:
    await store.glance(lambda tx: open_one(tx, 1))
    assert await numbers(store) == []


async def test_nobody_sees_a_unit_before_it_is_committed(store: Store, place: Place) -> None:
    other = await place.open()

    async def unit(tx: Transaction) -> tuple[list[int], list[int]]:
        await open_one(tx, 1)
        await tx.tickets.get(1)
        return await numbers(store), await numbers(other)

    assert await store.write(unit) == ([], [])
    assert await numbers(other) == [1]


async def test_a_unit_that_raises_is_undone_wholly(store: Store) -> None:
    async def unit(tx: Transaction) -> None:
        await open_one(tx, 1)
        await tx.tickets.get(1)  # it has reached the store by now
        tx.timers.set(timer())
        raise Mistake

    with pytest.raises(Mistake):
        await store.write(unit)
    assert await numbers(store) == []
    assert await store.read(lambda tx: tx.events.of(1)) == ()
    assert await store.next_due() is None


async def test_a_unit_that_raises_is_undone_alone(store: Store) -> None:
    """Many wait together; every third fails, at once or after it wrote and looked."""

    async def unit(tx: Transaction, number: int) -> int:
        if number % 6 == 0:
            raise Mistake
        await open_one(tx, number)
        if number % 3 == 0:
            await tx.tickets.get(number)
            raise Refused("no_ticket_here")
        return number

    units = [partial(unit, number=number) for number in range(1, 301)]
    outcomes = await asyncio.gather(*map(store.write, units), return_exceptions=True)
    good = [number for number in range(1, 301) if number % 3]
    assert [each for each in outcomes if isinstance(each, int)] == good
    assert sum(isinstance(each, Mistake) for each in outcomes) == 50
    assert sum(isinstance(each, Refused) for each in outcomes) == 50
    assert await numbers(store) == good


async def test_a_value_no_store_can_hold_fails_its_own_unit_alone(store: Store) -> None:
    """It shows only when the writes arrive, after the use case is through."""
    too_large = 2**70
    outcomes = await asyncio.gather(
        put(store, lambda tx: tx.tickets.save(ticket(1))),
        put(store, lambda tx: tx.tickets.save(ticket(2)), lambda tx: tx.events.add(event(too_large))),
        put(store, lambda tx: tx.tickets.save(ticket(3))),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes] == [type(None), StoreError, type(None)]
    assert await numbers(store) == [1, 3]


async def test_a_unit_cannot_carry_on_after_a_statement_failed(store: Store) -> None:
    """Half of what it meant would be committed."""

    async def unit(tx: Transaction) -> None:
        tx.tickets.save(ticket(1))
        tx.events.add(event(2**70))
        try:
            await tx.tickets.get(1)
        except StoreError:
            tx.tickets.save(ticket(2))

    with pytest.raises(StoreError):
        await store.write(unit)
    assert await numbers(store) == []


async def test_what_a_reader_writes_is_lost(store: Store) -> None:
    async def unit(tx: Transaction) -> None:
        tx.tickets.save(ticket(1))
        await tx.tickets.active()

    await store.read(unit)
    assert await numbers(store) == []


async def test_a_reader_keeps_one_view(store: Store) -> None:
    async def twice(tx: Transaction) -> tuple[int, int]:
        first = await tx.tickets.active()
        await put(store, lambda tx: tx.tickets.save(ticket(2)))
        return len(first), len(await tx.tickets.active())

    await put(store, lambda tx: tx.tickets.save(ticket(1)))
    assert await store.read(twice) == (1, 1)
    assert await numbers(store) == [1, 2]


async def test_a_reader_that_fails_or_is_cancelled_leaves_nothing_behind(store: Store) -> None:
    looking = asyncio.Event()

    async def stuck(tx: Transaction) -> None:
        await tx.tickets.active()
        looking.set()
        await asyncio.Event().wait()

    async def failing(tx: Transaction) -> None:
        await tx.tickets.active()
        raise Mistake

    reading = asyncio.create_task(store.read(stuck))
    await asyncio.wait_for(looking.wait(), 5)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    with pytest.raises(Mistake):
        await store.read(failing)
    await put(store, lambda tx: tx.tickets.save(ticket(1)))
    assert await numbers(store) == [1]


async def test_a_caller_who_goes_away_takes_nobody_along(store: Store) -> None:
    gone = asyncio.create_task(store.write(lambda tx: open_one(tx, 1)))
    stays = asyncio.create_task(store.write(lambda tx: open_one(tx, 2)))
    await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=0)
    gone.cancel()
    assert await stays == 2
    assert 2 in await numbers(store)


async def test_a_number_is_given_once(store: Store) -> None:
    async def take(tx: Transaction, caller: int) -> int:
        number = await tx.tickets.next_number()
        tx.tickets.save(ticket(number))
        if caller % 4 == 0:
            raise Mistake
        return number

    units = [partial(take, caller=caller) for caller in range(200)]
    given = await asyncio.gather(*map(store.write, units), return_exceptions=True)
    kept = [each for each in given if isinstance(each, int)]
    assert len(set(kept)) == len(kept) == 150
    assert await numbers(store) == sorted(kept)


async def test_a_number_is_given_once_among_processes_and_restarts(store: Store, place: Place) -> None:
    other = await place.open()

    async def take(tx: Transaction) -> int:
        number = await tx.tickets.next_number()
        tx.tickets.save(ticket(number))
        return number

    given = [await each.write(take) for each in (store, other, other, store, store, other)]
    await store.close()
    given.append(await (await place.open()).write(take))
    assert len(set(given)) == 7


async def test_what_was_committed_is_there_after_a_restart(store: Store, place: Place) -> None:
    await put(store, lambda tx: tx.tickets.save(ticket(1)), lambda tx: tx.timers.set(timer()))
    due = await store.next_due()
    await store.close()
    again = await place.open()
    assert await numbers(again) == [1]
    assert await again.next_due() == due


async def test_closing_finishes_what_is_under_way(store: Store, place: Place) -> None:
    units = [partial(open_one, number=number) for number in range(1, 200)]
    writing = [asyncio.create_task(store.write(unit)) for unit in units]
    await asyncio.wait(writing, timeout=0)
    await store.close()
    assert await asyncio.gather(*writing) == list(range(1, 200))
    assert await numbers(await place.open()) == list(range(1, 200))


async def test_closing_twice_is_closing_once(store: Store) -> None:
    await store.close()
    await store.close()


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreError):
        await store.write(lambda tx: open_one(tx, 1))
    with pytest.raises(StoreError):
        await store.read(lambda tx: tx.tickets.active())
    with pytest.raises(StoreError):
        await store.next_due()
