"""From a message to a ticket, and whatever customers do besides writing."""

import pytest
from bot.tickets.ticket import State

from tests.integration.core.night import ACME, BETA, DESK, GROUP, Night

P1 = "video is black in room 42"


async def test_a_first_message_gets_its_receipt_at_once(night: Night) -> None:
    await night.says("dana", f"Hello team,\n{P1}")
    assert night.heard(ACME) == [
        "T-1 · P1 · open\n“video is black in room 42”\n"
        "P1: part of the functions, key scenario hit. Why: the words “video is black”.\n"
        "A human answers by 10:30 UTC.\n"
        "The engineer on call is being paged now, and paging goes on until a human acknowledges.\n"
        "Next update by 10:10 UTC."
    ]
    assert await night.ledger() == [(f"Hello team,\n{P1}", "opened", 1)]


async def test_in_chinese(night: Night) -> None:
    await night.says("dana", "视频黑屏，房间 42")
    assert night.heard(ACME) == [
        "T-1 · P1 · 待受理\n“视频黑屏，房间 42”\nP1：部分功能受影响，关键场景受损。依据：出现“黑屏”。\n"
        "工程师会在 10:30 UTC 前回复您。\n正在呼叫值班工程师；在有人接手之前，呼叫不会停止。\n"
        "下次更新不晚于 10:10 UTC。"
    ]


async def test_chatter_promoted_with_its_own_time(night: Night) -> None:
    hello = await night.says("dana", "hi team")
    assert night.news() == []
    await night.till(5)
    await night.reacts("fay", "🎫", on=hello)
    ticket = await night.ticket()
    assert (ticket.opened_at, ticket.reason, ticket.root) == (night.at(0), "triage.forced", hello)
    assert [(text, outcome) for text, outcome, _ in await night.ledger()] == [
        ("hi team", "promoted"),
        ("ticket", "command"),
    ]


async def test_promoted_long_after_it_is_late_but_does_not_wake_everybody(night: Night) -> None:
    hello = await night.says("dana", "hi team")
    await night.till(600)
    await night.reacts("dana", "🎫", on=hello)
    await night.rest()
    assert night.pages() == [(600, "U-TOM")]
    assert "A human was due by 14:00 UTC. We are late, and we are sorry." in night.heard(ACME)[0]


async def test_promoting_twice_opens_one(night: Night) -> None:
    hello = await night.says("dana", "hi team")
    await night.reacts("dana", "🎫", on=hello)
    await night.reacts("fay", "🎫", on=hello)
    assert len(await night.tickets()) == 1


async def test_a_ticket_nobody_can_see_the_message_of(night: Night) -> None:
    await night.reacts("dana", "🎫", on="before-our-time")
    await night.rest()
    assert night.heard(ACME) == [
        "Sorry, that did not work. Just write here what you need, and we open a ticket."
    ]


async def test_a_slash_command_has_no_message_so_its_thread_hangs_under_the_receipt(night: Night) -> None:
    assert await night.does("dana", f"ticket {P1}", to=ACME) == "T-1 is open (P1)."
    receipt = next(each for each in night.news() if each.place.conversation == ACME)
    assert receipt.reply_to is None
    assert (await night.ticket()).root == receipt.message_id
    await night.says("dana", "since ten o'clock", on=receipt.message_id)
    assert len(await night.tickets()) == 1
    await night.does("nora", "ack T-1")
    await night.rest()
    answer = [each for each in night.news() if each.place.conversation == ACME and each.what == "post"]
    assert {each.reply_to for each in answer} == {receipt.message_id}


async def test_an_engineer_opens_one_for_the_customer(night: Night) -> None:
    await night.does("fay", "ticket they called: no sound in room 9", to=ACME)
    ticket = await night.ticket()
    assert (ticket.customer, ticket.title, ticket.reason) == (
        "acme",
        "they called: no sound in room 9",
        "triage.forced",
    )


async def test_the_grouping_of_one_author_and_another_person(night: Night) -> None:
    await night.says("dana", P1)
    await night.till(1.5)
    await night.says("dana", "and it crashes")
    await night.till(3)
    await night.says("eve", "same here in room 43")
    await night.rest()
    assert [each.participants for each in await night.tickets()] == [("U-DANA", "U-EVE")]
    assert night.heard(ACME)[-1] == "Eve wrote too; it is on T-1."
    await night.till(10)
    await night.says("dana", "another thing: no sound in Paris")
    assert len(await night.tickets()) == 2


async def test_edits_and_deletions_are_kept(night: Night) -> None:
    first = await night.says("dana", "somethign is slow in room 42")
    await night.edits("dana", first, "something is slow in room 42")
    await night.deletes("dana", first)
    assert [(event.kind, event.data.get("was")) for event in await night.log()][-2:] == [
        ("edited", "somethign is slow in room 42"),
        ("deleted", None),
    ]
    assert (await night.ticket()).title == "something is slow in room 42"
    assert [outcome for _, outcome, _ in await night.ledger()] == ["opened", "edited", "deleted"]


async def test_an_edit_that_says_it_is_worse_raises(night: Night) -> None:
    first = await night.says("dana", "how do I read error 4017")
    more = await night.says("dana", "it is in room 42")
    await night.edits("dana", more, "production is down for everyone")
    ticket = await night.ticket()
    assert (ticket.priority, ticket.title) == ("P0", "how do I read error 4017")
    assert first == ticket.root


async def test_chatter_edited_into_trouble(night: Night) -> None:
    hello = await night.says("dana", "hi")
    await night.till(5)
    await night.edits("dana", hello, "hello")
    assert await night.tickets() == []
    await night.edits("dana", hello, f"hi, {P1}")
    assert [(each.opened_at, each.root) for each in await night.tickets()] == [(night.at(5), hello)]


async def test_a_greeting_edited_beside_a_fresh_ticket_joins_it(night: Night) -> None:
    hello = await night.says("dana", "hi")
    await night.says("dana", P1)
    await night.edits("dana", hello, "hi, it is room 43 as well")
    assert len(await night.tickets()) == 1


async def test_a_group_that_becomes_a_supergroup(night: Night) -> None:
    first = await night.says("dana", P1, to=GROUP)
    await night.does("nora", "ack T-1")
    await night.migrates(GROUP, "-100200")
    await night.rest()
    assert (await night.ticket()).home.conversation == "-100200"
    await night.does("nora", "update T-1 found it")
    await night.rest()
    assert "found it" in night.heard("-100200")[-1]
    await night.says("dana", "thanks, and in room 7?", to="-100200", on=first)
    await night.till(30)
    await night.says("dana", "no sound in Paris", to="-100200")
    assert [each.customer for each in await night.tickets()] == ["acme", "acme"]


async def test_the_bots_of_others_open_nothing_and_are_on_the_ledger(night: Night) -> None:
    await night.says("dana", "👍")
    await night.says("tom", "hello from us")
    assert [outcome for _, outcome, _ in await night.ledger()] == ["chatter", "engineer"]


# --- commands of customers --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["resolve T-1", "ack", "assign T-1 me", "priority T-1 P0x"])
async def test_a_customer_tries_an_engineers_command(night: Night, command: str) -> None:
    await night.says("dana", P1, to=GROUP)
    before = await night.ticket()
    answer = await night.types("dana", command)
    assert answer.startswith("Thank you, Dana. That command is for our engineers; ")
    await night.rest()
    assert any(
        f"Dana tried “{command}” in telegram:-100; only engineers may." in text for text in night.heard(DESK)
    )
    assert (await night.ticket()).state is before.state
    assert [outcome for _, outcome, _ in await night.ledger()] == ["opened", "denied"]


async def test_the_words_behind_it_are_not_lost(night: Night) -> None:
    answer = await night.types("dana", "update video is black in room 42")
    assert answer.startswith("Thank you, Dana. That command is for our engineers; ")
    assert answer.endswith("your words are on T-1 now, and a human reads them.")
    assert (await night.ticket()).title == "video is black in room 42"
    assert await night.ledger() == [("video is black in room 42", "denied", 1)]


@pytest.mark.parametrize("text", ["blackscreen in room 42", "help my video is black"])
async def test_unknown_words_behind_a_slash_are_a_message(night: Night, text: str) -> None:
    assert await night.types("dana", text) == ""
    assert len(await night.tickets()) == 1


async def test_a_lone_unknown_word_is_somebody_elses_bots(night: Night) -> None:
    answer = await night.types("dana", "roll")
    assert answer == "Sorry, that did not work. Just write here what you need, and we open a ticket."
    assert await night.tickets() == []


@pytest.mark.parametrize("typed", ["help", "start"])
async def test_help_for_a_customer_names_no_command(night: Night, typed: str) -> None:
    answer = await night.types("dana", typed)
    assert answer.startswith("Just write what happened")
    assert "/" not in answer


@pytest.mark.parametrize(
    "text", ["update on this, please?", "help! video is black", "close to giving up here"]
)
async def test_what_a_customer_tells_the_desk_is_a_message(night: Night, text: str) -> None:
    await night.says("dana", text, mention=True)
    assert [each.title for each in await night.tickets()] == [text]


async def test_a_customers_bare_command_in_a_mention_is_answered_in_the_thread(night: Night) -> None:
    first = await night.says("dana", P1)
    await night.says("dana", "resolve T-1", on=first, mention=True)
    await night.rest()
    assert "for our engineers" in night.heard(ACME)[-1]
    assert (await night.ticket()).state is State.OPEN


# --- whose conversation it is -----------------------------------------------------------------------------


async def test_a_stranger_loses_nothing_and_linking_moves_the_ticket(night: Night) -> None:
    await night.says("kim", P1, to="C-NEW")
    await night.rest()
    assert "Kim? (slack:C-NEW)" in night.heard("U-NORA")[0]
    assert "/link T-1 NAME" in night.heard(DESK)[0]
    answer = await night.does("nora", "link Acme Video", to="C-NEW")
    assert answer == "That conversation belongs to Acme Video now; 1 ticket(s) moved."
    assert (await night.ticket()).customer == "acme"
    await night.till(10)
    await night.says("kim", "no sound in room 7", to="C-NEW")
    assert (await night.ticket(2)).customer == "acme"


async def test_linking_by_the_ticket_from_anywhere(night: Night) -> None:
    await night.says("kim", P1, to="U-KIM", private=True)
    assert (
        await night.does("nora", "link T-1 beta")
        == "That conversation belongs to Beta Games now; 1 ticket(s) moved."
    )
    assert (await night.ticket()).customer == "beta"


@pytest.mark.parametrize(
    ("command", "to", "answer"),
    [
        (
            "link acmee",
            "C-NEW",
            "I know no customer “acmee”. Did you mean acme? If it is a new one, add new=yes.",
        ),
        (
            "link acmee new=yes",
            "C-NEW",
            "That conversation belongs to acmee now, a new customer; 0 ticket(s) moved.",
        ),
        (
            "link Zeta Labs",
            "C-NEW",
            "That conversation belongs to Zeta Labs now, a new customer; 0 ticket(s) moved.",
        ),
        ("link unknown", "C-NEW", "I know no customer “unknown”."),
        ("link", "C-NEW", "What should I write? /link [T-12] CUSTOMER [new=yes]"),
        (
            "link acme",
            "U-NORA",
            "Use /link in the customer's conversation, or name the ticket: /link T-12 CUSTOMER.",
        ),
        (
            "link acme",
            DESK,
            "Use /link in the customer's conversation, or name the ticket: /link T-12 CUSTOMER.",
        ),
    ],
)
async def test_linking(night: Night, command: str, to: str, answer: str) -> None:
    assert await night.does("nora", command, to=to) == answer


async def test_a_list_in_a_customers_group_names_nobody_else(night: Night) -> None:
    await night.says("dana", P1)
    await night.says("bo", "no sound in Paris", to=BETA)
    await night.says("kim", "no sound in Oslo", to="C-NEW")
    everything = await night.does("nora", "tickets")
    assert [line.partition(" ")[0] for line in everything.splitlines()] == ["T-1", "T-2", "T-3"]
    for place, number in ((ACME, "T-1"), (BETA, "T-2"), ("C-NEW", "T-3")):
        listed = await night.does("nora", "tickets", to=place)
        assert [line.partition(" ")[0] for line in listed.splitlines()] == [number]
    assert (await night.does("nora", "tickets beta")).startswith(
        "T-2 · P1 · open · Beta Games · nobody yet · response by"
    )
    assert await night.does("nora", "tickets acmee") == (
        "I know no customer “acmee”. Did you mean acme? If it is a new one, add new=yes."
    )
