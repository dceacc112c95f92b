"""PostgreSQL itself is stopped at once, as by a power cut, and comes back: intake says 503 meanwhile, the
platforms offer again, nothing that was accepted is lost, and the workers go on by themselves."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bot.inbound import MessagePosted

from tests.chaos.calm import Calm
from tests.chaos.customers import QUICK, at_the_counter, on_the_wire
from tests.chaos.desk import Chaos, chaos
from tests.chaos.fleet import Hand
from tests.chaos.slack_side import SLACK, SlackSide, slack_side
from tests.chaos.waiting import until
from tests.servers.postgres import SAFE, NoPostgres, Server

pytestmark = pytest.mark.chaos
CRASHES, SOME = 2, 5


@contextmanager
def _server() -> Iterator[Server]:
    try:
        server = Server(SAFE)
    except NoPostgres as missing:
        pytest.skip(str(missing))
    try:
        yield server
    finally:
        server.stop()


def both_ways(desk: Chaos, slack: SlackSide) -> None:
    """Every third customer writes on Slack, the others at the counter."""

    def make(number: int) -> MessagePosted:
        return on_the_wire(number) if number % 3 else slack.make(number)

    async def ask(hand: Hand, item: MessagePosted) -> str:
        return await (slack.ask if item.at.channel == SLACK else at_the_counter)(hand, item)

    desk.customers.make, desk.customers.ask = make, ask


async def _refused_both_ways(desk: Chaos, since: int) -> None:
    async def refused() -> bool:
        why = desk.customers.refused[since:]
        return "503" in why and any("PostgreSQL" in each for each in why)

    await until(refused, lambda: f"refused on Slack and at the counter: {desk.customers.refused[since:]}")


async def test_the_server_crashes_under_load(tmp_path: Path, calm: Calm) -> None:
    with _server() as server:
        async with slack_side() as slack, chaos(tmp_path, server.url(), 2, slack.fake.base_url) as desk:
            both_ways(desk, slack)
            away = 0.0
            async with desk.customers.writing(QUICK):
                for _ in range(CRASHES):
                    await desk.accepts_again(SOME)
                    away = max(away, await _crash(desk, server))
            audit = await desk.ends_well()
            assert sorted(slack.posted()) == sorted(set(slack.posted()))
            assert audit.latest_page() <= away + calm.handed_over


async def _crash(desk: Chaos, server: Server) -> float:
    """For how many seconds the server was away."""
    loop = asyncio.get_running_loop()
    began, refusals = loop.time(), len(desk.customers.refused)
    await asyncio.to_thread(server.crash)
    await _refused_both_ways(desk, refusals)
    await asyncio.to_thread(server.start)
    desk.doubts += await desk.database.in_doubt(*(hand.name for hand in desk.fleet.working))
    return loop.time() - began
