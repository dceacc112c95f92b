"""The log as the conversation it was: what a customer reads of it, and what stays among ourselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.tickets.conversation import Line, Speaker, for_customers, for_engineers
from bot.tickets.ticket import Event

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def log(*lines: tuple[str, dict[str, Any]]) -> list[Event]:
    """One line a minute."""
    return [Event(1, T0 + timedelta(minutes=at), kind, "mei", data) for at, (kind, data) in enumerate(lines)]


def said(lines: tuple[Line, ...]) -> list[tuple[str, str, str]]:
    return [(line.voice.value, line.kind, line.text) for line in lines]


def test_customers_never_read_what_stays_among_ourselves() -> None:
    events = log(
        ("opened", {"text": "video is black"}),
        ("paged", {"people": ["mei"]}),
        ("note", {"text": "their fault, I think"}),
        ("said", {"text": "who takes it?"}),
        ("acknowledged", {"how": "command"}),
        ("a kind of a later Dawnline", {"text": "secret"}),
        ("update", {"text": "we are on it"}),
    )
    assert said(for_customers(events)) == [
        ("customer", "opened", "video is black"),
        ("desk", "acknowledged", ""),
        ("engineer", "update", "we are on it"),
    ]


def test_engineers_read_of_what_happened_only_whether_it_is_solved() -> None:
    kinds = ("resolved", "confirmed", "paged", "reopened", "assigned", "solved_by_customer", "closed")
    lines = for_engineers(log(*((kind, {"text": "done"}) for kind in kinds)))
    happened = [line.kind for line in lines if line.voice is Speaker.DESK]
    assert happened == ["confirmed", "reopened", "solved_by_customer"]


def test_engineers_read_notes_apart_and_no_happenings() -> None:
    events = log(
        ("opened", {"text": "video is black"}),
        ("acknowledged", {"how": "command"}),
        ("note", {"text": "edge 7 is down"}),
    )
    assert said(for_engineers(events)) == [
        (Speaker.CUSTOMER.value, "opened", "video is black"),
        (Speaker.NOTE.value, "note", "edge 7 is down"),
    ]


def test_engineers_read_what_says_something_without_words() -> None:
    events = log(
        ("message", {"text": ""}),
        ("update", {"text": "", "eta": "2026-03-02T11:00:00+00:00"}),
        ("update", {"text": "", "complexity": "high"}),
        ("waiting", {"need": ""}),
        ("resolved", {"text": ""}),
        ("discarded", {"reason": ""}),
    )
    kinds = [line.kind for line in for_engineers(events)]
    assert kinds == ["update", "update", "waiting", "resolved", "discarded"]


def test_that_nothing_is_new_is_said_once_with_the_newest_time() -> None:
    told = ("customer_updated", {"next": "2026-03-02T09:03:00+00:00"})
    lines = for_customers(log(("opened", {"text": "x"}), told, told, told, ("message", {"text": "y"}), told))
    assert [line.kind for line in lines] == ["opened", "customer_updated", "message", "customer_updated"]
    assert lines[1].at == T0 + timedelta(minutes=3)


def test_an_edited_message_reads_as_it_does_where_it_stands() -> None:
    events = log(
        ("opened", {"text": "video is blak"}),
        ("message", {"text": "in room 42"}),
        ("edited", {"was": "video is blak", "text": "video is black"}),
        ("edited", {"was": "video is blak", "text": "video is black everywhere"}),
    )
    assert [line.text for line in for_customers(events)] == ["video is black everywhere", "in room 42"]
    assert [line.text for line in for_engineers(events)] == ["video is black everywhere", "in room 42"]
    assert events[0].data["text"] == "video is blak"


def test_a_message_stands_at_the_customers_own_time() -> None:
    sent = T0 - timedelta(minutes=20)
    [line] = for_customers(log(("opened", {"text": "x", "sent_at": sent.isoformat()})))
    assert line.at == sent
