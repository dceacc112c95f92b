"""Who is at work: every worker says so every two seconds, and gives free what a silent one held.

A worker that was paused, or cut off from the store, for longer than LAPSE is taken for dead. Its leases
are void then, so whatever it still tries to write with them is refused; when it comes back it simply
begins anew.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.durable import Duty, Worker
from bot.errors import SchemaMismatch, StoreError
from bot.ports import Clock, Store, Transaction

log = structlog.get_logger()
BEAT, LAPSE = timedelta(seconds=2), timedelta(seconds=6)
"""With a beat missed by a hair, somebody else goes on after at most LAPSE + BEAT: 8 s."""


class Turn:
    """Keeps `bot.ports.Turn`: what this worker does as long as no other one does it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._mine, self._not_mine = asyncio.Event(), asyncio.Event()
        self._not_mine.set()

    @property
    def mine(self) -> bool:
        return self._mine.is_set()

    def settle(self, *, mine: bool) -> None:
        was = self.mine
        (self._mine if mine else self._not_mine).set()
        (self._not_mine if mine else self._mine).clear()
        if was != mine:
            log.info("duty taken" if mine else "duty left", duty=self.name)

    async def taken(self) -> None:
        await self._mine.wait()

    async def lost(self) -> None:
        await self._not_mine.wait()


class Presence:
    """Says that this worker is alive. `woken` is called when a dead one's work was given free."""

    def __init__(
        self, store: Store, clock: Clock, me: Worker, turns: Sequence[Turn], woken: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._me = me
        self._turns = turns
        self._woken = woken
        self._sure_until = clock.now()
        self._beaten = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; raises SchemaMismatch when a newer Dawnline has left this one behind."""
        stopping, guarding = asyncio.create_task(stop.wait()), asyncio.create_task(self._guard())
        try:
            while not stop.is_set():
                await self._once()
                resting = asyncio.create_task(self._clock.sleep_until(self._clock.now() + BEAT))
                await asyncio.wait({resting, stopping}, return_when=asyncio.FIRST_COMPLETED)
                resting.cancel()
        finally:
            stopping.cancel()
            guarding.cancel()

    async def _guard(self) -> None:
        """Give up every duty before another worker may take it, also while a beat hangs."""
        while True:
            self._beaten.clear()
            sure_until = self._sure_until
            await self._clock.sleep_until(sure_until)
            if self._sure_until == sure_until:
                self._settle(frozenset())
                await self._beaten.wait()

    async def begin(self) -> None:
        """The first beat, before anything is claimed."""
        await self._once()

    async def leave(self) -> None:
        """Everything held is free at once, for whoever goes on."""
        self._settle(frozenset())
        try:
            await self._store.write(self._removed)
        except StoreError as error:
            log.warning("could not take leave", worker=self._me.id, error=str(error))

    async def _once(self) -> None:
        began = self._clock.now()
        try:
            await self._store.check_schema()
            mine, gone = await self._store.write(lambda tx: self._beat(tx, began))
        except SchemaMismatch:
            raise
        except StoreError as error:
            log.warning("no beat", worker=self._me.id, error=str(error))
            if self._clock.now() >= self._sure_until:
                self._settle(frozenset())
            return
        self._sure_until = began + LAPSE
        self._beaten.set()
        self._settle(mine)
        for worker in gone:
            log.warning("a worker is gone, its work goes on here", worker=worker)
        if gone:
            self._woken()

    async def _beat(self, tx: Transaction, now: datetime) -> tuple[frozenset[str], tuple[str, ...]]:
        """The duties this worker has from now on, and the workers that were found dead."""
        others = [each for each in await tx.workers.all() if each.id != self._me.id]
        duties = {turn.name: await tx.duties.get(turn.name) for turn in self._turns}
        gone = tuple(each.id for each in others if each.alive_until <= now)
        for worker in gone:
            tx.workers.remove(worker)
        tx.workers.beat(replace(self._me, alive_until=now + LAPSE))
        mine = frozenset(name for name, duty in duties.items() if self._may_have(duty, gone, now))
        for name in mine:
            tx.duties.assign(Duty(name, self._me.id, now + LAPSE))
        return mine, gone

    def _may_have(self, duty: Duty | None, gone: Sequence[str], now: datetime) -> bool:
        return duty is None or duty.worker in (self._me.id, *gone) or duty.until <= now

    async def _removed(self, tx: Transaction) -> None:
        tx.workers.remove(self._me.id)

    def _settle(self, mine: frozenset[str]) -> None:
        for turn in self._turns:
            turn.settle(mine=turn.name in mine)


class Alone:
    """The presence of the one worker on a store of its own: every duty is its own at once."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns

    async def begin(self) -> None:
        for turn in self._turns:
            turn.settle(mine=True)

    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()

    async def leave(self) -> None:
        """There is nobody to leave anything to."""
