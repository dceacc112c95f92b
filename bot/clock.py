"""The wall clock: the one place that asks the machine what time it is."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """Keeps `bot.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, instant: datetime | None) -> None:
        if instant is None:
            await asyncio.Event().wait()
        elif (seconds := (instant - self.now()).total_seconds()) > 0:
            await asyncio.sleep(seconds)
