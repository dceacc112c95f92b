"""Where an arriving message belongs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bot.customers.customer import Customer
from bot.inbound import Address, MessagePosted
from bot.intake.ledger import Outcome, Surroundings
from bot.intake.routing import Route, route
from bot.policy import Intake
from bot.tickets.ticket import UNKNOWN, State

from tests.unit.intake.builders import CHATTER, around, message
from tests.unit.tickets.builders import after, ticket

INTAKE = Intake(grouping_window=timedelta(minutes=2), joining_window=timedelta(minutes=3), chatter=CHATTER)
FRESH = ticket()


def decided(item: MessagePosted, surroundings: Surroundings) -> tuple[Outcome, int | None, bool]:
    where = route(item, surroundings, INTAKE)
    return where.outcome, where.ticket.number if where.ticket else None, where.joined


OPENED = (Outcome.OPENED, None, False)
CHATS = (Outcome.CHATTER, None, False)
ADDED = (Outcome.APPENDED, 7, False)
JOINED = (Outcome.APPENDED, 7, True)


@pytest.mark.parametrize(
    "state", [State.OPEN, State.ACKNOWLEDGED, State.WAITING, State.REOPENED, State.RESOLVED]
)
@pytest.mark.parametrize("text", ["still black", "thanks"])
def test_a_reply_goes_to_its_ticket_whenever_it_comes(state: State, text: str) -> None:
    assert decided(message(text, by="U-EVE", at=9999), around(replied=ticket(state))) == ADDED


def test_a_reply_to_a_withdrawn_ticket_goes_to_it_too() -> None:
    assert decided(message("but it is broken", at=60), around(replied=ticket(State.DISCARDED))) == ADDED


def test_a_reply_to_a_closed_ticket_opens_a_new_one() -> None:
    assert decided(message("black again", at=9999), around(replied=ticket(State.CLOSED))) == OPENED
    assert decided(message("thanks", at=9999), around(replied=ticket(State.CLOSED))) == CHATS


@pytest.mark.parametrize(
    ("at", "expected"), [(0, ADDED), (2, ADDED), (-2, ADDED), (2.001, OPENED), (-2.001, OPENED)]
)
def test_the_same_author_within_the_window(at: float, expected: tuple[Outcome, int | None, bool]) -> None:
    assert decided(message("and no sound", at=at), around(FRESH)) == expected


def test_the_window_counts_from_the_last_message() -> None:
    talking = replace(FRESH, last_message_at=after(10))
    assert decided(message("and no sound", at=11), around(talking)) == ADDED


def test_the_same_authors_thanks_stay_on_the_ticket() -> None:
    assert decided(message("thanks", at=1), around(FRESH)) == ADDED


@pytest.mark.parametrize(("at", "expected"), [(3, JOINED), (3.001, OPENED)])
def test_another_person_of_the_customer_on_a_fresh_ticket(
    at: float, expected: tuple[Outcome, int | None, bool]
) -> None:
    assert decided(message("same here", by="U-EVE", at=at), around(FRESH)) == expected


def test_another_persons_greeting_is_chatter() -> None:
    assert decided(message("hi", by="U-EVE", at=1), around(FRESH)) == CHATS


def test_another_customers_person_in_a_shared_group_opens_their_own() -> None:
    other = around(FRESH, customer=Customer("beta", "Beta"))
    assert decided(message("no sound", by="U-EVE", at=1), other) == OPENED


def test_two_people_nobody_has_linked_are_of_the_same_unknown_customer() -> None:
    stranger = replace(FRESH, customer=UNKNOWN)
    assert decided(message("same here", by="U-EVE", at=1), around(stranger, customer=None)) == JOINED


def test_another_topic_is_another_matter() -> None:
    elsewhere = message("no sound", at=1, place=Address("slack", "C-ACME", "topic-9"))
    assert decided(elsewhere, around(FRESH)) == OPENED


def test_the_authors_own_ticket_comes_before_a_newer_one_of_a_colleague() -> None:
    newer = replace(FRESH, number=8, participants=("U-EVE",))
    assert decided(message("and no sound", at=1), around(newer, FRESH)) == ADDED


@pytest.mark.parametrize("text", ["hi", "谢谢", "👍"])
def test_chatter(text: str) -> None:
    assert decided(message(text), around()) == CHATS


def test_a_file_with_a_greeting_is_no_chatter() -> None:
    assert decided(message("hi", files=("crash.log",)), around()) == OPENED


def test_a_bare_file_is_no_chatter() -> None:
    assert decided(message("", files=("crash.log",)), around()) == OPENED


def test_bots_open_nothing() -> None:
    assert decided(message("all rooms are black", is_bot=True), around(FRESH)) == (Outcome.BOT, None, False)


def test_everything_else_opens_a_ticket_and_every_route_has_its_reason() -> None:
    where = route(message("video is black"), around(), INTAKE)
    assert where == Route(Outcome.OPENED, "a message that says something")
