"""The two dialects keep the same tables. What one of them has alone is listed here, with its reason."""

import sqlite3
from pathlib import Path

import asyncpg
from storage.postgres import store as postgres
from storage.sqlite import store as sqlite

ONLY_POSTGRES = {
    "desk": "the counter of commits, by which workers notice each other's writes; SQLite counts by itself",
    "schema_migrations": "the scripts it has seen; SQLite keeps a number, for there both phases run at once",
}
KINDS = {"bigint": "INTEGER", "text": "TEXT"}
Columns = dict[str, set[tuple[str, str, bool]]]
"""Of each table: name, SQLite's word for the kind, whether NULL may be there."""


async def of_postgres(database: str) -> tuple[Columns, dict[str, set[str]]]:
    await (await postgres.open_store(database, worker="schemas")).close()
    connection = await asyncpg.connect(database)
    columns: Columns = {}
    for table, column, kind, nullable in await connection.fetch(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    ):
        columns.setdefault(table, set()).add((column, KINDS.get(kind, kind), nullable == "YES"))
    indexes: dict[str, set[str]] = {}
    for table, name in await connection.fetch(
        "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'"
    ):
        indexes.setdefault(table, set()).add(name)
    await connection.close()
    return columns, indexes


def of_sqlite(path: Path) -> tuple[Columns, dict[str, set[str]]]:
    db = sqlite3.connect(path)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        table: {
            # A rowid (INTEGER PRIMARY KEY) is never NULL, whatever SQLite says of it.
            (name, kind, not (required or key))
            for _, name, kind, required, _, key in db.execute(f"PRAGMA table_info({table})")
        }
        for table in tables
    }
    indexes = {
        table: {row[1] for row in db.execute(f"PRAGMA index_list({table})") if row[3] == "c"}
        for table in tables
    }
    db.close()
    return columns, indexes


async def test_both_have_the_same_tables_and_columns(database: str, tmp_path: Path) -> None:
    theirs, their_indexes = await of_postgres(database)
    await (await sqlite.open_store(tmp_path / "desk.db")).close()
    ours, our_indexes = of_sqlite(tmp_path / "desk.db")
    assert set(theirs) - set(ours) == set(ONLY_POSTGRES)
    assert {name: theirs[name] for name in ours} == ours
    for table, names in our_indexes.items():
        assert names <= their_indexes[table], table
