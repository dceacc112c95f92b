"""Opening a database: whose it is, which version it has, and what happens when it cannot be."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from bot.errors import SchemaMismatch, StoreError, StoreInUse
from storage.sqlite.schema import scripts, statements
from storage.sqlite.store import open_store

from tests.contract.builders import T0, put, saving, timer


async def test_a_desk_has_its_store_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "made" / "for" / "it" / "desk.db"
    desk = await open_store(path, alone=True)
    with pytest.raises(StoreInUse, match=r"desk\.db"):
        await open_store(path, alone=True)
    await desk.close()
    await (await open_store(path, alone=True)).close()


async def test_a_command_may_look_and_write_beside_the_desk(tmp_path: Path) -> None:
    desk = await open_store(tmp_path / "desk.db", alone=True)
    command = await open_store(tmp_path / "desk.db")
    await asyncio.gather(
        *(put(desk, saving(number)) for number in range(1, 40)),
        *(put(command, saving(number)) for number in range(40, 80)),
    )
    await command.close()
    assert len(await desk.read(lambda tx: tx.tickets.active(limit=1000))) == 79
    await desk.close()


async def test_a_desk_frees_what_its_last_run_held(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "desk.db", alone=True)
    await put(store, lambda tx: tx.timers.set(timer()))
    await store.write(lambda tx: tx.timers.claim(T0, 9, T0 - T0.replace(year=2025)))
    await store.close()
    command = await open_store(tmp_path / "desk.db")
    assert await command.next_due() != T0
    await command.close()
    again = await open_store(tmp_path / "desk.db", alone=True)
    assert await again.next_due() == T0
    await again.close()


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "desk.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(SchemaMismatch, match="99"):
        await open_store(tmp_path / "desk.db", alone=True)
    await asyncio.to_thread((tmp_path / "desk.db").unlink)
    await (await open_store(tmp_path / "desk.db", alone=True)).close()


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("these are not the tables you are looking for" * 99)
    with pytest.raises(StoreError, match="not a database"):
        await open_store(tmp_path / "desk.db")


async def test_a_place_that_cannot_hold_a_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        await open_store(tmp_path)
    with pytest.raises(StoreError):
        await open_store(tmp_path / "absent" / "desk.db")


async def test_two_that_make_the_tables_at_once_make_them_once(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(open_store(tmp_path / "desk.db") for _ in range(6)))
    for store in stores:
        await put(store, saving(1))
        await store.close()


async def test_a_database_carries_the_number_of_its_newest_script(tmp_path: Path) -> None:
    await (await open_store(tmp_path / "desk.db")).close()
    with sqlite3.connect(tmp_path / "desk.db") as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == len(scripts())
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    db.close()


@pytest.mark.parametrize("script", scripts())
def test_a_script_is_whole_statements(script: str) -> None:
    found = list(statements(script))
    assert all(sqlite3.complete_statement(each) for each in found)
    assert "".join(found).strip() == script.strip()


UNCLOSED = """
import asyncio, sys
from storage.sqlite.store import open_store

async def main():
    await open_store(sys.argv[1], alone=True)
    raise SystemExit(3)

asyncio.run(main())
"""


def test_a_process_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    """An error in start-up must reach the supervisor, not hang in the database's thread."""
    command = [sys.executable, "-W", "ignore", "-c", UNCLOSED, str(tmp_path / "desk.db")]
    here = Path(__file__).parents[3]
    ended = subprocess.run(command, timeout=30, check=False, env={**os.environ, "PYTHONPATH": str(here)})
    assert ended.returncode == 3
