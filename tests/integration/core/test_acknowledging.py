"""Somebody takes it: by command, button, reaction, reply or update; only once."""

import asyncio

import pytest
from bot.tickets.ticket import State

from tests.integration.core.night import ACME, DESK, GROUP, Night


async def test_acknowledging_stops_the_paging_and_everybody_knows(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    assert night.heard("U-ADA")[0].startswith("P0 T-1 · Acme Video · page 1")
    await night.till(1)

    answer = await night.does("ada", "ack T-1")

    due = "Write to them in their thread by 11:15 UTC+1."
    assert answer == f"You have T-1. Paging has stopped and the customer knows. {due}"
    assert "Ada Brandt, architect (EMEA) has T-1 now" in night.heard(ACME)[-1]
    assert night.heard("U-LEO")[-1] == (
        "T-1 is acknowledged by Ada Brandt, architect (EMEA); you are no longer needed. Thank you."
    )
    paged = night.pages()
    await night.till(120)
    assert night.pages() == paged
    assert (await night.ticket()).answered_at is None


async def test_ack_without_a_number_means_the_ticket_one_was_last_paged_for(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    assert (await night.does("ada", "ack")).startswith(
        "T-1 is the one you were last paged for. You have T-1."
    )


async def test_two_engineers_at_once_one_has_it(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    answers = await asyncio.gather(night.does("ada", "ack T-1"), night.does("leo", "ack T-1"))
    assert sorted(answer.startswith("You have T-1") for answer in answers) == [False, True]
    assert any("has T-1 already. /assign T-1 me takes it over." in answer for answer in answers)
    assert (await night.events()).count("acknowledged") == 1
    await night.rest()
    told = [text for text in night.heard(ACME) if "has T-1 now" in text]
    assert len(told) == 1


async def test_acknowledging_again_changes_nothing(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.does("ada", "ack T-1")
    assert await night.does("ada", "ack T-1") == "You have T-1 already."
    assert (await night.events()).count("acknowledged") == 1


async def test_a_late_acknowledgement_says_write_now(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.till(20)
    assert "were due by 11:15 UTC+1: write now" in await night.does("ada", "ack")


async def test_nobody_was_paged_for_anything(night: Night) -> None:
    assert "You have not been paged for anything" in await night.does("fay", "ack")


async def test_eyes_acknowledge_and_a_tick_resolves(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.reacts("ada", "👀", on=first)
    assert (await night.ticket()).assignee == "ada"
    await night.reacts("ada", "✅️", on=first)
    assert (await night.ticket()).state is State.RESOLVED


async def test_a_customers_eyes_mean_nothing(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.reacts("dana", "👀", on=first)
    await night.reacts("dana", "✅", on=first)
    assert (await night.ticket()).state is State.OPEN
    assert [outcome for _, outcome, _ in await night.ledger()] == ["opened", "reaction", "reaction"]


async def test_the_second_engineers_eyes_are_answered_privately(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.reacts("ada", "👀", on=first)
    await night.rest()
    night.heard(ACME)
    await night.reacts("leo", "👀", on=first)
    await night.rest()
    assert night.heard("U-LEO")[-1].startswith("Ada Brandt, architect (EMEA) has T-1 already.")
    assert night.heard(ACME) == []


async def test_a_mention_in_the_thread_is_answered_privately(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.says("ada", "ack", on=first, mention=True)
    await night.rest()
    assert (await night.ticket()).assignee == "ada"
    assert night.heard("U-ADA")[-1].startswith("You have T-1.")
    assert not any("You have T-1" in text for text in night.heard(ACME))


async def test_a_reply_acknowledges_and_answers(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.till(2)
    await night.says("ada", "We see it and are rolling back.", on=first)
    ticket = await night.ticket()
    assert (ticket.state, ticket.assignee) == (State.ACKNOWLEDGED, "ada")
    assert ticket.acknowledged_at == ticket.answered_at == night.at(2)
    assert await night.events() == ["opened", "paged", "room_opened", "acknowledged", "answered", "replied"]
    assert "A human answered at 10:02 UTC." in night.card()
    assert not any("has T-1 now" in text for text in night.heard(ACME))


async def test_a_reply_is_the_promised_update(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.does("ada", "ack T-1")
    await night.till(14)
    await night.says("ada", "Still rolling back, half of the rooms are fine again.", on=first)
    await night.till(28)
    assert not any("is late" in text for text in night.heard(ACME))
    await night.till(29.1)
    assert any("the update promised by 10:29 UTC is late" in text for text in night.heard(ACME))


async def test_thumbs_up_is_no_update(night: Night) -> None:
    first = await night.says("dana", "production is down for everyone")
    await night.does("ada", "ack T-1")
    await night.till(14)
    await night.says("ada", "👍", on=first)
    await night.till(15.1)
    assert any("the update promised by 10:15 UTC is late" in text for text in night.heard(ACME))


async def test_an_update_acknowledges_and_answers_when_it_arrives(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.does("ada", "update T-1 eta=2h complexity=high need=“SDK log” bad deploy found")
    assert (await night.ticket()).answered_at is None
    await night.rest()
    ticket = await night.ticket()
    assert (ticket.assignee, ticket.answered_at) == ("ada", night.at(1 / 60))
    assert night.heard(ACME)[-1] == (
        "T-1 · P0 · Ada Brandt, architect (EMEA): bad deploy found\n"
        "Expected to be fixed by 12:00 UTC.\nComplexity: high.\nWe need from you: SDK log\n"
        "Next update by 10:15 UTC."
    )
    assert len([each for each in ticket.clocks if each.kind == "update"]) == 1


@pytest.mark.parametrize("in_reply", [True, False])
async def test_an_answer_to_the_page_itself_is_told_that_it_takes_nothing(
    night: Night, in_reply: bool
) -> None:
    await night.says("dana", "production is down for everyone")
    page = next(
        each for each in night.news() if each.key.startswith("page:") and each.place.conversation == "U-ADA"
    )
    await night.says("ada", "on it!", to="U-ADA", on=page.message_id if in_reply else None, private=True)
    await night.rest()
    assert (await night.ticket()).state is State.OPEN
    assert "takes nothing and reaches nobody" in night.heard("U-ADA")[-1]


async def test_an_engineers_words_elsewhere_take_nothing(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.says("ada", "good morning all")
    await night.says("ada", "who has T-1?", to=DESK)
    assert (await night.ticket()).state is State.OPEN
    assert [outcome for _, outcome, _ in await night.ledger()] == ["opened", "engineer", "engineer"]


@pytest.mark.parametrize(("words", "state"), [("We are on it", State.ACKNOWLEDGED), ("hi all", State.OPEN)])
async def test_where_there_are_no_threads_a_plain_message_is_a_reply(
    night: Night, words: str, state: State
) -> None:
    await night.says("dana", "production is down for everyone", to=GROUP)
    await night.says("fay", words, to=GROUP)
    assert (await night.ticket()).state is state


async def test_with_two_tickets_in_the_group_a_plain_message_is_nobodys_reply(night: Night) -> None:
    await night.says("dana", "production is down for everyone", to=GROUP)
    await night.till(3)
    await night.says("dana", "how do I change my invoice address", to=GROUP)
    await night.says("fay", "We are on it", to=GROUP)
    assert [each.state for each in await night.tickets()] == [State.OPEN, State.OPEN]


async def test_a_taken_ticket_is_resolved_not_acknowledged(night: Night) -> None:
    await night.says("dana", "production is down for everyone")
    await night.does("ada", "resolve T-1 rolled back")
    assert await night.does("leo", "ack T-1") == "T-1 is resolved: it cannot be acknowledged."


async def test_an_estimate_is_on_the_log_as_everybody_reads_it(night: Night) -> None:
    """However it was typed, and in whichever language."""
    await night.says("dana", "production is down for everyone")
    await night.does("ada", "update T-1 eta=2h complexity=高 bad deploy found")
    [update] = [each for each in await night.log() if each.kind == "update"]
    assert (update.data["eta"], update.data["complexity"]) == (night.at(120).isoformat(), "high")
