"""The desk's front door: everything inbound is accounted for once, whatever comes and however often."""

import asyncio
from dataclasses import replace

import pytest
from bot.inbound import (
    Address,
    ConversationMigrated,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    Unreadable,
    VerbInvoked,
)
from bot.tickets.ticket import State
from bot.work import Work

from tests.integration.core.night import ACME, DESK, P1, Night
from tests.unit.tickets.builders import START

AT = Address("slack", ACME)
DANA, NORA = Person("slack", "U-DANA", "Dana"), Person("slack", "U-NORA", "Nora")
FIRST = MessagePosted("e-1", AT, "m-1", DANA, P1, START)
AGAIN: list[Inbound] = [
    replace(FIRST, event_key="e-2", message_id="m-2", text="no sound either"),
    VerbInvoked("e-2", AT, NORA, "ack T-1", START),
    VerbInvoked("e-2", AT, NORA, "note T-1 seen", START),
    VerbInvoked("e-2", AT, DANA, "ticket no sound in Paris", START),
    ReactionAdded("e-2", AT, "m-1", NORA, "👀", START),
    ReactionAdded("e-2", AT, "m-1", DANA, "🎉", START),
    MessageEdited("e-2", AT, "m-1", DANA, "video is black in room 43", START),
    MessageDeleted("e-2", AT, "m-1", DANA, START),
    ConversationMigrated("e-2", "slack", "C-OLD", "C-NEW", START),
    Unreadable("e-2", AT, "{raw}", "not JSON", START),
]


@pytest.mark.parametrize("item", AGAIN, ids=lambda item: type(item).__name__)
async def test_what_is_delivered_again_happens_once(night: Night, item: Inbound) -> None:
    await night.desk.receive(FIRST)
    await night.desk.receive(item)
    await night.rest()
    before = (await night.events(), await night.ledger(), len(night.news()), await night.tickets())
    for _ in range(3):
        answer = await night.desk.receive(item)
        assert answer.text == ""
    await night.rest()
    after = (await night.events(), await night.ledger(), len(night.news()), await night.tickets())
    assert (after[0], after[1], after[2], after[3]) == (before[0], before[1], 0, before[3])


async def test_pages_that_are_slow_to_read_hold_up_neither_intake_nor_the_engine(night: Night) -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    async def look(work: Work) -> None:
        await work.tx.tickets.find(1)
        begun.set()
        await over.wait()

    pages = [asyncio.create_task(night.desk.look(look)) for _ in range(5)]
    await begun.wait()
    try:
        async with asyncio.timeout(30):
            await night.desk.receive(FIRST)
            await night.till(30)
    finally:
        over.set()
        await asyncio.gather(*pages)
    assert night.pages()


async def test_a_message_that_comes_under_two_keys_is_one_message(night: Night) -> None:
    await night.desk.receive(FIRST)
    await night.desk.receive(replace(FIRST, event_key="e-other"))
    assert len(await night.tickets()) == 1


async def test_what_nobody_can_read_is_kept_as_it_came(night: Night) -> None:
    await night.desk.receive(Unreadable("e-1", AT, "{raw}", "not JSON", START))
    assert await night.ledger() == [("{raw}", "quarantined", None)]


async def test_what_our_own_code_fails_on_is_kept_and_somebody_is_told(night: Night) -> None:
    broken = replace(FIRST, sent_at=START.replace(tzinfo=None))
    await night.desk.receive(broken)
    await night.rest()
    [(text, outcome, number)] = await night.ledger()
    assert ("video is black in room 42" in text, outcome, number) == (True, "quarantined", None)
    for place in (DESK, "U-LEO"):
        assert night.heard(place)[0].startswith("An item from slack:C-ACME could not be handled (TypeError)")
    await night.desk.receive(broken)
    await night.rest()
    assert night.heard(DESK) == []


async def test_a_refusal_undoes_what_was_begun(night: Night) -> None:
    """/update acknowledges first and then fails on the estimate: nothing of it may stay."""
    await night.desk.receive(FIRST)
    answer = await night.does("nora", "update T-1 eta=soon looking")
    assert "is not a time" in answer
    assert (await night.ticket()).state is State.OPEN
    assert "acknowledged" not in await night.events()
    assert [outcome for _, outcome, _ in await night.ledger()] == ["opened", "command"]


async def test_a_clock_ahead_of_ours_shortens_nothing(night: Night) -> None:
    await night.desk.receive(replace(FIRST, sent_at=night.at(5)))
    assert (await night.ticket()).opened_at == night.at(0)


async def test_a_message_that_comes_late_counts_from_its_own_time(night: Night) -> None:
    await night.says("dana", P1, late=10)
    await night.till(1)
    ticket = await night.ticket()
    assert (ticket.opened_at, ticket.received_at) == (night.at(-10), night.at(0))
    assert ticket.clocks[0].due_at == night.at(20)
    # The step that was due 2.5 minutes ago is made up for at once.
    assert {place for minute, place in night.pages() if minute == 0} == {"U-NORA", "U-ADA"}
