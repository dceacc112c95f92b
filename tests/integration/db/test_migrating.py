"""Numbered scripts in two phases: once whoever starts, beside older workers or only after them."""

import asyncio
import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from bot.clock import SystemClock
from bot.durable import Worker
from bot.engine.presence import Presence
from bot.errors import MustWait, SchemaMismatch, StoreError
from storage.postgres.schema import SCRIPTS
from storage.postgres.store import PostgresStore, open_store
from storage.scripts import AFTER, BEFORE, Script
from storage.upkeep.migrating import CAUTIOUS, WHOLE, migrate_postgres

from tests.contract.builders import put, saving
from tests.integration.cli.terminal import Terminal

REPOSITORY = Path(__file__).parents[3]
WAIT = 60.0
KNOWN = len(SCRIPTS)
ADDS = Script(KNOWN + 1, "adds", BEFORE, "CREATE TABLE added (id BIGINT PRIMARY KEY)")
TAKES_AWAY = Script(KNOWN + 2, "takes_away", AFTER, "ALTER TABLE overrides DROP COLUMN role")
NEWER = (*SCRIPTS, ADDS, TAKES_AWAY)
OPENING = """
import asyncio, sys
from storage.postgres.store import open_store

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    await (await open_store(sys.argv[1], worker="child")).close()

asyncio.run(main())
"""


async def applied(database: str) -> list[int]:
    connection = await asyncpg.connect(database)
    try:
        return [
            row[0] for row in await connection.fetch("SELECT number FROM schema_migrations ORDER BY number")
        ]
    finally:
        await connection.close()


def worker(name: str, knows: int, now: datetime) -> Worker:
    return Worker(name, "engine", "1.0", knows, now, now + timedelta(minutes=1))


async def older_at_work(database: str) -> PostgresStore:
    """A worker that knows nothing of the newer scripts; it says it is alive."""
    store = await open_store(database, worker="older")
    await put(store, lambda tx: tx.workers.beat(worker("older", store.knows, SystemClock().now())))
    return store


async def test_many_that_open_an_empty_database_at_once_migrate_it_once(database: str) -> None:
    stores = await asyncio.gather(*(open_store(database, worker=f"w{number}") for number in range(6)))
    assert await applied(database) == [each.number for each in SCRIPTS]
    for number, store in enumerate(stores, 1):
        await put(store, saving(number))
        await store.close()


@pytest.mark.slow
async def test_so_do_processes(database: str) -> None:
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPENING, database, cwd=REPOSITORY,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for child in children:
        assert child.stdout is not None
        await asyncio.wait_for(child.stdout.readline(), WAIT)
    said = await asyncio.gather(*(asyncio.wait_for(child.communicate(b"go\n"), WAIT) for child in children))
    assert [child.returncode for child in children] == [0, 0, 0, 0], said
    assert await applied(database) == [each.number for each in SCRIPTS]


async def test_a_newer_worker_opens_beside_an_older_one(database: str) -> None:
    older = await older_at_work(database)
    newer = await open_store(database, worker="newer", scripts=NEWER)
    assert await applied(database) == [*range(1, KNOWN + 1), ADDS.number]
    await older.check_schema()
    await put(older, saving(1))
    await put(newer, saving(2))
    await (await open_store(database, worker="older too")).close()
    await older.close()
    await newer.close()


async def test_what_would_break_an_older_worker_waits_until_it_is_gone(database: str) -> None:
    older = await older_at_work(database)
    with pytest.raises(MustWait, match=r"takes_away must wait: older workers are at work \(older\)"):
        await migrate_postgres(database, WHOLE, NEWER)
    assert await applied(database) == [*range(1, KNOWN + 1)], "refused, it does nothing at all"
    done = await migrate_postgres(database, CAUTIOUS, NEWER)
    assert (done.ran, done.waiting) == ((ADDS,), (TAKES_AWAY,))
    await put(older, lambda tx: tx.workers.remove("older"))
    await older.close()
    done = await migrate_postgres(database, WHOLE, NEWER)
    assert (done.ran, done.waiting) == ((TAKES_AWAY,), ())
    assert (await migrate_postgres(database, WHOLE, NEWER)).ran == ()


async def test_workers_that_know_it_or_are_dead_are_not_waited_for(database: str) -> None:
    store = await open_store(database, worker="newer", scripts=NEWER)
    now = SystemClock().now()
    await put(
        store,
        lambda tx: tx.workers.beat(worker("newer", store.knows, now)),
        lambda tx: tx.workers.beat(worker("dead", KNOWN, now - timedelta(minutes=2))),
    )
    assert (await migrate_postgres(database, WHOLE, NEWER)).ran == (TAKES_AWAY,)
    await store.close()


async def test_a_worker_that_is_too_old_does_not_open(database: str) -> None:
    await migrate_postgres(database, WHOLE, NEWER)
    with pytest.raises(SchemaMismatch, match=f"it has schema {KNOWN + 2}, this Dawnline knows {KNOWN}"):
        await open_store(database, worker="older")
    with pytest.raises(SchemaMismatch):
        await migrate_postgres(database, WHOLE)
    await (await open_store(database, worker="newer", scripts=NEWER)).close()


@pytest.mark.slow
async def test_a_worker_that_has_become_too_old_stops(database: str) -> None:
    """It was cut off for so long that it was taken for dead; now it is back."""
    store = await open_store(database, worker="older")
    clock = SystemClock()
    presence = Presence(store, clock, worker("older", store.knows, clock.now()), (), lambda: None)
    running = asyncio.create_task(presence.run(asyncio.Event()))
    while not await store.read(lambda tx: tx.workers.all()):
        assert not running.done()
    await put(store, lambda tx: tx.workers.remove("older"))
    await migrate_postgres(database, WHOLE, NEWER)
    with pytest.raises(SchemaMismatch, match="upgrade it"):
        await asyncio.wait_for(running, WAIT)
    await store.close()


async def test_a_script_that_fails_leaves_nothing(database: str) -> None:
    broken = Script(KNOWN + 2, "broken", BEFORE, "CREATE TABLE other (id BIGINT); SELECT 1 / 0")
    with pytest.raises(StoreError, match="division by zero"):
        await migrate_postgres(database, CAUTIOUS, (*SCRIPTS, ADDS, broken))
    await migrate_postgres(database, CAUTIOUS, (*SCRIPTS, ADDS))
    assert await applied(database) == [*range(1, KNOWN + 1), ADDS.number]


def test_the_command(terminal: Terminal, database: str) -> None:
    (terminal.directory / ".env").write_text(f"DATABASE_URL={database.replace('@', ':sesame@')}\n")
    first, again = terminal.ask("db", "migrate"), terminal.ask("db", "migrate", "--after")
    assert (first.code, first.out, first.err) == (
        0,
        "0001 desk has run\n0002 mail has run\n0003 phone has run\n0004 web has run\n",
        "",
    )
    assert (again.code, again.out, again.err) == (0, "Nothing to do.\n", "")
    assert terminal.ask("db", "migrate", "--json").json == {"ran": [], "waiting": []}


def test_the_command_on_a_file(terminal: Terminal) -> None:
    ran = terminal.ask("db", "migrate", "--json").json["ran"]
    assert [(each["number"], each["name"]) for each in ran] == [
        (1, "desk"),
        (2, "workers"),
        (3, "mail"),
        (4, "phone"),
        (5, "web"),
    ]
    assert terminal.ask("db", "migrate").out == "Nothing to do.\n"


def test_a_database_that_is_away(terminal: Terminal) -> None:
    (terminal.directory / ".env").write_text("DATABASE_URL=postgresql://desk:sesame@127.0.0.1:1/desk\n")
    said = terminal.ask("db", "migrate")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("postgresql://127.0.0.1/desk: PostgreSQL: ")
    assert "sesame" not in said.err


def test_a_file_of_a_newer_dawnline(terminal: Terminal) -> None:
    terminal.ask("db", "migrate")
    db = sqlite3.connect(terminal.directory / "dawnline.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    said = terminal.ask("db", "migrate")
    assert said.code == 2
    assert "it has schema 99" in said.err
