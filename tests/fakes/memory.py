"""What a reader of mails keeps, in memory."""

import asyncio
import hashlib
from collections import deque

from tests.fakes.recording_inbox import WAIT


class MemoryReading:
    """Keeps `bot.ports.Reading`. `faults` are raised first, one a call, and nothing is kept then; those of
    `afterwards` once it is kept."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.faults: deque[Exception] = deque()
        self.afterwards: deque[Exception] = deque()
        self._changed = asyncio.Condition()

    async def place(self, source: str) -> str | None:
        return self.places.get(source)

    async def reached(self, source: str, place: str) -> None:
        if self.faults:
            raise self.faults.popleft()
        async with self._changed:
            self.places[source] = place
            self._changed.notify_all()
        if self.afterwards:
            raise self.afterwards.popleft()

    async def until(self, words: str) -> None:
        """Some place says this."""
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(lambda: any(words in each for each in self.places.values()))


class MemoryFiles:
    """Keeps `bot.ports.Files`."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def keep(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.kept[name] = content
        return name

    async def read(self, name: str) -> bytes | None:
        return self.kept.get(name)
