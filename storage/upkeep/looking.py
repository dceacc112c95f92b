"""Looking at a store without changing it, as a command must that people run before an upgrade."""

import sqlite3
from functools import partial
from pathlib import Path

from storage.opening import SQLITE, is_shared
from storage.postgres.connection import Link
from storage.postgres.schema import SCRIPTS as POSTGRES_SCRIPTS
from storage.postgres.schema import standing
from storage.sqlite.connection import Connection
from storage.sqlite.schema import SCRIPTS as SQLITE_SCRIPTS
from storage.sqlite.schema import version_of


async def is_current(url: str, directory: Path) -> bool:
    """Whether the store has every table this code knows, so that opening it runs no script. The store must be
    there. Raises StoreError when it cannot be read."""
    if is_shared(url):
        return await _postgres(url)
    return await _sqlite(directory / url.removeprefix(SQLITE))


async def _postgres(url: str) -> bool:
    link = Link(url)
    try:
        return (await standing(link)).newest >= len(POSTGRES_SCRIPTS)
    finally:
        await link.close()


async def _sqlite(path: Path) -> bool:
    connection = Connection(partial(sqlite3.connect, str(path), timeout=30.0, isolation_level=None))
    await connection
    try:
        return await version_of(connection) >= len(SQLITE_SCRIPTS)
    finally:
        await connection.close()
