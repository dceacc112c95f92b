"""The network between one of two workers and PostgreSQL: it is slow, is cut, falls silent, and loses the
answer to a commit that was made."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.calm import Calm
from tests.chaos.customers import QUICK
from tests.chaos.desk import Chaos, chaos
from tests.chaos.fleet import Hand
from tests.chaos.test_held_workers import forgotten
from tests.chaos.waiting import until
from tests.servers.proxy import Proxy, proxy_to

pytestmark = pytest.mark.chaos
GROUP = b"SET commits = commits + 1"
"""In the commit of a group of writes, and nowhere else."""
CLAIM = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The commit of a claim, which says nothing else."""
LOSSES, SOME = 6, 5
DELAY = 0.02
Trouble = Callable[[Chaos, Proxy, Hand], Awaitable[None]]


async def _answers_lost(desk: Chaos, proxy: Proxy, words: bytes) -> None:
    for _ in range(LOSSES):
        before = proxy.lost
        proxy.lose_answer_to(words)

        async def lost(before: int = before) -> bool:
            return proxy.lost > before

        await until(lost, lambda: f"an answer to {words!r} lost")
    await desk.accepts_again(SOME)


async def commits(desk: Chaos, proxy: Proxy, _: Hand) -> None:
    await _answers_lost(desk, proxy, GROUP)


async def claims(desk: Chaos, proxy: Proxy, hand: Hand) -> None:
    """What people say comes in here alone, so this worker is the first to look."""
    others = [other for other in desk.fleet.hands if other is not hand]
    for other in others:
        other.takes = False
    await _answers_lost(desk, proxy, CLAIM)
    for other in others:
        other.takes = True


async def cuts(desk: Chaos, proxy: Proxy, _: Hand) -> None:
    for _number in range(LOSSES):
        proxy.cut()
        await desk.accepts_again(SOME)


async def slowness(desk: Chaos, proxy: Proxy, _: Hand) -> None:
    proxy.delay = DELAY
    await desk.accepts_again(SOME)
    proxy.delay = 0.0


async def silence(desk: Chaos, proxy: Proxy, hand: Hand) -> None:
    """For longer than the others wait; then it is heard again, and what it says is void."""
    proxy.hold()
    desk.doubts += await desk.database.in_doubt(hand.name)
    await forgotten(desk, hand)
    proxy.release()
    await desk.accepts_again(SOME)


@pytest.mark.parametrize("trouble", [commits, claims, cuts, slowness, silence])
async def test_one_worker_has_trouble_with_its_network(
    trouble: Trouble, url: str, tmp_path: Path, calm: Calm
) -> None:
    where = urlsplit(url)
    through = proxy_to(where.hostname or "", where.port or 0)
    async with through as (proxy, port), chaos(tmp_path, url, 1) as desk:
        [hand] = await desk.fleet.start(1, url.replace(f":{where.port}/", f":{port}/"))
        async with desk.customers.writing(QUICK):
            await trouble(desk, proxy, hand)
        audit = await desk.ends_well()
    assert audit.latest_page() <= calm.handed_over
