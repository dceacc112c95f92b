"""Raised and lowered: other promises, counted from the customer's first message."""

import pytest
from bot.tickets.sla import ClockKind, SlaClock

from tests.integration.core.night import ACME, Night

QUESTION = "how do I read error 4017"  # P3: Fay, front line


async def clock_of(night: Night, kind: ClockKind = ClockKind.RESPONSE) -> SlaClock:
    clock = (await night.ticket()).clock(kind)
    assert clock is not None
    return clock


async def test_raised_in_time_the_new_leaders_are_paged_at_once(night: Night) -> None:
    await night.says("dana", QUESTION)
    await night.till(5)
    assert await night.does("tom", "priority T-1 P0") == "T-1 is P0 now."
    await night.till(16)
    assert (await clock_of(night)).due_at == night.at(15)
    # The timetable is P0's, 0·3·6·9·12 from the first message; the step of minute 3 is made up for at once.
    assert {(5, "U-ADA"), (5, "U-LEO"), (5, "U-ABE"), (5, "U-NORA")} <= set(night.pages())
    assert {minute for minute, _ in night.pages() if minute > 5} == {6, 9, 12, 15}
    assert night.heard(ACME)[1] == (
        "T-1 is now P0 (was P3). A human answers by 10:15 UTC. Next update by 10:08 UTC."
    )


async def test_raised_too_late_it_is_said_once_and_honestly(night: Night) -> None:
    await night.says("dana", QUESTION)
    await night.till(120)
    await night.does("tom", "priority T-1 P0")
    await night.till(121)
    broken = await clock_of(night)
    assert (broken.due_at, broken.breached_at) == (night.at(15), night.at(120))
    assert night.heard(ACME)[1:] == [
        "T-1 is now P0 (was P3). By that promise a human was due by 10:15 UTC: we are late, "
        "and we page people now. Next update by 12:03 UTC."
    ]
    assert "A human was due by 10:15 UTC. We are late, and we are sorry." in night.card()
    assert any("the response promise (by 11:15 UTC+1) is broken" in text for text in night.heard("U-LEO"))
    # Not everybody at once: the tier that leads, and then step by step.
    assert {place for minute, place in night.pages() if minute == 120} == {"U-ADA", "U-LEO"}
    assert (await night.events()).count("breached") == 1


async def test_raised_after_the_answer_nothing_is_late(night: Night) -> None:
    first = await night.says("dana", QUESTION)
    await night.says("fay", "It means the token expired.", on=first)
    await night.till(120)
    await night.does("fay", "priority T-1 P0")
    await night.till(121)
    assert (await clock_of(night)).kept is True
    assert night.heard(ACME)[-1].startswith("T-1 is now P0 (was P3). Fay Brandt, front line (EMEA) has it.")
    assert {(120, "U-ADA"), (120, "U-LEO")} <= set(night.pages())
    assert any("Raised from P3 to P0 by Fay Brandt" in text for text in night.heard("U-ADA"))


async def test_taken_but_unanswered_and_raised_too_late(night: Night) -> None:
    await night.says("dana", QUESTION)
    await night.does("fay", "ack T-1")
    await night.till(120)
    await night.does("fay", "priority T-1 P0")
    await night.rest()
    assert (
        "By that promise an answer was due by 10:15 UTC: we are late, and we are sorry."
        in night.heard(ACME)[-1]
    )


async def test_a_raised_ticket_of_somebodys_gets_its_incident_room(night: Night) -> None:
    await night.says("dana", QUESTION)
    await night.does("fay", "ack T-1")
    await night.does("fay", "priority T-1 P0")
    await night.rest()
    rooms = [each for each in night.news() if each.what == "room"]
    assert [(each.place.conversation, each.people) for each in rooms] == [("inc-t-1", ("U-ADA", "U-LEO"))]


async def test_lowered_the_promise_is_the_new_one(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.till(2)
    await night.does("ada", "priority T-1 P2")
    await night.till(59)
    assert (await clock_of(night)).due_at == night.at(240)
    assert {place for minute, place in night.pages() if minute >= 2} == {"U-TOM"}
    assert "T-1 is now P2 (was P0). A human answers by 14:00 UTC." in night.heard(ACME)[-1]


async def test_lowering_does_not_undo_a_broken_promise(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.till(20)
    await night.does("ada", "priority T-1 P2")
    await night.does("ada", "update T-1 it was one room only")
    await night.rest()
    assert (await clock_of(night)).kept is False


async def test_the_plan_comes_and_goes_with_p1(night: Night) -> None:
    await night.says("dana", QUESTION)
    await night.does("fay", "priority T-1 P1")
    assert (await clock_of(night, ClockKind.PLAN)).due_at == night.at(120)
    await night.does("fay", "priority T-1 P2")
    assert (await clock_of(night, ClockKind.PLAN)).kept is None
    await night.till(10)
    await night.does("fay", "priority T-1 P1")
    plan = await clock_of(night, ClockKind.PLAN)
    assert (plan.due_at, plan.is_running) == (night.at(120), True)


async def test_raising_a_waiting_ticket_starts_no_clock(night: Night) -> None:
    first = await night.says("dana", QUESTION)
    await night.does("fay", "wait T-1 which version?")
    await night.does("fay", "priority T-1 P1")
    await night.till(500)
    assert not any("late" in text or "sorry" in text for text in night.heard(ACME))
    await night.says("dana", "4.2", on=first)
    assert (await clock_of(night, ClockKind.PLAN)).due_at == night.at(620)


async def test_worse_words_raise_what_nobody_has_taken(night: Night) -> None:
    first = await night.says("dana", QUESTION)
    await night.till(1)
    await night.says("dana", "ah no, production is down for everyone", on=first)
    await night.rest()
    ticket = await night.ticket()
    assert (ticket.priority, ticket.reason) == ("P0", "triage.phrase")
    assert "Why: the words “down for everyone”." in night.card()
    assert "priority_changed" in await night.events()


@pytest.mark.parametrize("typed", ["P0", "p0", "0"])
async def test_the_same_priority_changes_nothing(night: Night, typed: str) -> None:
    await night.says("dana", "production is down for everyone")
    assert await night.does("ada", f"priority T-1 {typed}") == "T-1 is P0 already."
    assert "priority_changed" not in await night.events()


async def test_the_reason_is_shown_to_everybody_in_their_words(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    page = night.heard("U-ADA")[0]
    assert "P0: large-scale outage, core function down. Why: the words “down for everyone”." in page
    await night.does("ada", "priority T-1 P1")
    await night.rest()
    assert "Why: set by Ada Brandt." in night.card()
