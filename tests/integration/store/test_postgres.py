"""PostgreSQL itself: what becomes of a group whose connection ends, who is told that something is due, and
who waits for whom."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from bot.errors import StoreAway, StoreError
from bot.ports import Store, Transaction
from storage.postgres.database import WRITERS
from storage.postgres.store import PostgresStore, open_store

from tests.contract.builders import LEASE, T0, event, put, saving, timer
from tests.contract.places import PostgresHome

LATE = 20.0


@pytest.fixture
async def home(postgres_server: str) -> AsyncIterator[PostgresHome]:
    home = await PostgresHome.made(postgres_server)
    yield home
    await home.remove()


@pytest.fixture
async def store(home: PostgresHome) -> AsyncIterator[PostgresStore]:
    store = await open_store(home.url, worker="one")
    yield store
    await store.close()


@pytest.fixture
async def admin(home: PostgresHome) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(home.url)
    yield connection
    await connection.close()


async def end_all_others(admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    """As a restart of the server would."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608


async def numbers(store: Store) -> list[int]:
    return sorted(each.number for each in await store.read(lambda tx: tx.tickets.active(limit=1000)))


async def test_a_connection_that_ends_in_the_middle_fails_its_group_and_the_next_one_goes_on(
    store: PostgresStore, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Above all nothing of the group is committed by itself on a new connection."""

    async def struck(tx: Transaction) -> None:
        tx.events.add(event(1))
        await tx.events.of(1)  # it looks at what it wrote, so it is run alone, within the transaction
        await end_all_others(admin)
        tx.events.add(event(1))
        await tx.events.of(1)

    told = await asyncio.gather(
        put(store, saving(1)), store.write(struck), put(store, saving(2)), return_exceptions=True
    )
    assert [type(each) for each in told] == [StoreAway] * 3
    await put(store, saving(3))
    assert await numbers(store) == [3]
    assert await store.read(lambda tx: tx.events.of(1)) == ()


async def test_every_way_to_the_store_recovers(
    store: PostgresStore, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await put(store, saving(1), lambda tx: tx.timers.set(timer()))
    await store.claim(lambda tx: tx.timers.claim(T0, 9, LEASE))
    assert await numbers(store) == [1]
    await end_all_others(admin)

    async def ask() -> tuple[object, ...]:
        claim = store.claim(lambda tx: tx.timers.claim(T0 + LEASE, 9, LEASE))
        return await asyncio.gather(store.next_due(), claim, numbers(store), return_exceptions=True)

    answers = await ask()
    if any(isinstance(each, StoreError) for each in answers):
        assert all(isinstance(each, StoreAway) for each in answers if isinstance(each, Exception))
        answers = await ask()
    assert not any(isinstance(each, Exception) for each in answers)


@pytest.mark.slow
async def test_a_worker_that_is_paused_with_the_lock_does_not_hold_up_the_others_for_long(
    store: PostgresStore, home: PostgresHome
) -> None:
    """Its session is ended by the server, and it finds that out when it wakes up."""
    other, woken = await open_store(home.url, worker="two"), asyncio.Event()

    async def paused(tx: Transaction) -> None:
        tx.events.add(event(1))
        await tx.events.of(1)
        await asyncio.wait_for(woken.wait(), LATE)
        tx.events.add(event(1))

    pausing = asyncio.create_task(store.write(paused))
    async with asyncio.timeout(LATE):
        while not await holds_lock(home.url):
            assert not pausing.done()
        await put(other, saving(7))
    woken.set()
    with pytest.raises(StoreError):
        await pausing
    assert await other.read(lambda tx: tx.events.of(1)) == ()
    await other.close()


async def holds_lock(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        found = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"
        return bool(await connection.fetch(found, WRITERS))
    finally:
        await connection.close()


async def test_another_worker_hears_that_something_is_due(store: PostgresStore, home: PostgresHome) -> None:
    other, heard = await open_store(home.url, worker="two"), asyncio.Event()
    other.on_hint(heard.set)
    async with asyncio.timeout(LATE):
        while not heard.is_set():  # the first hints may come before anybody listens
            await put(store, lambda tx: tx.timers.set(timer()))
            await asyncio.wait({asyncio.create_task(heard.wait())}, timeout=0.2)
    await other.close()


async def test_hints_are_few_however_much_is_committed(
    store: PostgresStore, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    hints: list[object] = []
    await admin.add_listener("dawnline_due", lambda *words: hints.append(words))
    began = asyncio.get_running_loop().time()
    for number in range(100):
        await put(store, lambda tx, n=number: tx.timers.set(timer(f"t{n}")))  # type: ignore[misc]
    took = asyncio.get_running_loop().time() - began
    await admin.execute("SELECT 1")
    assert len(hints) <= took / 0.05 + 1


async def test_what_is_no_timer_and_no_message_is_no_hint(
    store: PostgresStore, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    hints: list[object] = []
    await admin.add_listener("dawnline_due", lambda *words: hints.append(words))
    await put(store, lambda tx: tx.events.add(event(1)))
    await admin.execute("SELECT 1")
    assert hints == []


async def test_two_workers_count_on_from_each_other(store: PostgresStore, home: PostgresHome) -> None:
    """However many look at the same ticket at the same moment, in two processes."""
    other = await open_store(home.url, worker="two")

    async def count(tx: Transaction) -> int:
        number = len(await tx.events.of(1)) + 1
        tx.events.add(event(1, n=number))
        return number

    await asyncio.gather(*(each.write(count) for each in (store, other) * 60))
    told = [each.data["n"] for each in await store.read(lambda tx: tx.events.of(1))]
    assert told == list(range(1, 121))
    await other.close()


async def test_claims_pass_over_what_is_just_being_changed(
    store: PostgresStore, home: PostgresHome, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """SKIP LOCKED: a claim waits for nobody."""
    await put(store, lambda tx: tx.timers.set(timer("a")), lambda tx: tx.timers.set(timer("b")))
    async with admin.transaction():
        await admin.execute("SELECT 1 FROM timers WHERE key = 'a' FOR UPDATE")
        claimed = await asyncio.wait_for(store.claim(lambda tx: tx.timers.claim(T0, 9, LEASE)), LATE)
    assert [each.timer.key for each in claimed] == ["b"]
