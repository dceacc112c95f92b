"""Messages offered to a desk: so many at a time, or so many a second."""

import asyncio
import random
from collections.abc import Iterator

from bot.desk import Desk
from bot.inbound import MessagePosted


def arrivals(offered: float, seconds: float, seed: int = 7) -> Iterator[float]:
    """Seconds from the start, as independent people write: with gaps, and in bursts."""
    chance, at = random.Random(seed), 0.0
    while (at := at + chance.expovariate(offered)) < seconds:
        yield at


async def rush(desk: Desk, messages: Iterator[MessagePosted], callers: int, seconds: float) -> list[float]:
    """`callers` at a time, each sending the next when the last is committed; how long each message waited."""
    loop, waits = asyncio.get_running_loop(), list[float]()
    end = loop.time() + seconds

    async def caller() -> None:
        while (started := loop.time()) < end and (message := next(messages, None)) is not None:
            await desk.receive(message)
            waits.append(loop.time() - started)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return waits


async def come(desk: Desk, messages: Iterator[MessagePosted], offered: float, seconds: float) -> list[float]:
    """`offered` a second, whether or not the earlier ones are through; how long each waited."""
    loop = asyncio.get_running_loop()
    start = loop.time() + 0.1

    async def say(due: float) -> float:
        here = loop.create_future()
        loop.call_at(due, here.set_result, None)
        await here
        if (message := next(messages, None)) is None:
            raise RuntimeError("there are too few customers for so many messages")
        await desk.receive(message)
        return loop.time() - due

    seed = random.randrange(1 << 30)
    return await asyncio.gather(*(say(start + at) for at in arrivals(offered, seconds, seed)))
