"""A duty that is this worker's from the start, and until somebody says otherwise."""

import asyncio


class MyTurn:
    """Keeps `bot.ports.Turn`."""

    def __init__(self) -> None:
        self._lost = asyncio.Event()

    async def taken(self) -> None:
        """It is."""
        if self._lost.is_set():
            await asyncio.Event().wait()

    async def lost(self) -> None:
        await self._lost.wait()

    def end(self) -> None:
        self._lost.set()
