"""The store a database URL names. Only the driver it needs is imported."""

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from bot.ports import Store

SQLITE, POSTGRES = "sqlite:///", ("postgresql://", "postgres://")


class _Sqlite(Protocol):
    async def open_store(self, path: Path, *, alone: bool, worker: str) -> Store: ...


class _Postgres(Protocol):
    async def open_store(self, url: str, *, worker: str) -> Store: ...


def is_shared(url: str) -> bool:
    """Whether any number of workers may run on such a store."""
    return url.startswith(POSTGRES)


async def open_store(url: str, directory: Path, *, worker: str, alone: bool = False) -> Store:
    """Open (and create or migrate) it. A relative SQLite file lies in `directory`.

    `alone`: this is the running desk; on a file it must be the only one (StoreInUse otherwise).
    Raises SchemaMismatch when a newer Dawnline wrote it, StoreError when it cannot be opened.
    """
    if is_shared(url):
        return await cast(_Postgres, import_module("storage.postgres.store")).open_store(url, worker=worker)
    sqlite = cast(_Sqlite, import_module("storage.sqlite.store"))
    return await sqlite.open_store(directory / url.removeprefix(SQLITE), alone=alone, worker=worker)
