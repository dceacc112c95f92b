"""What is refused and how, and which ticket a command means."""

import pytest
from bot.tickets.ticket import State

from tests.integration.core.night import ACME, BETA, P1, Night, taken


@pytest.mark.parametrize(
    ("command", "no"),
    [
        ("ack T-1", "T-1 is resolved: it cannot be acknowledged."),
        ("update T-1 more", "T-1 is resolved: it cannot be updated."),
        ("priority T-1 P0", "T-1 is resolved: it cannot change its priority."),
        ("assign T-1 ada", "T-1 is resolved: it cannot be assigned."),
        ("wait T-1", "T-1 is resolved: it cannot wait for the customer."),
        ("resolve T-1", "T-1 is resolved: it cannot be resolved."),
        ("discard T-1", "T-1 is resolved: it cannot be withdrawn."),
        ("reopen T-2", "There is no T-2. Did you mean T-1?"),
        ("update T-1 eta=soon x", "T-1 is resolved: it cannot be updated."),
    ],
)
async def test_what_a_resolved_ticket_refuses(night: Night, command: str, no: str) -> None:
    await taken(night)
    await night.does("nora", "resolve T-1 rolled back")
    assert await night.does("nora", command) == no


@pytest.mark.parametrize(
    ("command", "no"),
    [
        (
            "update T-1 eta=soon x",
            '“soon” is not a time: write for example 45m, 2h, 14:30 or "2026-03-01 14:30".',
        ),
        ("update T-1 eta=2026-03-01 x", "2026-03-01 is in the past."),
        ("update T-1 complexity=huge x", "“huge” is not a complexity: low, medium or high."),
        ("update T-1", "What should I write? /update T-12 eta=2h"),
        ("note T-1", "What should I write? /note T-12 text"),
        ("priority T-1", "“” is not a priority; it is one of P0, P1, P2, P3: /priority T-12 P0"),
        ("priority T-1 P9", "“P9” is not a priority"),
        ("assign T-1 norah", "Which engineer is “norah”? Did you mean nora?"),
        ("assign T-1 brandt", "Which engineer is “brandt”?"),
        ("assign T-1 xyzzyx", "I know no engineer “xyzzyx”. Write their id or their whole name."),
        ("akc T-1", "I do not know “akc”. Did you mean /ack?"),
        ("xyzzy", "I do not know “xyzzy”. /dawnline help lists what I understand."),
        ("update T-1 etta=2h x", "“etta=2h” is not understood. /update T-12 eta=2h"),
    ],
)
async def test_what_was_not_understood_is_said_and_nothing_happened(
    night: Night, command: str, no: str
) -> None:
    await night.says("dana", P1)
    before = await night.ticket()
    assert (await night.does("nora", command)).startswith(no)
    assert await night.ticket() == before


async def test_complexity_in_chinese(night: Night) -> None:
    await taken(night)
    await night.does("nora", "update T-1 complexity=高 正在排查")
    promise = (await night.ticket()).promise
    assert promise is not None
    assert promise.complexity == "high"


async def test_a_need_is_taken_back(night: Night) -> None:
    await taken(night)
    await night.does("nora", 'update T-1 need="SDK log" looking')
    await night.does("nora", 'update T-1 need="" got it')
    await night.rest()
    assert "We need from you" not in night.heard(ACME)[-1]


async def test_which_ticket_is_meant(night: Night) -> None:
    first = await night.says("dana", P1)
    assert await night.does("nora", "note T-1 seen", on=first) == "Noted on T-1 (only engineers see it)."
    assert await night.does("nora", "note seen", to=ACME) == "Noted on T-1 (only engineers see it)."
    await night.till(5)
    await night.says("dana", "no sound in room 7")
    assert await night.does("nora", "note seen", to=ACME) == (
        "Which ticket? Write its number, as in /note T-12, or say it in the ticket's thread."
    )
    await night.does("nora", "ack T-2")
    assert await night.does("nora", "note seen", to=ACME) == "Noted on T-2 (only engineers see it)."
    assert await night.does("nora", "note seen") == "Noted on T-2 (only engineers see it)."


async def test_elsewhere_than_here_nothing_is_touched(night: Night) -> None:
    """In Beta's conversation Beta's ticket is meant, although the asker's only own one is Acme's."""
    await taken(night)
    await night.says("bo", P1, to=BETA)
    await night.does("nora", "resolve fixed", to=BETA)
    assert [each.state for each in await night.tickets()] == [State.ACKNOWLEDGED, State.RESOLVED]


@pytest.mark.parametrize(("typed", "likely"), [("T-21", "T-12"), ("T-112", "T-12"), ("T-99", "T-9")])
async def test_a_wrong_number_brings_the_likely_ticket(night: Night, typed: str, likely: str) -> None:
    for number in range(12):
        await night.till(5 * (number + 1))
        await night.says("dana", f"no sound in room {number}")
    await night.does("nora", "ack T-12")
    assert await night.does("nora", f"resolve {typed}") == f"There is no {typed}. Did you mean {likely}?"


async def test_a_note_stays_among_us(night: Night) -> None:
    await taken(night)
    await night.does("nora", "note T-1 their bill is overdue")
    await night.rest()
    assert night.heard(ACME) == []
    assert "note" in await night.events()
