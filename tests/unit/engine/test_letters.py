"""What leaves as one message, and how late it says it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bot.durable import ClaimedItem, OutboxItem, Purpose, Urgency
from bot.engine.letters import Letter, Office
from bot.inbound import Address
from bot.messages.catalogue import Catalogue
from bot.outgoing import Button, Capabilities, Edit, Post
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OFFICE = Office(Catalogue.load(), "UTC")
SLACK = Capabilities(12_000, True, True, True, True, True)
TELEGRAM = Capabilities(4096, True, can_ack_inline=True)
GROUP = Address("slack", "C-ACME")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiting(
    text: str,
    purpose: Purpose = Purpose.UPDATE,
    *,
    age: float = 0,
    at: Address = GROUP,
    reply_to: str | None = "m1",
    ticket: int = 1,
    button: str | None = None,
    **claim: Any,
) -> ClaimedItem:
    """A message that was due so many minutes ago."""
    due = NOW - minutes(age)
    buttons = (Button("Acknowledge", button),) if button else ()
    post = Post(f"key-{text}", at, text, reply_to=reply_to, buttons=buttons)
    item = OutboxItem(f"key-{text}", purpose, Urgency.UPDATE, post, due, due, ticket=ticket)
    return ClaimedItem(item, 1, 0, **{"uncertain": False, **claim})


def page(text: str, *, age: float = 0, ticket: int = 1, **facts: Any) -> ClaimedItem:
    to = Address("slack", "U-ADA")
    return waiting(
        text, Purpose.PAGE, age=age, at=to, reply_to=None, ticket=ticket, button=f"ack T-{ticket}", **facts
    )


def composed(
    first: ClaimedItem, *others: ClaimedItem, able: Capabilities = SLACK, crowded: bool = False
) -> Letter:
    return OFFICE.compose(first, others, able, NOW, crowded=crowded)


def text_of(letter: Letter) -> str:
    assert isinstance(letter.message, Post)
    return letter.message.text


def post_of(letter: Letter) -> Post:
    assert isinstance(letter.message, Post)
    return letter.message


def test_a_message_alone_goes_as_it_is() -> None:
    update = waiting("one")
    assert composed(update) == Letter((update,), update.item.message)


def test_updates_of_one_thread_go_together() -> None:
    letter = composed(waiting("one"), waiting("two"), waiting("three"))
    assert text_of(letter) == "one\n\ntwo\n\nthree"
    assert len(letter.items) == 3
    assert post_of(letter).reply_to == "m1"


@pytest.mark.parametrize("purpose", [Purpose.RECEIPT, Purpose.WORDS, Purpose.ROOM_TIMELINE])
def test_receipts_words_and_timelines_stand_alone(purpose: Purpose) -> None:
    assert len(composed(waiting("one", purpose), waiting("two")).items) == 1
    assert len(composed(waiting("one"), waiting("two", purpose)).items) == 1


def test_another_thread_waits_for_its_turn() -> None:
    assert len(composed(waiting("one"), waiting("two", reply_to="m2")).items) == 1


def test_when_it_is_crowded_threads_and_receipts_share_a_message() -> None:
    letter = composed(
        waiting("one"), waiting("two", reply_to="m2"), waiting("T-3", Purpose.RECEIPT), crowded=True
    )
    assert text_of(letter) == "one\n\ntwo\n\nT-3"
    assert post_of(letter).reply_to is None


def test_an_engineers_words_never_share_a_message() -> None:
    assert len(composed(waiting("one"), waiting("two", Purpose.WORDS), crowded=True).items) == 1


@pytest.mark.parametrize("at", [Address("slack", "C-BETA"), Address("slack", "C-ACME", "topic-2")])
def test_another_place_is_another_letter_however_crowded(at: Address) -> None:
    assert len(composed(waiting("one"), waiting("two", at=at), crowded=True).items) == 1


def test_a_late_message_says_how_late_it_is() -> None:
    assert text_of(composed(waiting("one", age=12))) == "(Written at 11:48 UTC, delivered 12 min late.)\none"
    assert text_of(composed(waiting("one", age=2))) == "one"


def test_stale_pages_collapse_into_the_newest_with_the_age_of_the_oldest() -> None:
    letter = composed(page("page 1", age=47), page("page 2", age=44), page("page 3", age=3))
    assert text_of(letter) == "This page is 47 min old: it was first due at 11:13 UTC.\npage 3"
    assert len(letter.items) == 3
    assert post_of(letter).buttons == (Button("Acknowledge", "ack T-1"),)


def test_stale_pages_of_two_tickets_keep_both_and_their_buttons() -> None:
    letter = composed(page("T-1 again", age=10), page("T-2", age=5, ticket=2), page("T-1", age=20))
    assert text_of(letter) == (
        "This page is 20 min old: it was first due at 11:40 UTC.\nT-1 again\n\n"
        "This page is 5 min old: it was first due at 11:55 UTC.\nT-2"
    )
    assert [button.verb for button in post_of(letter).buttons] == ["ack T-1", "ack T-2"]


def test_a_single_stale_page_tells_its_age() -> None:
    assert text_of(composed(page("page 1", age=5))).startswith("This page is 5 min old")


def test_a_fresh_page_waits_for_nobody() -> None:
    assert len(composed(page("page 1"), page("page 2", ticket=2)).items) == 1
    assert len(composed(page("page 1"), page("page 2", age=9)).items) == 1


def test_fresh_pages_share_a_message_when_it_is_crowded_and_pretend_no_age() -> None:
    letter = composed(page("T-1"), page("T-2", ticket=2), crowded=True)
    assert text_of(letter) == "T-1\n\nT-2"


def test_a_page_and_an_update_never_mix() -> None:
    to = Address("slack", "U-ADA")
    notice = waiting("notice", Purpose.NOTICE, at=to, reply_to=None, age=9)
    assert len(composed(page("page", age=9), notice, crowded=True).items) == 1
    assert len(composed(notice, page("page", age=9), crowded=True).items) == 1


def test_what_may_have_arrived_says_so_where_nobody_can_look() -> None:
    unsure = page("page 1", uncertain=True)
    assert text_of(composed(unsure, able=TELEGRAM)).startswith("(May be a repeat")
    assert text_of(composed(unsure, able=SLACK)) == "page 1"


def test_an_edit_goes_alone() -> None:
    card = waiting("card", Purpose.CARD)
    edit = Edit("card:1", GROUP, "m9", "newest")
    claimed = replace(card, item=replace(card.item, message=edit))
    assert composed(claimed, waiting("one"), crowded=True) == Letter((claimed,), edit)


def test_a_letter_is_never_longer_than_the_channel_takes() -> None:
    short = replace(SLACK, max_length=20)
    letter = composed(waiting("a" * 9), waiting("b" * 9), waiting("c" * 9), able=short)
    assert text_of(letter) == "a" * 9 + "\n\n" + "b" * 9


TEXTS = st.text(st.characters(categories=["L"]), min_size=1, max_size=30)


@given(
    texts=st.lists(TEXTS, min_size=1, max_size=8, unique=True),
    crowded=st.booleans(),
    most=st.integers(30, 200),
)
def test_nothing_is_lost_or_said_twice(texts: list[str], crowded: bool, most: int) -> None:
    items = [waiting(text, reply_to=f"m{len(text) % 2}") for text in texts]
    able = replace(SLACK, max_length=most)
    said: list[str] = []
    while items:
        letter = composed(items[0], *items[1:], able=able, crowded=crowded)
        assert letter.first == items[0]
        assert len(text_of(letter)) <= most
        said += text_of(letter).split("\n\n")
        items = [each for each in items if each not in letter.items]
    assert sorted(said) == sorted(texts)


@given(ages=st.lists(st.integers(3, 500), min_size=2, max_size=20, unique=True))
def test_however_many_stale_pages_there_are_one_leaves(ages: list[int]) -> None:
    pages = [page(f"page {number}", age=age) for number, age in enumerate(ages)]
    letter = composed(*pages)
    assert len(letter.items) == len(pages)
    assert text_of(letter).count("\n") == 1
    assert text_of(letter).endswith(f"page {ages.index(min(ages))}")
