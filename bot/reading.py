"""How far sources have been read, kept in the store."""

from bot.ports import Store, Transaction


class KeptReading:
    """Keeps `bot.ports.Reading`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def place(self, source: str) -> str | None:
        return await self._store.glance(lambda tx: tx.bookmarks.get(source))

    async def reached(self, source: str, place: str) -> None:
        async def note(tx: Transaction) -> None:
            tx.bookmarks.set(source, place)

        await self._store.write(note)
