"""Workers on one store: who is alive, what a silent one held is given free, and whose turn it is."""

import asyncio
from datetime import timedelta

import pytest
from bot.durable import Worker
from bot.engine.presence import BEAT, LAPSE, Alone, Presence, Turn
from bot.errors import LeaseLost
from bot.play.clock import VirtualClock
from bot.ports import Store

from tests.contract.builders import LEASE, T0, item, put, timer
from tests.contract.places import Place


def present(store: Store, clock: VirtualClock, name: str, *turns: Turn) -> Presence:
    me = Worker(name, "all", "1.0", store.knows, clock.now(), clock.now())
    return Presence(store, clock, me, turns, asyncio.Event().set)


async def names(store: Store) -> list[str]:
    return [each.id for each in await store.read(lambda tx: tx.workers.all())]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(T0)


async def test_workers_know_of_each_other_and_of_who_left(
    store: Store, place: Place, clock: VirtualClock
) -> None:
    other = await place.open()
    one, two = present(store, clock, "one"), present(other, clock, "two")
    await one.begin()
    await two.begin()
    assert await names(store) == ["one", "two"]
    await one.leave()
    assert await names(other) == ["two"]


async def test_what_a_silent_worker_held_goes_on_elsewhere(
    store: Store, place: Place, clock: VirtualClock
) -> None:
    """Long before its leases end; and what it still writes when it wakes up again is refused."""
    other = await place.open()
    paused, awake = present(store, clock, "worker-1"), present(other, clock, "worker-2")
    await paused.begin()
    await awake.begin()
    await put(store, lambda tx: tx.timers.set(timer()), lambda tx: tx.outbox.add(item()))
    [held] = await store.claim(lambda tx: tx.timers.claim(T0, 9, timedelta(hours=1)))
    [leaving] = await store.claim(lambda tx: tx.outbox.claim(T0, 9, timedelta(hours=1)))
    clock.advance(LAPSE - BEAT)
    await awake.begin()
    assert await other.claim(lambda tx: tx.timers.claim(clock.now(), 9, LEASE)) == ()
    clock.advance(BEAT)
    await awake.begin()
    [again] = await other.claim(lambda tx: tx.timers.claim(clock.now(), 9, LEASE))
    assert again.timer == held.timer
    assert not await store.write(lambda tx: tx.timers.take(held))
    with pytest.raises(LeaseLost):
        await put(store, lambda tx: tx.outbox.postpone(leaving, T0, uncertain=False, attempts=1))
    await paused.begin()
    assert await names(other) == ["worker-1", "worker-2"]


async def test_a_duty_is_one_worker_s_at_a_time(store: Store, place: Place, clock: VirtualClock) -> None:
    other = await place.open()
    mine, theirs = Turn("telegram"), Turn("telegram")
    one, two = present(store, clock, "one", mine), present(other, clock, "two", theirs)
    await one.begin()
    await two.begin()
    assert (mine.mine, theirs.mine) == (True, False)
    for _ in range(5):
        clock.advance(BEAT)
        await two.begin()
        await one.begin()
        assert (mine.mine, theirs.mine) == (True, False)
    await one.leave()
    await two.begin()
    assert (mine.mine, theirs.mine) == (False, True)


async def test_a_duty_is_taken_over_within_ten_seconds(
    store: Store, place: Place, clock: VirtualClock
) -> None:
    """Whoever held it finds that out at its first beat afterwards."""
    other = await place.open()
    mine, theirs = Turn("telegram"), Turn("telegram")
    one, two = present(store, clock, "one", mine), present(other, clock, "two", theirs)
    await one.begin()
    started = clock.now()
    while not theirs.mine:
        await two.begin()
        clock.advance(BEAT)
    assert clock.now() - started <= timedelta(seconds=10)
    await one.begin()
    assert (mine.mine, theirs.mine) == (False, True)


async def test_whoever_cannot_reach_the_store_gives_up_its_duty_in_time(
    store: Store, clock: VirtualClock
) -> None:
    """Before anybody else may have taken it."""
    mine = Turn("telegram")
    one = present(store, clock, "one", mine)
    await one.begin()
    await store.close()
    clock.advance(LAPSE - BEAT)
    await one.begin()
    assert mine.mine
    clock.advance(BEAT)
    await one.begin()
    assert not mine.mine


async def test_a_turn_is_waited_for_and_its_end_too() -> None:
    turn = Turn("telegram")
    taken = asyncio.create_task(turn.taken())
    await turn.lost()
    turn.settle(mine=True)
    await asyncio.wait_for(taken, 5)
    lost = asyncio.create_task(turn.lost())
    turn.settle(mine=False)
    await asyncio.wait_for(lost, 5)


async def test_who_is_alone_has_every_turn() -> None:
    turn = Turn("telegram")
    alone = Alone([turn])
    await alone.begin()
    assert turn.mine
    await alone.leave()
