"""`dawnline db copy`: everything is there and the same, whatever breaks it off, and the desk goes on."""

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from bot.bench.filling import SetClock
from bot.bench.ground import Customers, house
from bot.desk import Desk
from bot.durable import Worker
from bot.errors import CopyRefused, MustWait, SchemaMismatch, StoreError
from hypothesis import given, settings
from hypothesis import strategies as st
from storage.postgres import store as postgres
from storage.sqlite.store import open_store
from storage.upkeep.copying.comparing import LOST, Comparison
from storage.upkeep.copying.copy import Copied, copy
from storage.upkeep.copying.tables import LEFT_BEHIND, table_of

from tests.contract.builders import LEASE, T0, entry, message, put, saving, timer
from tests.contract.places import PostgresHome
from tests.integration.cli.terminal import Terminal
from tests.integration.db.conftest import Unwatched
from tests.integration.db.past import LEFT_BEHIND as NOT_COMPARED
from tests.integration.db.past import ODD, in_database, in_file

REPOSITORY = Path(__file__).parents[3]
WAIT = 60.0
KILLS = 6


async def copied(file: Path, database: str) -> Copied:
    return await copy(file, database, Unwatched())


async def alter(database: str, *statements: str) -> None:
    connection = await asyncpg.connect(database)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def must_be_the_same(file: Path, database: str) -> None:
    before = in_file(file)
    after = await in_database(database, before, file)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert after == before


async def child(file: Path, database: str, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.db.child",
        str(file),
        database,
        *words,
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )


async def killed_at(file: Path, database: str, point: int) -> int:
    """Copy until so many batches are done; the exit code."""
    running = await child(file, database, str(point))
    await asyncio.wait_for(running.communicate(), WAIT)
    assert running.returncode is not None
    return running.returncode


async def test_the_copy_is_what_was_copied(file: Path, database: str) -> None:
    done = await copied(file, database)
    await must_be_the_same(file, database)
    assert done.rows == {name: len(rows) for name, rows in in_file(file).items()}
    assert done.before == 0
    for table in ("calls", "reports", "reply_codes", "contacts", "outages"):
        assert done.rows[table] >= len(ODD) - 1, table  # two of them begin alike


async def test_what_was_under_a_lease_is_free(file: Path, database: str) -> None:
    await copied(file, database)
    connection = await asyncpg.connect(database)
    held = "(token <> 0 OR holder <> '' OR wake_at <> due_at)"
    for table in ("timers WHERE", "outbox WHERE state = 'waiting' AND"):
        odd = f"SELECT count(*) FROM {table} key LIKE 'odd%'"  # noqa: S608
        assert await connection.fetchval(odd) == len(ODD)
        assert await connection.fetchval(f"{odd} AND {held}") == 0
    await connection.close()


async def test_texts_are_read_from_the_copy_as_they_were_from_the_file(file: Path, database: str) -> None:
    await copied(file, database)
    store = await postgres.open_store(database, worker="reader")
    numbers = range(900_001, 900_001 + len(ODD))
    texts = [(await store.read(lambda tx, number=number: tx.tickets.get(number))).text for number in numbers]  # type: ignore[misc]
    await store.close()
    assert texts == [text.replace("\ud83d", "\N{REPLACEMENT CHARACTER}") for text in ODD]


@pytest.mark.slow
@settings(max_examples=8)
@given(texts=st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=40, unique=True))
def test_any_text_is_copied(
    texts: list[str], postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asyncio.run(_any_text(texts, postgres_server, tmp_path_factory.mktemp("any") / "desk.db"))


async def _any_text(texts: list[str], server: str, file: Path) -> None:
    store = await open_store(file)
    for text in texts:
        await put(store, lambda tx, text=text: tx.ledger.add(entry(text, message(text, text=text))))  # type: ignore[misc]
    await store.close()
    home = await PostgresHome.made(server)
    try:
        await copied(file, home.url)
        await must_be_the_same(file, home.url)
    finally:
        await home.remove()


async def test_the_desk_goes_on_where_it_was(file: Path, database: str) -> None:
    done = await copied(file, database)
    store = await postgres.open_store(database, worker="new")
    clock = SetClock(T0 + timedelta(days=5000))
    due = await store.claim(lambda tx: tx.timers.claim(clock.now(), 100_000, LEASE))
    assert {each.timer.key for each in due} == {row[0] for row in in_file(file)["timers"]}
    said = Customers(1).message(0, clock.now())
    await Desk(store, clock, house(), lambda: None).receive(said)
    newest = (await store.read(lambda tx: tx.tickets.opened_between(clock.now(), clock.now() + LEASE)))[0]
    assert newest.number == done.next_ticket == 900_000 + len(ODD) + 1
    await put(store, lambda tx: tx.ledger.add(entry("one more")))
    await store.close()


@pytest.mark.slow
async def test_killed_after_any_batch_and_run_again(file: Path, database: str) -> None:
    """Each time somewhere else; what had been copied is not copied again."""
    points = random.sample(range(1, 50), KILLS)
    codes = [await killed_at(file, database, point) for point in points]
    print(points, codes)  # noqa: T201 - for `pytest -rP`
    assert codes.count(-signal.SIGKILL) >= 1
    if 0 not in codes:
        assert (await copied(file, database)).before > 0
    await must_be_the_same(file, database)


@pytest.mark.slow
async def test_killed_at_any_moment_and_run_again(file: Path, database: str) -> None:
    finished = False
    for _ in range(KILLS):
        running = await child(file, database)
        try:
            await asyncio.wait_for(running.wait(), random.uniform(0.2, 1.5))
            finished = True
            break
        except TimeoutError:
            running.kill()
            await running.wait()
    if not finished:
        await copied(file, database)
    await must_be_the_same(file, database)


STUMBLE = """
CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stumbled'; END $$;
"""


@pytest.mark.slow
@pytest.mark.parametrize("table", ["tickets", "copying_tables"])
async def test_a_batch_and_the_note_of_it_are_there_together(table: str, file: Path, database: str) -> None:
    """Whichever of the two fails."""
    assert await killed_at(file, database, 3) == -signal.SIGKILL
    trigger = f"CREATE TRIGGER stumble BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION stumble()"
    await alter(database, STUMBLE, trigger)
    with pytest.raises(StoreError, match="stumbled"):
        await copied(file, database)
    await alter(database, "DROP FUNCTION stumble CASCADE")
    assert (await copied(file, database)).before > 0
    await must_be_the_same(file, database)


async def test_until_it_is_finished_no_worker_opens_it(file: Path, database: str) -> None:
    assert await killed_at(file, database, 3) == -signal.SIGKILL
    with pytest.raises(SchemaMismatch, match="dawnline db copy"):
        await postgres.open_store(database, worker="early")
    await copied(file, database)
    await (await postgres.open_store(database, worker="now")).close()


@pytest.mark.slow
async def test_what_was_said_between_two_tries_is_in_the_copy(file: Path, database: str) -> None:
    assert await killed_at(file, database, 9) == -signal.SIGKILL
    desk = await open_store(file, alone=True)
    await put(desk, saving(7, title="changed after it was copied"), lambda tx: tx.timers.set(timer("new")))
    await desk.close()
    assert (await copied(file, database)).before == 0
    await must_be_the_same(file, database)


@pytest.mark.slow
async def test_another_desk_is_not_copied_over_a_copy_begun(file: Path, database: str) -> None:
    assert await killed_at(file, database, 3) == -signal.SIGKILL
    other = file.with_name("other.db")
    await (await open_store(other)).close()
    with pytest.raises(CopyRefused, match=r"dawnline\.db was begun .*other\.db is another desk"):
        await copied(other, database)
    assert (await copied(file, database)).before > 0


async def test_a_database_that_is_not_empty_is_left_alone(file: Path, database: str) -> None:
    store = await postgres.open_store(database, worker="new")
    await put(store, saving(1))
    await store.close()
    with pytest.raises(CopyRefused, match="not empty, there are tickets"):
        await copied(file, database)
    store = await postgres.open_store(database, worker="new")
    assert len(await store.read(lambda tx: tx.tickets.active(limit=9))) == 1
    await store.close()


async def test_a_desk_that_runs_is_not_copied(file: Path, database: str) -> None:
    desk = await open_store(file, alone=True)
    with pytest.raises(MustWait, match=r"already runs .*: stop it first"):
        await copied(file, database)
    await desk.close()
    await copied(file, database)


async def test_a_database_with_workers_is_not_copied_into(file: Path, database: str) -> None:
    store = await postgres.open_store(database, worker="web-1")
    connection = await asyncpg.connect(database)
    now = await connection.fetchval("SELECT clock_timestamp()")
    worker = Worker("web-1", "web", "1.0", 1, now, now + timedelta(minutes=1))
    await put(store, lambda tx: tx.workers.beat(worker))
    with pytest.raises(MustWait, match=r"\(web-1\): stop them first"):
        await copied(file, database)
    await put(store, lambda tx: tx.workers.remove("web-1"))
    await store.close()
    await connection.close()
    await copied(file, database)


class Writing:
    """Stages in the middle of which somebody tries to write to the source."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.refused = False

    def stage(self, name: str, total: int) -> "Writing":
        db = sqlite3.connect(self._file, timeout=0)
        try:
            db.execute("DELETE FROM timers")
        except sqlite3.OperationalError:
            self.refused = True
        db.close()
        return self

    def advance(self, count: int = 1) -> None:
        """Nobody looks."""


async def test_nobody_writes_to_what_is_copied(file: Path, database: str) -> None:
    writing = Writing(file)
    await copy(file, database, writing)
    assert writing.refused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (
            "UPDATE events SET actor = 'nobody' WHERE id = (SELECT min(id) FROM events)",
            "events .* differs in actor",
        ),
        ("DELETE FROM tickets WHERE number = 7", r"tickets \(7,\) was not copied"),
        ("INSERT INTO snapshots VALUES ('x', 'y')", r"snapshots \('x',\) is only in the copy"),
        ("UPDATE outbox SET reason = '' WHERE reason IS NULL", "outbox .* differs in reason"),
    ],
)
async def test_a_copy_that_is_not_the_same_is_not_given_free(
    harm: str, said: str, file: Path, database: str
) -> None:
    """Killed while it compares, harmed, and run again; the time after that it is made anew."""
    points = iter(range(28, 90, 2))
    while await _progress(database) < sum(map(len, in_file(file).values())):
        assert await killed_at(file, database, next(points)) == -signal.SIGKILL
    await alter(database, harm)
    with pytest.raises(CopyRefused, match=said):
        await copied(file, database)
    with pytest.raises(SchemaMismatch):
        await postgres.open_store(database, worker="early")
    assert (await copied(file, database)).before == 0
    await must_be_the_same(file, database)


async def _progress(database: str) -> int:
    connection = await asyncpg.connect(database)
    there = await connection.fetchval("SELECT to_regclass('copying_tables') IS NOT NULL")
    found: int = await connection.fetchval("SELECT sum(copied) FROM copying_tables") if there else 0
    await connection.close()
    return found


@pytest.mark.slow
async def test_two_do_not_copy_at_once(file: Path, database: str) -> None:
    holder = await asyncpg.connect(database)
    await holder.execute("SELECT pg_advisory_lock(7461004)")
    with pytest.raises(MustWait, match="another copy"):
        await copied(file, database)
    await holder.close()
    await copied(file, database)


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, database: str) -> None:
    with pytest.raises(StoreError, match="no such store"):
        await copied(tmp_path / "none.db", database)
    assert not await asyncio.to_thread((tmp_path / "none.db").exists)


def test_rows_in_another_order_are_the_same_rows() -> None:
    table = table_of("t", [("value", 0), ("id", 1)])
    rows = [(number, f"row {number}") for number in range(99)]
    comparison = Comparison(table)
    comparison.ours(rows)
    comparison.theirs(reversed(rows))
    assert comparison.faults() == []


def test_a_comparison_ends_when_it_is_hopeless() -> None:
    comparison = Comparison(table_of("t", [("id", 1)]))
    comparison.ours((number,) for number in range(LOST))
    assert not comparison.hopeless
    comparison.theirs([(-1,)])
    assert comparison.hopeless


def test_what_is_left_behind_is_known_here_too() -> None:
    assert set(LEFT_BEHIND) == NOT_COMPARED


def test_the_command(desk: Terminal, file: Path, database: str) -> None:
    secret = database.replace("postgres@", "postgres:sesame@")
    said = desk.ask("db", "copy", "--to", secret)
    assert said.code == 0, said.err
    assert "and every one compared" in said.out
    assert f"The next ticket is T-{900_001 + len(ODD)}." in said.out
    assert "Now set DATABASE_URL to postgresql://127.0.0.1/dawnline_" in said.out
    again = desk.ask("db", "copy", "--to", secret, "--json")
    assert (again.code, again.out) == (1, "")
    assert "the target is not empty" in again.err
    assert "sesame" not in said.out + said.err + again.err


def test_the_command_in_json(desk: Terminal, file: Path, database: str) -> None:
    said = desk.ask("db", "copy", "--to", database, "--from", "sqlite:///dawnline.db", "--json")
    rows: Mapping[str, int] = said.json["rows"]
    assert said.json["from"] == str(file)
    assert said.json["verified"] == sum(rows.values()) > 2000
    assert said.json["copied_before"] == 0


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--to", "sqlite:///other.db"), "--to: must be postgresql://"),
        (("--to", "mysql://u:sesame@h/d"), "--to: names no store that is known"),
        (("--to", "postgresql://h/d", "--from", "postgresql://u:sesame@h/d"), "--from: is no SQLite store"),
        (("--to", "postgresql://u:sesame@127.0.0.1:1/d"), "PostgreSQL"),
    ],
)
def test_what_cannot_be_copied(desk: Terminal, words: tuple[str, ...], wrong: str) -> None:
    said = desk.ask("db", "copy", *words)
    assert said.code == 2
    assert wrong in said.err
    assert "sesame" not in said.out + said.err
