"""One worker of a measured desk, as a process of its own: `python -m bot.bench.worker`.

On stdin stands a line of JSON for everything it is told, the job first; on stdout one for everything it says.
It says that it is ready, does what it is told, and ends with its job, with its stdin, or when its time is up.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot import logs
from bot.bench.crowd import storm_house
from bot.bench.ground import CHANNEL, Customers, Swallower, house
from bot.bench.offering import come, rush
from bot.bench.place import Place
from bot.clock import SystemClock
from bot.desk import Desk
from bot.durable import ClaimedTimer, OutboxItem, Purpose, Urgency, Worker
from bot.engine.loop import Engine
from bot.engine.presence import LAPSE, Alone, Presence
from bot.errors import LeaseLost
from bot.inbound import Address, MessagePosted
from bot.outgoing import Post
from bot.ports import Store, Transaction
from bot.work import unique

LEASE = timedelta(seconds=3)
"""Of timers fired without an engine: nobody notices a dead worker, so what it held is free after this."""
NOTHING_DUE = timedelta(milliseconds=20)
Job = Mapping[str, Any]


class Line:
    """What is told and said."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._listening = asyncio.create_task(self._listen())

    async def told(self) -> dict[str, Any]:
        return await self._told.get()

    def say(self, **words: Any) -> None:
        sys.stdout.write(f"{json.dumps(words)}\n")
        sys.stdout.flush()

    async def _listen(self) -> None:
        """Whoever started us is gone when there is nothing to read any more."""
        while line := await self._reader.readline():
            self._told.put_nowait(json.loads(line))
        os._exit(1)


async def take_in(job: Job, line: Line, store: Store) -> None:
    """Messages of customers `first`, `first + step`, …: `callers` at a time, or `offered` a second."""
    clock = SystemClock()
    desk, customers = Desk(store, clock, house(), lambda: None), Customers(job["customers"])
    messages = _messages(job, customers, clock)
    line.say(ready=True)
    while (told := await line.told()).get("do") != "end":
        if told["do"] == "rush":
            waits = await rush(desk, messages, told["callers"], told["seconds"])
        else:
            waits = await come(desk, messages, told["offered"], told["seconds"])
        line.say(waits=[round(each, 5) for each in waits])


def _messages(job: Job, customers: Customers, clock: SystemClock) -> Iterator[MessagePosted]:
    for number in range(job["first"], job["customers"], job["step"]):
        yield customers.message(number, clock.now())


async def fire(job: Job, line: Line, store: Store) -> None:
    """Fire due timers a batch at a time, `hands` batches at once, until told to end."""
    line.say(ready=True)
    await line.told()
    hands = [asyncio.create_task(_hand(store, job["batch"])) for _ in range(job["hands"])]
    telling = asyncio.create_task(line.told())
    await asyncio.wait([telling, *hands], return_when=asyncio.FIRST_COMPLETED)
    if not telling.done():
        raise next(filter(None, (hand.exception() for hand in hands if hand.done())))
    for hand in hands:
        hand.cancel()
    await asyncio.gather(*hands, return_exceptions=True)
    line.say(done=True)


async def _hand(store: Store, batch: int) -> None:
    clock = SystemClock()
    while True:
        claimed = await store.claim(lambda tx: tx.timers.claim(clock.now(), batch, LEASE))
        if not claimed:
            await clock.sleep_until(clock.now() + NOTHING_DUE)
            continue
        try:
            await store.write(partial(_fired, claimed))
        except LeaseLost:
            continue  # it took us too long: somebody else has them


async def _fired(claimed: tuple[ClaimedTimer, ...], tx: Transaction) -> None:
    now = SystemClock().now()
    for each in await tx.timers.take_all(claimed):
        key = unique(each.timer.key)  # another one each time, so that firing twice would be seen
        message = Post(key, Address(CHANNEL, f"C{each.timer.ticket:07}"), "it is time")
        item = OutboxItem(key, Purpose.NOTICE, Urgency.NOTICE, message, now, now, ticket=each.timer.ticket)
        tx.outbox.add(item)


async def serve(job: Job, line: Line, store: Store) -> None:
    """The real engine, with a channel that takes everything, from when it is told until it is told to end."""
    clock, woken, stop = SystemClock(), asyncio.Event(), asyncio.Event()
    engine = Engine(store, clock, storm_house(job["engineers"]), {CHANNEL: Swallower()}, woken)
    now = clock.now()
    me = Worker(job["worker"], "engine", "bench", store.knows, now, now + LAPSE)
    presence = Presence(store, clock, me, (), woken.set) if store.shared else Alone(())
    store.on_hint(woken.set)
    line.say(ready=True)
    await line.told()
    await presence.begin()
    running = [asyncio.create_task(engine.run(stop)), asyncio.create_task(presence.run(stop))]
    await line.told()
    stop.set()
    await asyncio.gather(*running)
    await presence.leave()
    line.say(done=True)


WORKS: Mapping[str, Callable[[Job, Line, Store], Awaitable[None]]] = {
    "take_in": take_in,
    "fire": fire,
    "serve": serve,
}


async def work() -> None:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    line = Line(reader)
    job = await line.told()
    signal.alarm(job["limit"])
    store = await Place(job["url"], Path(job["directory"])).open(job["worker"])
    await WORKS[job["work"]](job, line, store)
    await store.close()


if __name__ == "__main__":
    logs.configure(sys.stderr, level="error")
    asyncio.run(work())
