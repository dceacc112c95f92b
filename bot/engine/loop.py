"""The engine: the only place that waits. It wakes when something is due, never by a tick."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.durable import ClaimedTimer
from bot.engine.outbox import Dispatcher, Observer
from bot.engine.persisting import persist
from bot.engine.timers import fire
from bot.errors import LeaseLost
from bot.ports import Channel, Clock, Store, Transaction
from bot.webhooks.reporting import done
from bot.work import House

log = structlog.get_logger()
LEASE = timedelta(seconds=30)
BATCH = 200
STORE_TROUBLE = timedelta(seconds=1)
HELD = timedelta(milliseconds=50)


def nothing_observed(point: str) -> None:
    """The default observer. A test passes one that kills the process at a named point."""


class Engine:
    """Fires due timers and sends due messages, for ever. Whoever sets `woken` makes it look at once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        house: House,
        channels: Mapping[str, Channel],
        woken: asyncio.Event,
        observe: Observer = nothing_observed,
    ) -> None:
        self._store = store
        self._clock = clock
        self._house = house
        self._observe = observe
        self._dispatcher = Dispatcher(store, clock, house, channels, observe, woken.set)
        self._woken = woken

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what is under way."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            self._woken.clear()
            until = await self._look()
            await self._rest(until, stopping)
        stopping.cancel()
        await self._dispatcher.settle()

    async def _look(self) -> datetime:
        """Work off what is due; when to look again."""
        try:
            await self._house.renew(self._store, self._clock.now())
            while (due := await self._store.next_due()) is not None and due <= self._clock.now():
                if not await self.cycle():
                    return self._clock.now() + HELD  # by another worker, which will soon be done with it
            latest = self._clock.now() + self._store.rest
            return min(due, latest) if due is not None else latest
        except Exception:
            # A store that is away for a moment must not end the desk: look again shortly.
            log.exception("engine cycle failed")
            return self._clock.now() + STORE_TROUBLE

    async def _rest(self, until: datetime, stopping: asyncio.Task[bool]) -> None:
        waits = [
            asyncio.create_task(self._clock.sleep_until(until)),
            asyncio.create_task(self._woken.wait()),
        ]
        await asyncio.wait([*waits, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def settle(self) -> None:
        """Do everything that is due at this moment, and whatever that makes due; for the virtual clock."""
        await self._house.renew(self._store, self._clock.now())
        while await self._work_off():
            await self._dispatcher.settle()

    async def _work_off(self) -> int:
        done = 0
        while await self._is_due() and (count := await self.cycle()):
            done += count
        return done

    async def _is_due(self) -> bool:
        due = await self._store.next_due()
        return due is not None and due <= self._clock.now()

    async def cycle(self) -> int:
        """One look: fire what is due, hand over what waits; how much there was."""
        now = self._clock.now()
        timers = await self._store.claim(lambda tx: tx.timers.claim(now, BATCH, LEASE))
        if timers:
            self._observe("timers.claimed")
            await asyncio.gather(*(self._fire(each) for each in timers))
            self._observe("timers.fired")
        return len(timers) + await self._dispatcher.claim()

    async def _fire(self, claimed: ClaimedTimer) -> None:
        now = self._clock.now()
        try:
            await persist(self._store, self._clock, lambda tx: self._fired(tx, now, claimed), LEASE)
        except LeaseLost:
            log.warning("lease lost", key=claimed.timer.key, ticket=claimed.timer.ticket)
        except Exception:
            # One ticket's timer that cannot be fired must not hold up another's.
            log.exception("timer failed", key=claimed.timer.key, ticket=claimed.timer.ticket)
            await self._postpone(claimed, now)

    async def _fired(self, tx: Transaction, now: datetime, claimed: ClaimedTimer) -> bool:
        return await done(self._house, tx, now, lambda work: fire(work, claimed))

    async def _postpone(self, claimed: ClaimedTimer, now: datetime) -> None:
        until = now + timedelta(seconds=min(2 ** min(claimed.attempts, 10), 300))

        async def later(tx: Transaction) -> None:
            tx.timers.postpone(claimed, until)

        with contextlib.suppress(LeaseLost):
            await self._store.write(later)
