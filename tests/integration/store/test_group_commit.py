"""Group commit on SQLite: who shares a commit, and what becomes of a group whose commit fails."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bot.errors import Refused, StoreError
from bot.ports import Transaction
from storage.commits import GROUP
from storage.sqlite.store import SqliteStore, open_store

from tests.contract.builders import event, put, saving


class Watch:
    """Counts the points a store passes; at a point in `trouble` it raises what a failing disk would."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.trouble: set[str] = set()

    def __call__(self, point: str) -> None:
        self.seen[point] += 1
        if point in self.trouble:
            raise StoreError("disk I/O error")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def store(tmp_path: Path, watch: Watch) -> AsyncIterator[SqliteStore]:
    store = await open_store(tmp_path / "desk.db", observe=watch)
    yield store
    await store.close()


async def count(store: SqliteStore) -> int:
    return len(await store.read(lambda tx: tx.tickets.active(limit=100_000)))


async def open_many(store: SqliteStore, first: int, last: int) -> list[object]:
    """Tickets first..last, all asked for at once; what each caller hears."""
    units = [put(store, saving(number)) for number in range(first, last + 1)]
    return list(await asyncio.gather(*units, return_exceptions=True))


async def test_units_that_wait_together_share_a_commit(store: SqliteStore, watch: Watch) -> None:
    await open_many(store, 1, GROUP)
    assert watch.seen["store.committed"] == 1
    await open_many(store, 200, 200 + GROUP)
    assert watch.seen["store.committed"] == 3


async def test_when_the_commit_fails_nobody_is_told_otherwise(store: SqliteStore, watch: Watch) -> None:
    """Not even the one who was refused: what they were refused for is undone too."""

    async def refused(tx: Transaction) -> None:
        await tx.tickets.active()
        raise Refused("already_taken")

    watch.trouble = {"store.committing"}
    refusal = asyncio.create_task(store.write(refused))
    told = await open_many(store, 1, 3)
    assert all(isinstance(each, StoreError) for each in told)
    with pytest.raises(StoreError):
        await refusal
    assert watch.seen["store.committing"] == 1
    assert await count(store) == 0


async def test_after_a_failed_commit_the_store_goes_on(store: SqliteStore, watch: Watch) -> None:
    watch.trouble = {"store.committing"}
    await open_many(store, 1, 3)
    watch.trouble = set()
    assert await open_many(store, 1, 3) == [None, None, None]
    assert await count(store) == 3


async def test_a_full_disk_fails_the_whole_group_and_then_the_store_goes_on(store: SqliteStore) -> None:
    """SQLite may then roll back by itself: no later unit of the group may commit on its own."""
    writer = store._connections.writer
    await writer.run([], [("PRAGMA max_page_count = 1", {})])  # less than there is: nothing more fits
    huge = put(store, lambda tx: tx.events.add(event(1, text="x" * 5_000_000)))
    first, failed, last = await asyncio.gather(
        put(store, saving(1)), huge, put(store, saving(2)), return_exceptions=True
    )
    assert isinstance(failed, StoreError)
    assert await count(store) == [first, last].count(None)
    await writer.run([], [("PRAGMA max_page_count = 1000000", {})])
    assert await open_many(store, 1, 2) == [None, None]
    assert await count(store) == 2


async def test_a_transaction_that_ended_by_itself_takes_its_whole_group_along(store: SqliteStore) -> None:
    """No later unit may commit on its own, nor an earlier one be told that it did."""

    async def struck(tx: Transaction) -> None:
        tx.events.add(event(1))
        await tx.tickets.active()
        await store._connections.writer.run([("ROLLBACK", {})], [])

    told = await asyncio.gather(
        put(store, saving(1)), store.write(struck), put(store, saving(2)), return_exceptions=True
    )
    assert [type(each) for each in told] == [StoreError] * 3
    assert await count(store) == 0
    assert await open_many(store, 1, 2) == [None, None]


async def test_a_unit_that_writes_nothing_costs_no_savepoint(store: SqliteStore, watch: Watch) -> None:
    async def nothing(tx: Transaction) -> str:
        return "done"

    assert await store.write(nothing) == "done"
    assert watch.seen["store.committed"] == 1


async def test_a_lock_held_elsewhere_is_waited_for(store: SqliteStore, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(open_many(store, 1, 1))
    done, _ = await asyncio.wait([writing], timeout=0.05)
    assert not done
    assert await count(store) == 0  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    assert await asyncio.wait_for(writing, 10) == [None]


async def test_a_writer_that_is_cancelled_leaves_nobody_waiting(tmp_path: Path) -> None:
    """As at the end of a program that forgot to close: callers hear of it."""
    store = await open_store(tmp_path / "other.db")
    writing = asyncio.create_task(open_many(store, 1, GROUP * 2))
    await asyncio.wait([writing], timeout=0)
    store._writer._task.cancel()
    told = await asyncio.wait_for(writing, 10)
    assert any(isinstance(each, StoreError) for each in told)
    with pytest.raises(StoreError):
        await put(store, saving(1))
    kept = {each.number for each in await store.read(lambda tx: tx.tickets.active(limit=1000))}
    assert {n for n, each in enumerate(told, start=1) if each is None} <= kept
    await store.close()
