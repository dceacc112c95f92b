"""What stands around a formal message to a customer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bot.messages.catalogue import Catalogue, Voice
from bot.outgoing import Hand
from bot.tickets.heading import heading_of, subject_of
from bot.tickets.ticket import Promise, State

from tests.unit.tickets.builders import after, clock, ticket

VOICE = Voice(Catalogue.load(), "en", "UTC", datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
OPEN = replace(ticket(clocks=[clock(15)]), promise=Promise(after(5)), root="<1@x>", copies=("finn@x",))


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Down", "Re: Down [T-7]"),
        ("Re: Down", "Re: Down [T-7]"),
        ("AW: Down [T-3]", "AW: Down [T-7]"),
        ("回复：黑屏", "回复：黑屏 [T-7]"),
        ("", "Re: video is black [T-7]"),
        ("Report: numbers", "Re: Report: numbers [T-7]"),
    ],
)
def test_the_customers_own_subject_with_the_tickets_number(subject: str, answered: str) -> None:
    assert subject_of(replace(OPEN, subject=subject)) == answered


def test_the_card() -> None:
    heading = heading_of(OPEN, VOICE, "", Hand.REPLIED)
    assert heading.facts == (
        ("Ticket", "T-7"),
        ("Priority", "P1"),
        ("State", "open"),
        ("An engineer answers by", "10:15 UTC"),
        ("Next update by", "10:05 UTC"),
    )
    assert (heading.ticket, heading.thread, heading.copies) == (7, ("<1@x>",), ("finn@x",))
    assert (heading.page, heading.hand) == (False, Hand.REPLIED)


def test_the_card_of_one_that_somebody_has_and_of_one_that_is_over() -> None:
    taken = replace(OPEN, assignee="ada", state=State.ACKNOWLEDGED)
    assert ("Engineer", "Ada Brandt") in heading_of(taken, VOICE, "Ada Brandt", Hand.HUMAN).facts
    over = replace(OPEN, state=State.CLOSED, clocks=(clock(15).meet(after(1)),))
    labels = [label for label, _ in heading_of(over, VOICE, "", Hand.HUMAN).facts]
    assert labels == ["Ticket", "Priority", "State"]
