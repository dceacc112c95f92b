"""Who is in whose way: told by tables and by the values that name something."""

from collections.abc import Sequence

import pytest
from storage import intake, people, telephone, tickets, timers
from storage.footprint import Footprint, names, tables
from storage.session import Statement

SAVED = {
    "number": 5, "customer": "acme", "active": 1, "untaken": 1, "priority": "P1", "assignee": None,
    "channel": "slack", "conversation": "C1", "opened_at": 1, "last_message_at": 1, "body": "{}",
}  # fmt: skip


def saved(**given: object) -> Statement:
    return tickets.SAVE, {**SAVED, **given}


def called(**given: object) -> Statement:
    call = {"id": "CA1", "ticket": 1, "waiting": 1, "began_at": 1, "body": "{}"}
    return telephone.SAVE, {**call, **given}


def ticket(number: int) -> Statement:
    return tickets.GET, {"number": number}


def recent(conversation: str) -> Statement:
    return intake.RECENT, {"channel": "slack", "conversation": conversation, "since": 0}


def link(conversation: str, message_id: str) -> Statement:
    return tickets.LINK, {
        "channel": "slack",
        "conversation": conversation,
        "message_id": message_id,
        "ticket": 1,
    }


def ticket_of(conversation: str, message_id: str) -> Statement:
    return tickets.TICKET_OF, {"channel": "slack", "conversation": conversation, "message_id": message_id}


def after(*written: Statement) -> Footprint:
    footprint = Footprint()
    footprint.touch(written)
    return footprint


@pytest.mark.parametrize(
    ("written", "asked", "concerned"),
    [
        (saved(), ticket(5), True),
        (saved(), ticket(6), False),
        (saved(), recent("C1"), True),
        (saved(), recent("C2"), False),
        (link("C1", "m1"), ticket_of("C1", "m1"), True),
        (link("C1", "m1"), ticket_of("C1", "m2"), False),  # the same name for something else
        (saved(), ticket_of("C1", "m1"), False),  # another table
        (saved(number=9), (tickets.NEAREST, {"number": 7}), True),  # "the next one" may be any
        (saved(), (tickets.ACTIVE, {"limit": 9}), True),  # names nothing: all of its table
        ((people.SAVE, {"id": "acme", "body": "", "identities": ""}), (people.GET, {"id": "acme"}), True),
        ((timers.CANCEL, {"key": "a"}), (timers.HELD, {"key": "a", "token": 1}), True),
        ((timers.RELEASE_TIMERS, {}), (timers.HELD, {"key": "a", "token": 1}), True),
    ],
)
def test_an_answer_may_be_another_one(written: Statement, asked: Statement, concerned: bool) -> None:
    assert after(written).concerns(asked) is concerned


def test_nothing_written_concerns_nobody() -> None:
    assert not Footprint().concerns((tickets.ACTIVE, {"limit": 9}))


@pytest.mark.parametrize(
    ("first", "second", "hindered"),
    [
        ([saved()], [saved()], True),  # what one writes the other must not write back
        ([saved()], [saved(number=6, conversation="C1")], False),
        ([saved(assignee="mei")], [saved()], True),  # one row, whatever else is said of it
        ([called(ticket=2)], [called()], True),
        ([called(ticket=2)], [called(id="CA2")], False),
        ([(tickets.KEEP_SNAPSHOT, {"name": "p", "body": "{}"})] * 1,
         [(tickets.KEEP_SNAPSHOT, {"name": "p", "body": "{}"})], False),
    ],
)  # fmt: skip
def test_who_writes_the_same_looks_again(
    first: Sequence[Statement], second: Sequence[Statement], hindered: bool
) -> None:
    assert after(*first).hinders((), second) is hindered


def test_a_statement_s_tables_and_parameters() -> None:
    assert tables(intake.REPLIED) == {"message_links", "tickets"}
    assert names("SELECT a::text FROM t WHERE b = :b AND c = :c AND d = :b") == ("b", "c")
