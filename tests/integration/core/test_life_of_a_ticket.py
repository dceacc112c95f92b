"""Waiting, resolving, reopening, withdrawing, merging, assigning, updating: what everybody reads."""

import pytest
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import State

from tests.integration.core.night import ACME, BETA, GROUP, P1, Night, taken


async def test_waiting_pauses_the_clocks_and_the_answer_resumes_them(night: Night) -> None:
    first = await taken(night)
    await night.till(10)
    assert await night.does("nora", "wait T-1 the call id, please") == (
        "T-1 waits for the customer; the clocks are paused."
    )
    await night.rest()
    assert night.heard(ACME) == [
        "T-1: Nora Brandt, senior engineer (EMEA) needs something from you: the call id, please\n"
        "Our clocks are paused until you answer."
    ]
    assert "We need from you: the call id, please" in night.card()
    assert "waiting for you" in night.card()

    await night.till(300)
    assert night.heard(ACME) == night.heard("U-NORA") == night.heard("U-LEO") == []

    await night.says("dana", "it is call 4711", on=first)
    await night.rest()
    ticket = await night.ticket()
    assert ticket.state is State.ACKNOWLEDGED
    # Asking counts as human words; the plan (2 h) was paused from 10:10 to 15:00.
    plan = ticket.clock(ClockKind.PLAN)
    assert plan is not None
    assert plan.due_at == night.at(120 + 290)
    assert night.heard(ACME) == ["T-1: thank you, we go on. Next update by 15:50 UTC."]
    assert night.heard("U-NORA") == ["T-1 P1 · Acme Video: Dana answered; the clocks run again."]


async def test_waiting_for_nothing_in_particular_is_no_answer(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("nora", "wait T-1")
    await night.rest()
    ticket = await night.ticket()
    assert (ticket.state, ticket.assignee, ticket.answered_at) == (State.WAITING, "nora", None)
    assert "is waiting for your answer" in night.heard(ACME)[-1]


async def test_an_update_while_waiting_keeps_the_clocks_paused(night: Night) -> None:
    first = await taken(night)
    await night.does("nora", "wait T-1 the call id")
    answer = await night.does("nora", "update T-1 we are looking at the SFU meanwhile")
    assert "It still waits for the customer" in answer
    await night.till(200)
    assert not any("is late" in text for text in night.heard(ACME))
    await night.says("dana", "4711", on=first)
    await night.till(262)
    assert any("is late" in text for text in night.heard(ACME))


async def test_resolved_thanked_for_and_reopened(night: Night) -> None:
    first = await taken(night)
    await night.till(20)
    await night.does("nora", "resolve T-1 rolled back.\nThe cause was a bad deploy")
    await night.rest()
    assert night.heard(ACME) == [
        "T-1 is resolved (Nora Brandt, senior engineer (EMEA)): rolled back.\nThe cause was a bad deploy\n"
        "If it comes back, just reply here."
    ]
    await night.till(30)
    for words in ("Thanks!", "works now, thank you 🙏", "好了，谢谢"):
        await night.says("dana", words, on=first)
    assert (await night.ticket()).state is State.RESOLVED

    await night.till(60)
    await night.says("dana", "it is black again", on=first)
    await night.rest()
    ticket = await night.ticket()
    assert (ticket.state, ticket.assignee) == (State.REOPENED, None)
    response = ticket.clock(ClockKind.RESPONSE)
    assert response is not None
    assert response.due_at == night.at(90)
    assert night.heard(ACME)[0] == (
        "T-1 is open again. A human answers by 11:30 UTC. Next update by 11:10 UTC."
    )
    assert night.pages()[-1] == (60, "U-NORA")
    assert "Expected" not in night.card()
    assert any("reopened by Dana. You had it" in text for text in night.heard("U-NORA"))

    await night.does("ada", "ack T-1")
    await night.rest()
    assert "Ada Brandt, architect (EMEA) has had it since 11:00 UTC." in night.card()


async def test_it_closes_by_itself_and_a_late_reply_opens_a_new_one(night: Night) -> None:
    first = await taken(night)
    await night.does("nora", "resolve T-1 rolled back")
    await night.till(3 * 24 * 60 + 5)
    assert (await night.ticket()).state is State.CLOSED
    await night.says("dana", "black again", on=first)
    assert [each.state for each in await night.tickets()] == [State.CLOSED, State.OPEN]
    await night.till(3 * 24 * 60 + 60)
    await night.says("dana", "and no sound either", on=first)
    assert len(await night.tickets()) == 2


async def test_resolving_without_a_word_keeps_no_promise(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("nora", "resolve T-1")
    await night.rest()
    ticket = await night.ticket()
    response = ticket.clock(ClockKind.RESPONSE)
    assert response is not None
    assert (response.kept, ticket.answered_at) == (None, None)
    assert "T-1 is resolved (Nora Brandt, senior engineer (EMEA)). If it comes back" in night.heard(ACME)[-1]


async def test_resolving_with_words_answers(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("nora", "resolve T-1 rolled back")
    await night.rest()
    ticket = await night.ticket()
    response = ticket.clock(ClockKind.RESPONSE)
    assert response is not None
    assert response.kept is True
    assert ticket.answered_at is not None


async def test_withdrawn_and_not_so_fast(night: Night) -> None:
    first = await night.says("dana", P1)
    await night.does("nora", "discard T-1 a test message, as you said.")
    await night.till(200)
    assert (await night.ticket()).state is State.DISCARDED
    assert night.heard(ACME)[1:] == [
        "T-1 is withdrawn: a test message, as you said.\nIf that is wrong, just reply here."
    ]
    assert night.pages() == [(0, "U-NORA")]
    await night.says("dana", "it is not a test!", on=first)
    assert (await night.ticket()).state is State.REOPENED


async def test_whoever_was_woken_for_a_withdrawn_ticket_may_sleep(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.does("nora", "discard T-1")
    await night.rest()
    assert night.heard("U-LEO")[-1] == (
        "T-1 was withdrawn by Nora Brandt, senior engineer (EMEA); you are no longer needed. Thank you."
    )


async def test_merged_its_people_follow_the_other(night: Night) -> None:
    first = await night.says("dana", "how do I read error 4017")
    await night.says("kim", P1, to=GROUP)
    await night.does("nora", "ack T-2")
    assert await night.does("nora", "merge T-1 into T-2") == "T-1 goes on in T-2."
    await night.rest()
    night.heard(ACME)
    one, two = await night.tickets()
    assert (one.state, one.merged_into, two.state) == (State.MERGED, 2, State.ACKNOWLEDGED)
    assert set(two.participants) == {"U-DANA", "U-KIM"}

    await night.does("nora", "update T-2 found it")
    await night.says("dana", "any news?", on=first)
    await night.rest()
    assert any("found it" in text for text in night.heard(ACME))
    assert any("found it" in text for text in night.heard(GROUP))
    assert any("Dana wrote: “any news?”" in text for text in night.heard("U-NORA"))
    assert [number for text, _, number in await night.ledger() if text == "any news?"] == [2]


async def test_merging_keeps_the_worse_priority_and_the_earlier_promise(night: Night) -> None:
    await night.says("dana", P1)
    await night.till(5)
    await night.says("dana", "how do I read error 4017")
    await night.does("nora", "merge T-1 into T-2")
    two = await night.ticket(2)
    response = two.clock(ClockKind.RESPONSE)
    assert response is not None
    assert (two.priority, two.reason, response.due_at) == ("P1", "triage.merged", night.at(35))


async def test_merging_never_puts_a_promise_off(night: Night) -> None:
    await night.says("dana", P1)
    await night.till(10)
    await night.says("dana", "black screen in room 7 too")
    await night.does("nora", "merge T-1 into T-2")
    response = (await night.ticket(2)).clock(ClockKind.RESPONSE)
    assert response is not None
    assert response.due_at == night.at(30)


@pytest.mark.parametrize(
    ("command", "no"),
    [
        ("merge T-1 into T-1", "T-1 cannot go on in itself."),
        ("merge T-1 into T-2", "T-1 and T-2 belong to different customers; they are not merged."),
        ("merge T-1 into T-3", "T-3 is resolved; a ticket goes on only in an open one."),
        ("merge T-1 into T-4711", "There is no T-4711. Did you mean T-3?"),
        ("merge", "Into which ticket? /merge T-12 into T-7"),
        ("merge T-1 T-2 T-3", "Into which ticket? /merge T-12 into T-7"),
    ],
)
async def test_what_cannot_be_merged(night: Night, command: str, no: str) -> None:
    await night.says("dana", P1)
    await night.says("bo", P1, to=BETA)
    await night.till(5)
    await night.says("dana", "no sound in room 7")
    await night.does("nora", "resolve T-3 done")
    assert await night.does("nora", command) == no
    assert (await night.ticket()).state is State.OPEN


async def test_assigned_to_somebody_else_they_are_called_by_every_means(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("leo", "assign T-1 fay")
    await night.rest()
    ticket = await night.ticket()
    assert (ticket.assignee, ticket.acknowledged_by) == ("fay", "leo")
    words = "Leo Brandt gave it to you, and nobody else is being paged: “video is black in room 42”"
    assert night.heard("U-FAY") == night.heard("206") == [f"T-1 P1 · Acme Video: {words}"]
    assert night.heard(ACME)[-1] == "Fay Brandt, front line (EMEA) has T-1 now. Next update by 11:00 UTC."
    assert night.heard("U-NORA")[-1].startswith("T-1 is acknowledged by Fay Brandt")


async def test_taking_over_tells_who_had_it(night: Night) -> None:
    await taken(night)
    assert await night.does("ada", "assign T-1 me") == "T-1 is with Ada Brandt, architect (EMEA) now."
    await night.rest()
    said = "T-1 P1: Ada Brandt, architect (EMEA) has it now (Ada Brandt assigned it)."
    assert night.heard("U-NORA") == [said]
    assert "Ada Brandt, architect (EMEA) has had it since" in night.card()


async def test_assigning_again_says_nothing_to_the_customer(night: Night) -> None:
    await taken(night)
    await night.does("nora", "assign T-1 nora")
    await night.rest()
    assert night.heard(ACME) == []


async def test_a_slipped_estimate_is_visible(night: Night) -> None:
    await taken(night)
    await night.does("nora", "update T-1 eta=20m restarting")
    await night.till(15)
    await night.does("nora", "update T-1 eta=11:40 it takes longer")  # Berlin's 11:40 is 10:40 UTC
    await night.rest()
    assert "Expected to be fixed by 10:40 UTC (first estimate: 10:20 UTC)." in night.heard(ACME)[-1]
    assert "Next update by 10:40 UTC." in night.card()
    await night.till(41)
    assert "that time has passed, and we owe you a new estimate" in night.card()
    assert any(
        "the update promised by 10:40 UTC is late. We are sorry." in text for text in night.heard(ACME)
    )


async def test_the_engineer_is_nudged_and_a_missed_update_is_told_to_all(night: Night) -> None:
    first = await taken(night)
    await night.says("nora", "I am looking", on=first)
    await night.till(65)
    nudges = "\n".join(night.heard("U-NORA"))
    for words in (
        "half of the time to your next update is over; the customer expects it by 12:00 UTC+1.",
        "the customer expects your update by 12:00 UTC+1: /update T-1 ...",
        "half of the time for the solution plan is over; it is due by 13:00 UTC+1",
        "the next update promise (by 12:00 UTC+1) is broken.",
    ):
        assert nudges.count(words) == 1
    late = [text for text in night.heard(ACME) if "is late" in text]
    assert len(late) == 1
    assert "Nora Brandt, senior engineer (EMEA) still has it and was reminded just now." in late[0]
    assert any("the next update promise (by 12:00 UTC+1) is broken" in text for text in night.heard("U-LEO"))


async def test_the_plan_of_a_p1_has_its_own_clock(night: Night) -> None:
    first = await taken(night)
    await night.says("nora", "I am looking", on=first)
    await night.does("nora", 'update T-1 plan="roll back, then patch the SFU" this is how we go on')
    await night.rest()
    assert "Solution plan: roll back, then patch the SFU" in night.heard(ACME)[-1]
    plan = (await night.ticket()).clock(ClockKind.PLAN)
    assert plan is not None
    assert plan.kept is True


async def test_a_missed_plan_is_told_honestly(night: Night) -> None:
    first = await taken(night)
    await night.says("nora", "I am looking", on=first)
    await night.till(121)
    assert any(
        "a solution plan was due by 12:00 UTC and is not ready. We are sorry." in text
        for text in night.heard(ACME)
    )
    assert any("the solution plan promise" in text for text in night.heard("U-LEO"))


async def test_what_the_customer_adds_reaches_whoever_has_it(night: Night) -> None:
    first = await taken(night)
    await night.says("dana", "it is Android only", on=first)
    await night.says("dana", "now production is down for everyone", on=first)
    await night.says("dana", "thanks", on=first)
    await night.rest()
    told = "\n".join(night.heard("U-NORA"))
    assert "Dana wrote: “it is Android only”" in told
    assert "That sounds like P0: /priority T-1 P0 raises it." in told
    assert "thanks" not in told
    assert (await night.ticket()).priority == "P1"
