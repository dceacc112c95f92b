"""LISTEN and NOTIFY: workers tell each other that something may be due. Only a hint: a lost one costs a
second.

A commit with NOTIFY waits for others of its kind, and every worker that hears it looks. So a worker tells at
most so many times a second, whatever it commits.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from bot.errors import StoreError
from storage.postgres.connection import TROUBLE, Link
from storage.postgres.database import CHANNEL

APART = 0.05
AGAIN = 1.0
"""Seconds between two hints of one worker; until a broken connection is made again."""


class Hints:
    def __init__(self, url: str) -> None:
        self._link = Link(url)
        self._last = 0.0
        self._wakes: list[Callable[[], None]] = []
        self._broken = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def due(self) -> bool:
        """Whether others are to be told of the commit that is about to be made."""
        now = asyncio.get_running_loop().time()
        if now - self._last < APART:
            return False
        self._last = now
        return True

    def listen(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)
        if self._listening is None:
            self._listening = asyncio.create_task(self._keep_listening(), name="store-hints")

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._link.close()

    async def _keep_listening(self) -> None:
        while True:
            self._broken.clear()
            with contextlib.suppress(StoreError, *TROUBLE):
                connection = await self._link.raw()
                connection.add_termination_listener(lambda _: self._broken.set())
                await connection.add_listener(CHANNEL, self._heard)
                await self._broken.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), AGAIN)

    def _heard(self, *_: Any) -> None:
        for wake in self._wakes:
            wake()
