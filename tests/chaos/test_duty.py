"""A duty that one worker has at a time: whoever has it is killed, stopped, held; another one goes on within
ten seconds, and never do two have it, but for as long as it takes one that stood still to find out."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from bot.engine.presence import BEAT, LAPSE

from tests.chaos.calm import Calm
from tests.chaos.desk import Chaos, chaos
from tests.chaos.fleet import Hand
from tests.chaos.test_held_workers import forgotten
from tests.chaos.waiting import until
from tests.chaos.worker import DUTIES
from tests.integration.killed.wire import lines_of

pytestmark = pytest.mark.chaos
_SECOND = 1_000_000
BREAK = BEAT.total_seconds()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done under the duty; `at` in microseconds, UTC."""

    worker: str
    at: int


def deeds(desk: Chaos) -> list[Deed]:
    return [Deed(**json.loads(line)) for line in lines_of(desk.fleet.directory / DUTIES)]


async def _holder(desk: Chaos) -> Hand:
    async def somebody() -> bool:
        return bool(deeds(desk))

    await until(somebody, lambda: "anything done")
    return next(hand for hand in desk.fleet.hands if hand.name == deeds(desk)[-1].worker)


async def _succeeded(desk: Chaos, hand: Hand) -> float:
    """The seconds between its last deed and the first of another one."""
    before = deeds(desk)
    last = before[-1].at

    async def another() -> bool:
        return any(deed.worker != hand.name for deed in deeds(desk)[len(before) :])

    await until(another, lambda: f"another one than {hand.name} has the duty")
    return (
        next(deed.at for deed in deeds(desk) if deed.at > last and deed.worker != hand.name) - last
    ) / _SECOND


def tenures(done: list[Deed]) -> list[tuple[str, float, float]]:
    """Who had it from when to when, in seconds: without a break that would let another one have it."""
    found: list[tuple[str, float, float]] = []
    for worker in {deed.worker for deed in done}:
        times = [deed.at / _SECOND for deed in done if deed.worker == worker]
        starts = [0, *(n for n in range(1, len(times)) if times[n] - times[n - 1] > BREAK), len(times)]
        found += [(worker, times[one], times[end - 1]) for one, end in itertools.pairwise(starts)]
    return sorted(found, key=lambda each: each[1])


def overlaps(done: list[Deed]) -> list[tuple[str, str, float]]:
    """Who had it at the same time as whom, and for how many seconds."""
    found = []
    for (one, start, end), (other, begun, ended) in itertools.combinations(tenures(done), 2):
        if (both := min(end, ended) - max(start, begun)) >= 0:
            found.append((one, other, both))
    return found


async def test_the_duty_goes_from_hand_to_hand(url: str, tmp_path: Path, calm: Calm) -> None:
    async with chaos(tmp_path, url, 3) as desk:
        held = await _holder(desk)
        await held.hold()
        waits = [await _succeeded(desk, held)]
        await forgotten(desk, held)
        held.let_go()
        second = await _holder_other_than(desk, held)
        await second.kill()
        waits.append(await _succeeded(desk, second))
        third = await _holder_other_than(desk, second)
        assert await third.stop() == 0
        gracefully = await _succeeded(desk, third)
        await desk.ends_well()
        done = deeds(desk)
    print(waits, gracefully, overlaps(done))  # noqa: T201
    assert max(waits) <= calm.handed_over
    assert gracefully <= BEAT.total_seconds() + calm.slack
    assert all(held.name in (one, other) for one, other, _ in overlaps(done)), tenures(done)
    assert all(seconds <= LAPSE.total_seconds() for _, _, seconds in overlaps(done)), tenures(done)


async def _holder_other_than(desk: Chaos, hand: Hand) -> Hand:
    name = next(deed.worker for deed in reversed(deeds(desk)) if deed.worker != hand.name)
    return next(each for each in desk.fleet.hands if each.name == name)
