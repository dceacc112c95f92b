"""The API's rules that need no desk: buckets, cursors, handles, instants."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from adapters.web.api.cursors import Cursors
from adapters.web.api.fields import EARLIEST, LATEST, Bounded, TicketNumber, Truth
from adapters.web.api.handles import Handles
from adapters.web.api.problems import Problem
from adapters.web.buckets import MOST, Buckets
from bot.inbound import KEPT, Attachment
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_a_bucket_is_emptied_and_fills_again() -> None:
    buckets = Buckets(60)
    taken = [buckets.take("a", NOW) for _ in range(61)]
    assert [each.granted for each in taken] == [True] * 60 + [False]
    assert (taken[0].left, taken[0].next_in, taken[0].whole_in) == (59, 0, 1)
    assert (taken[-1].left, taken[-1].next_in, taken[-1].whole_in) == (0, 1, 60)
    assert buckets.take("b", NOW).granted
    later = [buckets.take("a", NOW + timedelta(seconds=2)).granted for _ in range(3)]
    assert later == [True, True, False]
    assert buckets.take("a", NOW + timedelta(hours=1)).left == 59


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = Buckets(2)
    assert [buckets.take("a", NOW).granted for _ in range(3)] == [True, True, False]
    assert not buckets.take("a", NOW - timedelta(hours=1)).granted


def test_however_many_come_not_all_are_remembered() -> None:
    buckets = Buckets(1)
    for number in range(MOST + 10):
        buckets.take(str(number), NOW + timedelta(milliseconds=number))
    assert len(buckets._buckets) <= MOST
    assert not buckets.take(str(MOST + 9), NOW + timedelta(seconds=11)).granted  # the newest are kept


@given(st.integers() | st.text(), st.dictionaries(st.text(), st.text() | st.none() | st.booleans()))
def test_a_cursor_says_what_it_was_told(place: str | int, question: dict[str, str | bool | None]) -> None:
    cursors = Cursors(b"secret")
    cursor = cursors.at(place, question)
    assert cursors.place(cursor, question) == place
    with pytest.raises(Problem):
        cursors.place(cursor, {**question, "another": "question"})
    with pytest.raises(Problem):
        Cursors(b"another secret").place(cursor, question)


@given(st.text())
def test_what_is_no_cursor_is_said_to_be_none(made_up: str) -> None:
    with pytest.raises(Problem) as raised:
        Cursors(b"secret").place(made_up, {})
    assert raised.value.status == 422


@given(st.text())
def test_a_handle_that_was_made_up_opens_nothing(made_up: str) -> None:
    with pytest.raises(Problem) as raised:
        Handles(b"secret").opened("tok_1", [made_up])
    assert raised.value.status == 409


def test_a_handle_is_its_tokens_own() -> None:
    handles, file = Handles(b"secret"), Attachment("ab" * 32, "a.png", "image/png", 7, KEPT)
    handle = handles.of("tok_1", file)
    assert handles.opened("tok_1", [handle, handle]) == (file, file)
    with pytest.raises(Problem):
        handles.opened("tok_2", [handle])


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-03-02T13:00:00Z", NOW),
        ("2026-03-02t13:00:00z", NOW),
        ("2026-03-02T14:00:00+01:00", NOW),
        ("2026-03-02T13:00:00.000000999Z", NOW),
        ("2026-03-02T12:59:60Z", NOW - timedelta(seconds=1)),
        ("0001-01-01T00:00:00+23:59", EARLIEST),
        ("1970-01-01T00:00:00Z", EARLIEST),
        ("9999-12-31T23:59:59-23:59", LATEST),
    ],
)
def test_instants_as_rfc_3339_writes_them(written: str, at: datetime) -> None:
    assert TypeAdapter(Bounded).validate_python(written) == at


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Bounded, "2026-03-02"),
        (Bounded, "2026-03-02T13:00:00"),
        (Bounded, "2026-02-30T13:00:00Z"),
        (Bounded, "1700000000"),
        (Bounded, 1700000000),
        (Bounded, None),
        (TicketNumber, "12"),
        (TicketNumber, "T-0"),
        (TicketNumber, "T-" + "9" * 16),
        (TicketNumber, "T-１２"),
        (TicketNumber, 12),
        (Truth, "yes"),
        (Truth, "1"),
        (Truth, 1),
    ],
)
def test_what_only_looks_like_one_is_none(kind: Any, written: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(written)
