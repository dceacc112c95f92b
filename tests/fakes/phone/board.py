"""A desk on the telephone that says what it was told to say, and remembers what it heard."""

import asyncio
from collections import deque

from bot.telephone import HangUp, Heard, Script


class Board:
    """Keeps `bot.ports.Switchboard`. `faults` are raised first, one a step; then `scripts` are said, one a
    step, the last one for ever. A cleared `gate` holds steps back."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.scripts: deque[Script] = deque([Script((HangUp(),))])
        self.faults: deque[Exception] = deque()
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def until_heard(self, count: int) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.heard) >= count)

    def says(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)

    async def hear(self, heard: Heard) -> Script:
        await self.gate.wait()
        async with self._changed:
            self.heard.append(heard)
            self._changed.notify_all()
        if self.faults:
            raise self.faults.popleft()
        return self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
