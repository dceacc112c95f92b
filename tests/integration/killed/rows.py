"""The rows of either store, for an audit: SQL that both understand, asked by nobody's code but this."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncpg

Row = tuple[Any, ...]
LONG = 60.0
_INDEXES = """
SELECT bt_index_check(c.oid, true) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_am AS a ON a.oid = c.relam JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.amname = 'btree' AND n.nspname = 'public'
"""
_AMCHECK = "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"


class Rows(Protocol):
    def __call__(self, sql: str) -> Sequence[Row]: ...

    def broken(self) -> Iterator[str]:
        """What the database itself finds wrong with its tables and indexes."""


@dataclass(frozen=True, slots=True)
class SqliteRows:
    path: Path

    def __call__(self, sql: str) -> Sequence[Row]:
        with closing(sqlite3.connect(self.path)) as db:
            return db.execute(sql).fetchall()

    def broken(self) -> Iterator[str]:
        yield from (f"integrity: {row[0]}" for row in self("PRAGMA integrity_check") if row != ("ok",))


@dataclass(frozen=True, slots=True)
class PostgresRows:
    url: str

    def __call__(self, sql: str) -> Sequence[Row]:
        """Also from within a running event loop: in a thread that has one of its own."""
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, self._fetch(sql)).result(LONG)

    async def _fetch(self, sql: str) -> Sequence[Row]:
        connection = await asyncpg.connect(self.url, timeout=LONG)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def broken(self) -> Iterator[str]:
        """Every row that is there is in its indexes, and in order, where PostgreSQL brings amcheck."""
        if not self(_AMCHECK):
            return
        try:
            self("CREATE EXTENSION IF NOT EXISTS amcheck")
            self(_INDEXES)
        except asyncpg.PostgresError as error:
            yield f"integrity: {error}"
