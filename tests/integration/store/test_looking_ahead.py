"""Looking ahead on SQLite: how few trips a burst takes, and who must decide again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bot.errors import Refused
from bot.ports import Transaction
from storage.ahead import Attempt
from storage.session import Session
from storage.sqlite.store import SqliteStore, open_store

from tests.contract.builders import LEASE, T0, put, saving, ticket, timer


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(tmp_path / "desk.db")
    await put(store, saving(1))
    yield store
    await store.close()


@pytest.fixture
def trips(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with every wait for the writing connection."""
    waits: list[str] = []
    writer = store._connections.writer

    async def call(job: Callable[[Any], Any], really: Callable[..., Awaitable[Any]] = writer.call) -> Any:
        waits.append("trip")
        return await really(job)

    monkeypatch.setattr(writer, "call", call)
    return waits


async def test_a_burst_that_looks_and_writes_takes_two_trips(store: SqliteStore, trips: list[str]) -> None:
    async def note(tx: Transaction, number: int) -> None:
        await tx.messages.ticket_of(ticket().home, f"m{number}")
        tx.messages.link(ticket().home, f"m{number}", number)

    await asyncio.gather(*(store.write(lambda tx, n=n: note(tx, n)) for n in range(16)))  # type: ignore[misc]
    assert len(trips) == 2  # to look, and to write


async def test_only_who_saw_what_has_changed_decides_again(store: SqliteStore) -> None:
    runs: list[int] = []

    async def count(tx: Transaction, number: int) -> None:
        runs.append(number)
        seen = await tx.tickets.get(number)
        tx.tickets.save(replace(seen, round=seen.round + 1))

    await put(store, saving(2), saving(3))
    await asyncio.gather(*(store.write(lambda tx, n=n: count(tx, n)) for n in (1, 2, 1, 3, 1)))  # type: ignore[misc]
    assert sorted(runs) == [1, 1, 1, 1, 1, 2, 3]
    assert (await store.read(lambda tx: tx.tickets.get(1))).round == 3


async def test_who_asks_twice_or_changes_by_asking_takes_turns(store: SqliteStore) -> None:
    async def twice(tx: Transaction) -> int:
        seen = await tx.tickets.get(1)
        tx.tickets.save(replace(seen, round=seen.round + 1))
        return (await tx.tickets.get(1)).round

    await put(store, lambda tx: tx.timers.set(timer()))
    units = [store.write(twice) for _ in range(5)]
    claims = [store.write(lambda tx: tx.timers.claim(T0, 9, LEASE)) for _ in range(5)]
    *rounds, first, second, third, fourth, fifth = await asyncio.gather(*units, *claims)
    assert rounds == [1, 2, 3, 4, 5]
    assert [len(each) for each in (first, second, third, fourth, fifth)] == [1, 0, 0, 0, 0]  # type: ignore[arg-type]


async def looking(session: Session) -> str:
    rows = await session.rows("SELECT 1")
    session.write("INSERT")
    if not rows:
        raise Refused("unknown_ticket")
    return "done"


def test_an_attempt_stops_at_its_first_question_and_goes_on_with_the_answer() -> None:
    attempt = Attempt(looking)
    assert (attempt.over, [sql for sql, _ in attempt.asking]) == (False, ["SELECT 1"])
    attempt.decide([[(1,)]])
    assert (attempt.over, attempt.result, attempt.writes) == (True, "done", [("INSERT", {})])


def test_an_attempt_keeps_its_error() -> None:
    attempt = Attempt(looking)
    attempt.decide([[]])
    assert attempt.over
    assert isinstance(attempt.error, Refused)


async def waiting_for_something_else(session: Session) -> None:
    await asyncio.get_running_loop().create_future()


async def looking_on(session: Session) -> int:
    [[first]] = await session.rows("SELECT a FROM t WHERE key = :key", key="x")
    session.write("UPDATE u SET a = 1 WHERE key = :key", key="x")
    [[second]] = await session.rows("SELECT a FROM t WHERE key = :key", key="y")
    return int(first + second)


def test_an_attempt_goes_on_asking_as_long_as_it_only_looks() -> None:
    attempt = Attempt(looking_on)
    attempt.decide([[(1,)]])
    assert [values for _, values in attempt.asking] == [{"key": "y"}]
    attempt.decide([[(2,)]])
    assert (attempt.over, attempt.result, len(attempt.writes)) == (True, 3, 1)
    assert [values for _, values in attempt.asked] == [{"key": "x"}, {"key": "y"}]


async def looking_at_its_own(session: Session) -> None:
    session.write("UPDATE t SET a = 1 WHERE key = :key", key="x")
    await session.rows("SELECT a FROM t WHERE key = :key", key="x")


def test_an_attempt_that_looks_at_what_it_wrote_is_left() -> None:
    attempt = Attempt(looking_at_its_own)
    assert (attempt.over, attempt.asking) == (False, ())


async def stubborn(session: Session) -> None:
    try:
        await session.rows("DELETE")
    finally:
        await session.rows("SELECT 1")


@pytest.mark.parametrize("body", [waiting_for_something_else, stubborn])
async def test_an_attempt_that_cannot_go_on_is_left(body: Callable[[Session], Awaitable[None]]) -> None:
    attempt = Attempt(body)
    assert (attempt.over, attempt.asking) == (False, ())
