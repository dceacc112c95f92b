"""Writing what must not be lost because the store is away for a moment."""

from datetime import timedelta
from typing import TypeVar

import structlog

from bot.errors import StoreAway
from bot.ports import Clock, Store, Unit

T = TypeVar("T")
log = structlog.get_logger()
PAUSE = timedelta(milliseconds=500)


async def persist(store: Store, clock: Clock, work: Unit[T], patience: timedelta) -> T:
    """The result of `work`, tried again while the store cannot be reached, for as long as `patience`.

    The work is under a lease: should it run out meanwhile, the fence says so (LeaseLost), and nobody writes
    twice. Raises what `work` raises; StoreAway when the store stays away.
    """
    until = clock.now() + patience
    while True:
        try:
            return await store.write(work)
        except StoreAway as error:
            now = clock.now()
            if now >= until:
                raise
            log.warning("store away", error=str(error))
            await clock.sleep_until(now + PAUSE)
