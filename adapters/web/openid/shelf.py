"""What was asked of the provider, kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

from bot.ports import Clock

GOOD_FOR = timedelta(hours=1)
AT_MOST_EVERY = timedelta(minutes=1)
T = TypeVar("T")


class Shelf(Generic[T]):
    """One answer, asked for anew when it is an hour old, and at most once a minute for whom it does not
    suffice: nobody makes us ask the provider without end."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._asking = asyncio.Lock()
        self._kept: T | None = None
        self._asked_at = clock.now()

    async def get(self, suffices: Callable[[T], bool]) -> T:
        """What is there, whether it suffices or not. Raises what asking raises."""
        async with self._asking:
            if self._kept is None or self._must_ask(self._kept, suffices):
                self._asked_at = self._clock.now()
                self._kept = await self._ask()
            return self._kept

    def _must_ask(self, kept: T, suffices: Callable[[T], bool]) -> bool:
        age = self._clock.now() - self._asked_at
        return age >= GOOD_FOR or (age >= AT_MOST_EVERY and not suffices(kept))
