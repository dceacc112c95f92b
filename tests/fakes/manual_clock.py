"""A clock set by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WAIT = 5.0
"""Seconds of real time that a test waits for somebody to sleep."""


class ManualClock:
    """Time stands still until `advance`."""

    def __init__(self) -> None:
        self._now = START
        self._changed = asyncio.Condition()
        self._sleeping: list[datetime] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, instant: datetime | None) -> None:
        waking = instant or datetime.max.replace(tzinfo=UTC)
        async with self._changed:
            self._sleeping.append(waking)
            self._changed.notify_all()
            try:
                await self._changed.wait_for(lambda: self._now >= waking)
            finally:
                self._sleeping.remove(waking)

    async def advance(self, seconds: float) -> None:
        """Let time pass once somebody sleeps (who has not been woken by an earlier advance)."""
        async with self._changed:
            asleep = self._changed.wait_for(lambda: any(waking > self._now for waking in self._sleeping))
            await asyncio.wait_for(asleep, WAIT)
            self._now += timedelta(seconds=seconds)
            self._changed.notify_all()
