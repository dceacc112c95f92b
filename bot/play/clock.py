"""Time that only moves when it is told to."""

import asyncio
from datetime import datetime, timedelta


class VirtualClock:
    """Keeps `bot.ports.Clock`."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        """Time never runs backwards."""
        self._now = max(self._now, instant)

    def advance(self, span: timedelta) -> None:
        self.set(self._now + span)

    async def sleep_until(self, instant: datetime | None) -> None:
        if instant is None:
            await asyncio.Event().wait()
        else:
            self.set(instant)
