"""Waiting for somebody else's server: pauses that grow, and everything broken off at once when the desk
stops."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from bot.ports import Clock

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)

T = TypeVar("T")


class Patience:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._stopping = asyncio.Event()

    @property
    def over(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        self._stopping.set()

    async def until_stopped(self) -> None:
        await self._stopping.wait()

    def renew(self) -> None:
        """It went well: the next pause is short again."""
        self._pause = FIRST_PAUSE

    async def pause(self, at_least: timedelta = FIRST_PAUSE) -> None:
        """Wait, twice as long each time; never shorter than the server itself asked for."""
        until = self._clock.now() + max(self._pause, at_least)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        await self.unless_stopped(self._clock.sleep_until(until))

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of `work`, or None when `stop` came first; `work` is then cancelled."""
        return await unless(self._stopping.wait(), work)


async def unless(end: Coroutine[Any, Any, object], work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`, or None when `end` came first; whichever is left is then cancelled."""
    ending, task = asyncio.create_task(end), asyncio.create_task(work)
    try:
        await asyncio.wait({task, ending}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        ending.cancel()
        await asyncio.gather(task, ending, return_exceptions=True)
