"""By which means somebody is paged: their ladder, the priority, what is confirmed; and codes to answer by."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bot.errors import Refused
from bot.escalation.codes import MOST, code_for, command_of
from bot.inbound import Address
from bot.policy import Engineer, Policy
from bot.ports import Transaction
from bot.tickets.ticket import State, Ticket

from tests.contract.builders import ticket
from tests.integration.core.phone import DANA, POLICY, Exchange, exchange
from tests.openers import OpenStore

NORAS = Address("sms", "+4915100000002")


def with_nora(**given: Any) -> Policy:
    """Nora is on call for P1 to P3 in Berlin's hours."""
    engineers = [
        Engineer.model_validate({**each.model_dump(), **given}) if each.id == "nora" else each
        for each in POLICY.engineers
    ]
    return POLICY.model_copy(update={"engineers": tuple(engineers)})


@asynccontextmanager
async def called(open_store: OpenStore, policy: Policy, key: str) -> AsyncIterator[Exchange]:
    async with exchange(open_store, policy=policy) as line:
        await line.hear("CA1")
        await line.hear("CA1", "menu", digits=key)
        yield line


def ways(line: Exchange) -> list[str]:
    """How Nora has been paged since the last look."""
    mine = ("U-NORA", "nora-topic", NORAS.conversation)
    return [
        name
        for name in line.channels
        for each in line.news(name)
        if each.key.startswith("page:") and each.place.conversation in mine
    ]


LADDER = {
    "ladder": [
        {"via": "slack"},
        {"via": "call", "priorities": ["P1"]},
        {"via": "call", "after": "30m", "priorities": ["P2"]},
        {"via": "push", "priorities": ["P3"]},
    ]
}
PHONE_ONLY = {"identities": {"phone": NORAS.conversation}, "ladder": [{"via": "call"}]}


@pytest.mark.parametrize(
    ("nora", "key", "by"),
    [
        (LADDER, "2", {"slack", "call"}),
        (LADDER, "3", {"slack", "push"}),
        ({}, "2", {"slack", "push", "sms", "call"}),
        ({}, "3", {"slack", "push"}),  # quiet
        (PHONE_ONLY, "3", {"call"}),  # quiet, but there is no other way
    ],
)
async def test_how_somebody_is_paged(
    open_store: OpenStore, nora: dict[str, Any], key: str, by: set[str]
) -> None:
    async with called(open_store, with_nora(**nora), key) as line:
        await line.wait(minutes=5)
        assert {*ways(line)} == by


async def test_a_step_of_somebody_who_confirmed_nothing_is_skipped(open_store: OpenStore) -> None:
    phone_only = with_nora(identities={"phone": "+4915100000099"}, ladder=[])
    async with exchange(open_store, policy=phone_only, unconfirmed=("nora",)) as line:
        await line.hear("CA1")
        await line.hear("CA1", "menu", digits="2")
        assert "step_skipped" in await line.log()
        assert "U-ADA" in [each.place.conversation for each in line.news("slack")]


async def test_codes(open_store: OpenStore) -> None:
    """Always the same one for a ticket, and another's only when that one is over."""
    async with exchange(open_store) as line:

        async def unit(tx: Transaction) -> None:
            work = line.desk.house.at(tx, line.clock.now())
            for number in range(1, MOST + 1):
                tx.tickets.save(ticket(number, state=State.RESOLVED if number == 7 else State.OPEN))
                assert await code_for(work, NORAS, ticket(number)) == number
            assert await code_for(work, NORAS, ticket(5)) == 5
            tx.tickets.save(fresh := ticket(100))
            assert await code_for(work, NORAS, fresh) == 7
            assert await command_of(work, NORAS, "7a") == "ack T-100"
            assert await command_of(work, NORAS, " ５ Ｅ.") == "escalate T-5"
            for words in ("7", "a7", "7b", "777a", "ack", "7a please", ""):
                assert await command_of(work, NORAS, words) is None
            with pytest.raises(Refused, match="unknown_code"):
                await command_of(work, Address("sms", DANA), "1a")

        await line.store.write(unit)


async def test_with_none_over_the_oldest_is_given_up(open_store: OpenStore) -> None:
    async with exchange(open_store) as line:

        async def unit(tx: Transaction) -> None:
            work = line.desk.house.at(tx, line.clock.now())
            every: list[Ticket] = [ticket(number) for number in range(1, MOST + 2)]
            for each in every:
                tx.tickets.save(each)
            assert [await code_for(work, NORAS, each) for each in every] == [*range(1, MOST + 1), 1]

        await line.store.write(unit)
