"""Waiting for something to become so, never for a time to pass."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.clock import SystemClock

LONG = 60.0
"""Seconds after which something that must happen will not."""
LOOK = timedelta(milliseconds=100)


async def until(
    condition: Callable[[], Awaitable[object]],
    what: Callable[[], object],
    seconds: float = LONG,
    look: timedelta = LOOK,
) -> float:
    """Return when `condition` holds: the seconds it took. `what` says what is missing when it does not;
    `look`: how often is looked."""
    clock, loop = SystemClock(), asyncio.get_running_loop()
    began = loop.time()
    while not await condition():
        assert loop.time() - began < seconds, f"not so after {seconds:g} s: {what()}"
        await clock.sleep_until(clock.now() + look)
    return loop.time() - began
