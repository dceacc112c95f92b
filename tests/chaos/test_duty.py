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


def overlaps(done: list[Deed]) -> dict[str, float]:
    """For how many seconds each of them still did something after another one had begun."""
    found: dict[str, float] = {}
    workers = list(dict.fromkeys(deed.worker for deed in done))
    for one, next_one in itertools.pairwise(workers):
        begun = next(deed.at for deed in done if deed.worker == next_one)
        late = [deed.at for deed in done if deed.worker == one and deed.at > begun]
        found[one] = (late[-1] - late[0]) / _SECOND if late else 0.0
    return found


async def test_the_duty_goes_from_hand_to_hand(url: str, tmp_path: Path, calm: Calm) -> None:
    async with chaos(tmp_path, url, 3) as desk:
        held, killed = await _holder(desk), ""
        await held.hold()
        waits = [await _succeeded(desk, held)]
        await forgotten(desk, held)
        held.let_go()
        second = await _holder_other_than(desk, held)
        await second.kill()
        killed = second.name
        waits.append(await _succeeded(desk, second))
        third = await _holder_other_than(desk, second)
        assert await third.stop() == 0
        gracefully = await _succeeded(desk, third)
        await desk.ends_well()
        done = deeds(desk)
    print(waits, gracefully, overlaps(done), killed)  # noqa: T201
    assert max(waits) <= calm.handed_over
    assert gracefully <= BEAT.total_seconds() + calm.slack
    late = overlaps(done)
    assert late.pop(held.name, 0.0) <= LAPSE.total_seconds()
    assert set(late.values()) <= {0.0}


async def _holder_other_than(desk: Chaos, hand: Hand) -> Hand:
    name = next(deed.worker for deed in reversed(deeds(desk)) if deed.worker != hand.name)
    return next(each for each in desk.fleet.hands if each.name == name)
