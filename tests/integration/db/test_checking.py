"""`dawnline db check`: what is well, what somebody should know, what is wrong; and no secret."""

import os
import secrets
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from bot.clock import SystemClock
from bot.durable import Worker
from bot.engine.presence import LAPSE
from storage.postgres.schema import SCRIPTS, Standing
from storage.postgres.store import open_store
from storage.scripts import AFTER, BEFORE, Script, made_by
from storage.upkeep.condition import Condition, Level
from storage.upkeep.migrating import CAUTIOUS, WHOLE, migrate_postgres
from storage.upkeep.postgres_condition import (
    clock_found,
    postgres_condition,
    schema_found,
    server_found,
    settings_found,
)

from tests.contract.builders import item, put, timer
from tests.integration.cli.terminal import Terminal
from tests.servers.postgres import on

KNOWN = len(SCRIPTS)
RUN = tuple((each.number, BEFORE) for each in SCRIPTS)
LATER = Script(KNOWN + 1, "later", BEFORE, "CREATE TABLE later (id BIGINT)")
LAST = Script(KNOWN + 2, "last", AFTER, "DROP TABLE later")


class OffClock:
    """Keeps `bot.ports.Clock`: it is so far off."""

    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> datetime:
        return SystemClock().now() + self._off

    async def sleep_until(self, instant: datetime | None) -> None:
        """Nobody sleeps."""


def levels(condition: Condition) -> dict[str, Level]:
    return {each.about: each.level for each in condition.found}


def told(condition: Condition, about: str) -> str:
    return "; ".join(each.text for each in condition.found if each.about == about)


async def condition(database: str, scripts: tuple[Script, ...] = SCRIPTS) -> Condition:
    return await postgres_condition(database, SystemClock(), scripts)


async def alter(database: str, statement: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(statement)
    await connection.close()


@pytest.fixture
async def ascii_database(postgres_server: str) -> AsyncIterator[str]:
    name = f"dawnline_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(postgres_server)
    await admin.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0")
    yield on(postgres_server, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def test_who_is_at_work_and_what_waits(database: str) -> None:
    store = await open_store(database, worker="engine-1")
    now = SystemClock().now()
    alive = Worker("engine-1", "engine", "1.2.3", KNOWN, now, now + LAPSE)
    await put(
        store,
        lambda tx: tx.workers.beat(alive),
        lambda tx: tx.workers.beat(Worker("dead", "web", "1.2.3", KNOWN, now, now - LAPSE)),
        lambda tx: tx.timers.set(timer("late", now - timedelta(minutes=5))),
        lambda tx: tx.timers.set(timer("later", now + timedelta(minutes=5))),
        lambda tx: tx.outbox.add(item(due_at=now + timedelta(minutes=5))),
    )
    await store.close()
    found = await condition(database)
    assert found.well
    assert [each.id for each in found.workers] == ["engine-1"]
    assert told(found, "workers").startswith(f"engine-1 (engine, 1.2.3, knows schema {KNOWN}, heard of ")
    assert levels(found)["waiting"] is Level.DOUBTFUL
    assert told(found, "waiting").startswith("2 timers and 1 messages wait, the oldest has been due for 30")


async def test_an_empty_database_is_not_well(database: str) -> None:
    found = await condition(database)
    assert not found.well
    assert "0001 desk, 0002 mail, 0003 phone, 0004 web must still run" in told(found, "schema")
    connection = await asyncpg.connect(database)
    assert (
        await connection.fetchval("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        == 0
    )
    await connection.close()


async def test_both_phases_that_have_not_run_are_named(database: str) -> None:
    await migrate_postgres(database, CAUTIOUS)
    newer = (*SCRIPTS, LATER, LAST)
    found = await condition(database, newer)
    assert not found.well
    assert f"{LATER} must still run" in told(found, "schema")
    await migrate_postgres(database, CAUTIOUS, newer)
    found = await condition(database, newer)
    assert found.well
    assert (levels(found)["schema"], levels(found)["tables"]) == (Level.DOUBTFUL, Level.WELL)
    assert f"{LAST} must run once no older worker is left" in told(found, "schema")
    assert (await condition(database)).well, "an older one may go on"
    await migrate_postgres(database, WHOLE, newer)
    assert (await condition(database, newer)).well
    assert not (await condition(database)).well


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("DROP INDEX outbox_lane", "outbox_lane"),
        ("DROP TABLE duties", "duties"),
        ("DROP SEQUENCE ticket_numbers", "ticket_numbers"),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'timers_wake'::regclass", "timers_wake"),
    ],
)
async def test_what_is_missing_is_named(statement: str, missing: str, database: str) -> None:
    await migrate_postgres(database, CAUTIOUS)
    await alter(database, statement)
    found = await condition(database)
    assert not found.well
    assert told(found, "tables").startswith(f"missing: {missing};")


async def test_a_copy_that_is_not_finished(database: str) -> None:
    await migrate_postgres(database, CAUTIOUS)
    await alter(database, "CREATE TABLE copying (source TEXT, state TEXT)")
    assert "dawnline db copy" in told(await condition(database), "schema")


async def test_another_encoding(ascii_database: str) -> None:
    await migrate_postgres(ascii_database, CAUTIOUS)
    found = await condition(ascii_database)
    assert not found.well
    assert told(found, "encoding").startswith("SQL_ASCII; it must be UTF8")


@pytest.mark.parametrize(
    ("off", "level"), [(0.0, Level.WELL), (-2.0, Level.DOUBTFUL), (2.0, Level.DOUBTFUL), (-4.0, Level.WRONG)]
)
async def test_this_machines_clock_is_held_against_the_databases(
    off: float, level: Level, database: str
) -> None:
    await migrate_postgres(database, CAUTIOUS)
    found = await postgres_condition(database, OffClock(timedelta(seconds=off)))
    assert levels(found)["clock"] is level
    assert found.well is (level is not Level.WRONG)


def test_the_rules_of_what_cannot_be_had_here() -> None:
    [old, _] = server_found(130_009, "13.9", "UTF8")
    assert (old.level, old.text) == (Level.WRONG, "PostgreSQL 13.9; it must be 14 or later")
    assert [each.level for each in server_found(140_000, "14.0", "UTF8")] == [Level.WELL, Level.WELL]
    [risky] = settings_found({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "local"})
    assert (risky.level, risky.text[:12]) == (Level.DOUBTFUL, "fsync is off")
    assert clock_found(timedelta(seconds=-3.1)).level is Level.WRONG
    [newer] = schema_found(Standing(SCRIPTS, (*RUN, (KNOWN + 1, BEFORE))))
    assert newer.level is Level.WELL
    [newest] = schema_found(Standing(SCRIPTS, (*RUN, (KNOWN + 1, AFTER))))
    assert newest.level is Level.WRONG


def test_what_scripts_make_and_take_away() -> None:
    text = "CREATE TABLE a (b TEXT);\nCREATE UNIQUE INDEX c ON a (b);\nCREATE INDEX IF NOT EXISTS d ON a (b);"
    one, other = Script(1, "x", BEFORE, text), Script(2, "y", AFTER, "DROP INDEX d;")
    assert made_by((one,)) == {"a", "c", "d"}
    assert made_by((one, other)) == {"a", "c"}


def test_the_command(terminal: Terminal, database: str) -> None:
    (terminal.directory / ".env").write_text(f"DATABASE_URL={database.replace('@', ':sesame@')}\n")
    assert terminal.ask("db", "check").code == 1
    terminal.ask("db", "migrate")
    said, as_json = terminal.ask("db", "check"), terminal.ask("db", "check", "--json").json
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("postgresql://127.0.0.1/dawnline_")
    assert "✓ workers: nobody is at work" in said.out
    assert as_json["ok"] is True
    assert as_json["waiting"] == {"timers": 0, "messages": 0, "next_at": None}
    assert "sesame" not in said.out + str(as_json)


def test_the_command_when_the_database_is_away(terminal: Terminal) -> None:
    (terminal.directory / ".env").write_text("DATABASE_URL=postgresql://desk:sesame@127.0.0.1:1/desk\n")
    said = terminal.ask("db", "check")
    assert said.code == 2
    assert said.err.startswith("postgresql://127.0.0.1/desk: ")
    assert "sesame" not in said.err


def test_a_file(desk: Terminal) -> None:
    said = desk.ask("db", "check")
    assert said.code == 0, said.out
    assert "✓ file: quick_check finds nothing" in said.out
    assert "messages wait" in said.out
    assert not list(desk.directory.glob("dawnline.db-*"))


def test_a_file_that_is_not_there_is_not_made(terminal: Terminal) -> None:
    said = terminal.ask("db", "check")
    assert said.code == 2
    assert "there is no such store" in said.err
    assert not list(terminal.directory.iterdir())


@pytest.mark.parametrize(("version", "remedy"), [(1, "dawnline db migrate"), (99, "upgrade it")])
def test_a_file_of_another_schema(version: int, remedy: str, desk: Terminal, file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    said = desk.ask("db", "check")
    assert said.code == 1
    assert remedy in said.out


def test_a_file_that_is_harmed(desk: Terminal, file: Path) -> None:
    with file.open("r+b") as harmed:
        harmed.seek(-40 * 4096, os.SEEK_END)
        harmed.write(b"\xff" * 40 * 4096)
    said = desk.ask("db", "check")
    assert said.code == 1
    assert "✗ file: " in said.out
