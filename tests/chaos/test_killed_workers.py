"""Workers of one desk are killed with SIGKILL under load, at every named point and at any moment: the others
do within ten seconds what the dead ones held, nothing is lost, nothing is there twice."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.chaos.calm import Calm
from tests.chaos.desk import Chaos, chaos
from tests.chaos.fleet import Hand
from tests.chaos.waiting import LONG
from tests.integration.killed.test_killed import POINTS

pytestmark = pytest.mark.chaos
PAIRS = list(zip(tuple(POINTS)[::2], tuple(POINTS)[1::2], strict=True))
VISITS = (1, 2, 3)
KILLS = 2


async def _killed_at(desk: Chaos, hand: Hand, point: str, visit: int) -> float:
    hand.meet(point, visit, signal.SIGKILL)
    await asyncio.wait_for(hand.child.wait(), LONG)
    return await _succeeded(desk, hand)


async def _succeeded(desk: Chaos, hand: Hand) -> float:
    """The seconds until the others have done what it held."""
    hand.takes = False
    return await desk.taken_over(await desk.left_by(hand, comes_back=False))


async def test_four_workers_are_killed_two_at_a_time_at_every_point(
    url: str, tmp_path: Path, calm: Calm
) -> None:
    """Some are replaced before the next die, some while they do."""
    dice = random.Random(4)
    async with chaos(tmp_path, url, 4) as desk:
        waits: list[float] = []
        async with desk.customers.writing():
            for pair in PAIRS:
                victims = zip(dice.sample(desk.fleet.working, 2), pair, strict=True)
                kills = (_killed_at(desk, hand, point, dice.choice(VISITS)) for hand, point in victims)
                _, done = await asyncio.gather(desk.fleet.start(2), asyncio.gather(*kills))
                waits += done
        desk.found |= {"taken over after": [round(wait, 1) for wait in waits]}
        audit = await desk.ends_well()
    assert max(waits) <= calm.handed_over
    assert audit.latest_page() <= calm.handed_over


async def test_of_two_workers_either_is_killed_at_any_moment(url: str, tmp_path: Path, calm: Calm) -> None:
    """The last one that dies is not replaced."""
    dice = random.Random(2)
    async with chaos(tmp_path, url, 2) as desk:
        waits: list[float] = []
        async with desk.customers.writing():
            for number in range(KILLS):
                await desk.accepts_again(dice.randint(3, 9))
                victim = dice.choice(desk.fleet.working)
                await victim.kill()
                waits.append(await _succeeded(desk, victim))
                await desk.fleet.start(int(number < KILLS - 1))
        desk.found |= {"taken over after": [round(wait, 1) for wait in waits]}
        audit = await desk.ends_well()
    assert max(waits) <= calm.handed_over
    assert audit.latest_page() <= calm.handed_over
