"""The telephone beside everybody else: what comes at the same moment shares a commit, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from bot.inbound import Address, Person, VerbInvoked
from bot.telephone import Heard, Party

from tests.integration.core.phone import DANA, OURS, Exchange, ask_of, exchange
from tests.openers import OpenStore

ABROAD = "+33612345678"
"""Whose prefix tells no language."""


@pytest.fixture
async def line(open_store: OpenStore) -> AsyncIterator[Exchange]:
    async with exchange(open_store) as made:
        yield made


async def acknowledges(line: Exchange) -> None:
    at, nora = Address("slack", "U-NORA"), Person("slack", "U-NORA")
    await line.desk.receive(VerbInvoked("ack", at, nora, "ack T-1", line.clock.now()))


async def chooses(line: Exchange, number: str, step: str, digits: str) -> None:
    party = Party(number, OURS, textable=True)
    await line.desk.hear(Heard("key", "CA1", step, party, line.clock.now(), (), digits, "", ""))


@pytest.mark.parametrize(("number", "step"), [(ABROAD, "language"), (DANA, "menu")])
async def test_an_acknowledgement_survives_a_key_pressed_at_the_same_moment(
    line: Exchange, number: str, step: str
) -> None:
    """The caller said nothing until somebody was paged, who takes the ticket as they choose at last."""
    script = await line.hear("CA1", number=number)
    assert ask_of(script).step == step
    await line.wait(seconds=21)
    await asyncio.gather(acknowledges(line), chooses(line, number, step, "1"))
    await line.engine.settle()
    assert (await line.ticket()).assignee == "nora"
    call = await line.call("CA1")
    assert call is not None
    assert call.heard == "key"
