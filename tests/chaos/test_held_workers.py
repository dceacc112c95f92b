"""Workers stand still (SIGSTOP) for longer than the others wait for them, and then go on: what they write
with their old leases is refused, and nothing is written twice."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.chaos.calm import Calm
from tests.chaos.desk import Chaos, chaos
from tests.chaos.fleet import Hand
from tests.chaos.waiting import LONG, until

pytestmark = pytest.mark.chaos
REFUSED = ("outbox.sending", "outbox.sent")
"""In the middle of a send: whoever comes back to record it has lost the lease."""
ROUNDS = (("outbox.sending", "timers.claimed"), ("outbox.sent", "store.committing"))
IDLE = 2.0
"""PostgreSQL ends the session of whoever holds the lock and does nothing, after so many seconds."""


async def _held_at(desk: Chaos, hand: Hand, point: str) -> float:
    """Until the others have done what it held, and it has found out; the seconds of the first."""
    hand.meet(point, 2, signal.SIGSTOP)
    await asyncio.wait_for(hand.reached.wait(), LONG)
    since = asyncio.get_running_loop().time()
    await hand.held()
    waited = await desk.taken_over(await desk.left_by(hand, comes_back=True))
    await forgotten(desk, hand)
    silence = desk.customers.longest_silence(since)
    desk.found |= {f"silence, {point}": round(silence, 1)}
    hand.let_go()
    if point in REFUSED:
        await until(lambda: _says(hand, "lease lost"), lambda: f"{hand.name} was refused")
    return waited


async def _says(hand: Hand, words: str) -> bool:
    return bool(hand.says(words))


async def forgotten(desk: Chaos, hand: Hand) -> None:
    async def removed() -> bool:
        return hand.name not in await desk.database.workers()

    await until(removed, lambda: f"{hand.name} is taken for dead")


async def test_whoever_stood_still_is_refused(url: str, tmp_path: Path, calm: Calm) -> None:
    dice = random.Random(3)
    async with chaos(tmp_path, url, 4) as desk:
        waits: list[float] = []
        async with desk.customers.writing():
            for points in ROUNDS:
                held = zip(dice.sample(desk.fleet.working, 2), points, strict=True)
                waits += await asyncio.gather(*(_held_at(desk, hand, point) for hand, point in held))
        desk.found |= {"taken over after": [round(wait, 1) for wait in waits]}
        audit = await desk.ends_well()
        assert max(waits) <= calm.handed_over
        assert desk.found["silence, store.committing"] <= IDLE + calm.slack
        assert audit.latest_page() <= calm.handed_over
