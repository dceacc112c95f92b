"""Timers: claimed by one, under a lease, and fired only by whoever still holds them."""

import asyncio
from datetime import datetime, timedelta

import pytest
from bot.durable import ClaimedTimer, Timer, TimerKind
from bot.errors import LeaseLost
from bot.ports import Store, Transaction

from tests.contract.builders import LEASE, T0, after, put, ticket, timer
from tests.contract.places import Place


async def claim(store: Store, now: datetime = T0, limit: int = 100) -> tuple[ClaimedTimer, ...]:
    return await store.claim(lambda tx: tx.timers.claim(now, limit, LEASE))


async def take(store: Store, claimed: ClaimedTimer) -> bool:
    return await store.write(lambda tx: tx.timers.take(claimed))


async def set_all(store: Store, *timers: Timer) -> None:
    await put(store, *(lambda tx, each=each: tx.timers.set(each) for each in timers))


def keys(claimed: tuple[ClaimedTimer, ...]) -> list[str]:
    return [each.timer.key for each in claimed]


async def test_a_timer_comes_back_as_it_was_set(store: Store) -> None:
    rung = timer("rung:1", kind=TimerKind.RUNG, data={"engineer": "mei", "rung": 1, "name": "梅"})
    await set_all(store, rung)
    [claimed] = await claim(store)
    assert (claimed.timer, claimed.attempts) == (rung, 0)


async def test_only_what_is_due_is_claimed_the_earliest_first(store: Store) -> None:
    late, early = timer("late", after(seconds=-1)), timer("early", after(seconds=-2))
    future = timer("future", T0 + timedelta(microseconds=1))
    await set_all(store, timer("now"), late, early, future)
    assert keys(await claim(store, limit=2)) == ["early", "late"]
    assert keys(await claim(store)) == ["now"]
    assert keys(await claim(store)) == []


async def test_a_timer_is_claimed_once_whoever_asks(store: Store, place: Place) -> None:
    other = await place.open()
    await set_all(store, *(timer(f"t{number:03}") for number in range(100)))
    shares = await asyncio.gather(*(claim(each, limit=7) for each in [store, other] * 20))
    everything = [key for share in shares for key in keys(share)]
    assert sorted(everything) == [f"t{number:03}" for number in range(100)]


async def test_a_taken_timer_is_gone(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)
    assert await take(store, claimed)
    assert not await take(store, claimed)
    assert await claim(store, after(days=1)) == ()
    assert await store.next_due() is None


async def test_many_are_taken_at_once_but_for_those_that_are_gone(store: Store) -> None:
    await set_all(store, *(timer(f"t{number}") for number in range(3)))
    first, second, third = await claim(store)
    assert await take(store, second)
    taken = await store.write(lambda tx: tx.timers.take_all((first, second, third)))
    assert keys(taken) == ["t0", "t2"]
    assert await store.write(lambda tx: tx.timers.take_all(taken)) == ()
    assert await claim(store, after(days=1)) == ()


async def test_a_timer_taken_by_a_unit_that_fails_is_still_there(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)

    async def fire_badly(tx: Transaction) -> None:
        assert await tx.timers.take(claimed)
        raise RuntimeError

    await asyncio.gather(store.write(fire_badly), return_exceptions=True)
    assert await take(store, claimed)


async def test_a_lease_that_ran_out_is_somebody_elses(store: Store) -> None:
    await set_all(store, timer())
    [first] = await claim(store)
    assert await claim(store, T0 + LEASE - timedelta(microseconds=1)) == ()
    [second] = await claim(store, T0 + LEASE)
    assert second.timer == first.timer
    assert not await take(store, first)
    assert await take(store, second)


async def test_a_late_holder_may_still_fire_what_nobody_else_took(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)
    assert await take(store, claimed)


async def test_a_replaced_timer_cannot_be_taken_and_its_lease_falls_away(store: Store) -> None:
    await set_all(store, timer())
    [old] = await claim(store)
    await set_all(store, timer(due_at=after(seconds=-5), ticket=2))
    assert not await take(store, old)
    [new] = await claim(store)
    assert new.timer == timer(due_at=after(seconds=-5), ticket=2)


async def test_a_timer_set_again_for_later_is_not_due_now(store: Store) -> None:
    await set_all(store, timer())
    await claim(store)
    await set_all(store, timer(due_at=after(hours=1)))
    assert await claim(store, T0 + LEASE) == ()
    assert await store.next_due() == after(hours=1)


async def test_a_cancelled_timer_cannot_be_taken(store: Store) -> None:
    await set_all(store, timer("a"), timer("b"))
    claimed = await claim(store)
    await put(store, lambda tx: tx.timers.cancel("a"), lambda tx: tx.timers.cancel("unknown"))
    assert [await take(store, each) for each in claimed] == [False, True]


async def test_cancelling_a_tickets_timers_leaves_other_kinds_and_tickets(store: Store) -> None:
    kinds = {"a": TimerKind.ESCALATE, "b": TimerKind.RUNG, "c": TimerKind.CLOCK}
    await set_all(store, *(timer(key, kind=kind) for key, kind in kinds.items()), timer("d", ticket=2))
    await put(store, lambda tx: tx.timers.cancel_all(1, (TimerKind.ESCALATE, TimerKind.RUNG)))
    assert keys(await claim(store)) == ["c", "d"]


async def test_a_postponed_timer_comes_back_with_its_failure_on_record(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)
    await put(store, lambda tx: tx.timers.postpone(claimed, after(minutes=5)))
    assert not await take(store, claimed)
    assert await claim(store, after(minutes=4)) == ()
    assert await store.next_due() == after(minutes=5)
    [again] = await claim(store, after(minutes=5))
    assert (again.timer, again.attempts) == (timer(), 1)


async def test_postponing_what_was_replaced_changes_nothing(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)
    await set_all(store, timer(due_at=after(seconds=-1)))
    with pytest.raises(LeaseLost):
        await put(store, lambda tx: tx.timers.postpone(claimed, after(minutes=5)))
    [again] = await claim(store)
    assert again.attempts == 0


async def test_a_timer_set_again_starts_without_failures(store: Store) -> None:
    await set_all(store, timer())
    [claimed] = await claim(store)
    await put(store, lambda tx: tx.timers.postpone(claimed, T0))
    await set_all(store, timer())
    [again] = await claim(store)
    assert again.attempts == 0


async def test_next_due_is_the_next_timer_or_the_end_of_a_lease(store: Store) -> None:
    assert await store.next_due() is None
    await set_all(store, timer("a"), timer("b", after(hours=1)))
    assert await store.next_due() == T0
    await claim(store)
    assert await store.next_due() == T0 + LEASE


async def test_next_due_sees_what_was_just_committed_while_somebody_reads(store: Store) -> None:
    """A long report must not make the engine sleep through a page."""

    async def report(tx: Transaction) -> datetime | None:
        await tx.tickets.active()
        await set_all(store, timer())
        return await store.next_due()

    assert await store.read(report) == T0


async def test_what_a_dead_worker_held_is_anybodys(store: Store, place: Place) -> None:
    other = await place.open("other")
    await set_all(store, timer("a"), timer("b"), timer("future", after(hours=1)))
    [old, *_] = await claim(store)
    assert await claim(other) == ()
    await put(other, lambda tx: tx.workers.remove("worker-1"))
    assert not await take(store, old)
    assert keys(await claim(other)) == ["a", "b"]


async def test_a_timer_taken_by_somebody_else_meanwhile_undoes_what_it_did(store: Store) -> None:
    """Also when the lease is lost between looking and writing."""
    await set_all(store, timer())
    [old] = await claim(store)

    async def nothing() -> None:
        """Whoever waits for anything but the store is not run ahead."""

    async def fire(tx: Transaction) -> None:
        await asyncio.wait([asyncio.create_task(nothing())])
        assert await tx.timers.take(old)
        tx.tickets.save(ticket(1))
        await asyncio.wait([asyncio.ensure_future(store.claim(_claim_again))])
        await tx.tickets.active()

    async def _claim_again(tx: Transaction) -> None:
        await tx.timers.claim(T0 + LEASE, 9, LEASE)

    if type(store).__name__ == "SqliteStore":
        pytest.skip("SQLite has one writer: nobody can come between")
    with pytest.raises(LeaseLost):
        await store.write(fire)
    assert await store.read(lambda tx: tx.tickets.active()) == ()
