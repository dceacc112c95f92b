"""The SQLite file that is copied. Nobody writes to it meanwhile."""

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from bot.errors import MustWait, StoreInUse
from storage.session import Row
from storage.sqlite.connection import Connection, abandon, connect
from storage.sqlite.store import open_store
from storage.upkeep.copying.tables import LEFT_BEHIND, Key, Table, table_of
from storage.upkeep.sqlite_condition import must_exist

ROWS, CHARACTERS = 5000, 4_000_000
"""A batch is as large at most, unless it is a single row."""
_PIECE = 1 << 20
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Identity:
    """`state` changes with whatever is written to the file; `name` is where it lies."""

    name: str
    state: str


class Source:
    """Made by `opened_source`. `most`: the rows of a batch."""

    def __init__(
        self, connection: Connection, identity: Identity, tables: tuple[Table, ...], most: int
    ) -> None:
        self._connection = connection
        self._most = most
        self.identity = identity
        self.tables = tables

    async def count(self, table: Table) -> int:
        [[row]] = await self._connection.run([], [(f"SELECT count(*) FROM {table.name}", {})])  # noqa: S608
        count: int = row[0]
        return count

    async def batches(self, table: Table, after: Key | None = None) -> AsyncIterator[list[Row]]:
        """The rows in the order of their keys; those beyond `after`."""
        cursor = await self._connection.call(partial(_select, table=table, after=after))
        while batch := await self._connection.call(lambda _: _batch(cursor, self._most)):
            yield batch


@asynccontextmanager
async def opened_source(path: Path, most: int = ROWS) -> AsyncIterator[Source]:
    """As a desk that starts there would have it: migrated, with no leases, for itself alone.

    Raises MustWait while a desk runs on it, StoreError when it is not there or cannot be read.
    """
    must_exist(path)
    # Closed last: closing any descriptor of the file takes away the locks SQLite has on it in this process.
    with path.open("rb") as file:
        try:
            store = await open_store(path, alone=True)
        except StoreInUse as error:
            raise MustWait(f"{error}: stop it first") from error
        try:
            connection = await connect(path)
            try:
                identity, tables = await connection.call(partial(_held, path=path, file=file))
                yield Source(connection, identity, tables, most)
            finally:
                connection.post(abandon)
                await connection.close()
        finally:
            await store.close()


def _held(db: sqlite3.Connection, path: Path, file: IO[bytes]) -> tuple[Identity, tuple[Table, ...]]:
    """From here on commands that would write (an import of customers) wait, and then give up."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.execute("BEGIN IMMEDIATE")
    return Identity(str(path.resolve()), _state(path, file)), tuple(_tables(db))


def _state(path: Path, file: IO[bytes]) -> str:
    """Of the file and of its log, which is empty unless somebody reads in it just now."""
    digest = hashlib.blake2b(digest_size=16)
    with Path(f"{path}-wal").open("rb") as log:
        for each in (file, log):
            while piece := each.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def _tables(db: sqlite3.Connection) -> Iterator[Table]:
    for (name,) in db.execute(_TABLES).fetchall():
        if name not in LEFT_BEHIND:
            columns = db.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
            yield table_of(name, columns)


def _select(db: sqlite3.Connection, table: Table, after: Key | None) -> sqlite3.Cursor:
    if after is None:
        return db.execute(f"{table.everything} {table.order}")
    places = ", ".join("?" for _ in table.key)
    beyond = f"WHERE ({', '.join(table.key)}) > ({places})"
    return db.execute(f"{table.everything} {beyond} {table.order}", after)


def _batch(cursor: sqlite3.Cursor, most: int) -> list[Row]:
    rows: list[Row] = []
    size = 0
    for row in cursor:
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str))
        if len(rows) == most or size >= CHARACTERS:
            break
    return rows
