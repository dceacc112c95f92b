"""Where the suite's stores live. A second kind of store is one more line in `KINDS`."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.ports import Store
from storage.sqlite.store import open_store

Open = Callable[[Path], Coroutine[Any, Any, Store]]


async def sqlite(directory: Path) -> Store:
    return await open_store(directory / "desk.db")


KINDS: dict[str, Open] = {"sqlite": sqlite}


class Place:
    """One database. Each opening is another process as far as the store can tell."""

    def __init__(self, kind: str, directory: Path) -> None:
        self._open = KINDS[kind]
        self._directory = directory
        self._stores: list[Store] = []

    async def open(self) -> Store:
        store = await self._open(self._directory)
        self._stores.append(store)
        return store

    async def close(self) -> None:
        for store in self._stores:
            await store.close()
