"""A ticket's log as the conversation it was: who said what, and what happened between. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from bot.inbound import Attachment
from bot.tickets.attached import files_of
from bot.tickets.ticket import Event


class Speaker(StrEnum):
    """Whose line it is."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    NOTE = "note"
    """An engineer's words for engineers."""
    DESK = "desk"
    """Something happened."""


LINES = 100
"""So many of the newest lines are shown, until somebody asks for all."""
EVERYTHING = 1_000_000
"""More than there are of anything on a ticket."""


@dataclass(frozen=True, slots=True)
class Line:
    """`text` are somebody's words; "" where only something happened. `files`: those that the desk keeps;
    `named`: names of all that came along."""

    at: datetime
    voice: Speaker
    kind: str
    actor: str
    text: str = ""
    files: tuple[Attachment, ...] = ()
    named: tuple[str, ...] = ()
    data: Mapping[str, Any] | None = None


_SPOKEN = {
    "opened": (Speaker.CUSTOMER, "text"),
    "message": (Speaker.CUSTOMER, "text"),
    "replied": (Speaker.ENGINEER, "text"),
    "update": (Speaker.ENGINEER, "text"),
    "waiting": (Speaker.ENGINEER, "need"),
    "resolved": (Speaker.ENGINEER, "text"),
    "discarded": (Speaker.ENGINEER, "reason"),
}
_HAPPENED = frozenset(
    [
        "acknowledged",
        "assigned",
        "priority_changed",
        "customer_updated",
        "reopened",
        "closed",
        "confirmed",
        "solved_by_customer",
        "merged",
        "absorbed",
        "resumed",
        "called",
    ]
)
"""What a customer reads of beside words. Everything that is in neither table stays among ourselves."""
READ_BY_CUSTOMERS = frozenset({*_SPOKEN, *_HAPPENED})
_READ_BY_ENGINEERS = frozenset(["reopened", "confirmed", "solved_by_customer", "absorbed"])
"""What engineers read of beside words: whether it is solved, and what was merged into it. Whatever else
happened is on the timeline."""
_AMONG_OURSELVES = {"note": (Speaker.NOTE, "text"), "said": (Speaker.NOTE, "text")}
NO_NEWS = "customer_updated"
"""That nothing new has happened is said once, with the newest time."""


class Audience(StrEnum):
    """Who reads a conversation."""

    CUSTOMERS = "customers"
    ENGINEERS = "engineers"


READ_BY: Mapping[Audience, frozenset[str]] = {
    Audience.CUSTOMERS: READ_BY_CUSTOMERS | {"edited"},
    Audience.ENGINEERS: frozenset({*_SPOKEN, *_AMONG_OURSELVES, *_READ_BY_ENGINEERS, "edited"}),
}
"""The lines of the log that their conversation is made of."""


WITHOUT_WORDS = frozenset(["waiting", "resolved", "discarded"])
"""What says something even where nobody wrote a word."""
FACTS = ("plan", "eta", "complexity", "need")
"""What an update may say beside its words."""


def for_customers(events: Iterable[Event]) -> tuple[Line, ...]:
    """What the ticket's customer may read of it, oldest first."""
    read = [each for each in _as_it_reads_now(events) if each.kind in READ_BY_CUSTOMERS]
    last_of_row = [here for here, after in pairwise([*read, None]) if here and not _again(here, after)]
    return tuple(_line(each, _SPOKEN) for each in last_of_row)


def _again(here: Event, after: Event | None) -> bool:
    return after is not None and here.kind == after.kind == NO_NEWS


def for_engineers(events: Iterable[Event]) -> tuple[Line, ...]:
    """All that was said, notes and all, whether it is solved, and what was merged into it; oldest first."""
    spoken = {**_SPOKEN, **_AMONG_OURSELVES}
    read = (
        each for each in _as_it_reads_now(events) if each.kind in spoken or each.kind in _READ_BY_ENGINEERS
    )
    return tuple(line for each in read if _tells(line := _line(each, spoken)))


def _tells(line: Line) -> bool:
    data = line.data or {}
    is_happening = line.voice is Speaker.DESK
    return bool(
        is_happening or line.text or line.named or line.kind in WITHOUT_WORDS or any(map(data.get, FACTS))
    )


def _as_it_reads_now(events: Iterable[Event]) -> list[Event]:
    """A customer's message that was edited where it stands reads as it does there; the log keeps both."""
    known = list(events)
    edits = [each.data for each in known if each.kind == "edited"]
    now = {each["was"]: each["text"] for each in edits if each.get("was")}
    return [
        replace(each, data={**each.data, "text": now[each.data["text"]]})
        if each.kind in ("opened", "message") and each.data.get("text") in now
        else each
        for each in known
    ]


def _line(event: Event, spoken: Mapping[str, tuple[Speaker, str]]) -> Line:
    voice, key = spoken.get(event.kind, (Speaker.DESK, ""))
    files, data = files_of(event), event.data
    named = tuple(str(each) for each in data.get("files", ()))
    sent_at = data.get("sent_at")  # the customer's own time, not when it came in
    at = datetime.fromisoformat(sent_at) if sent_at else event.at
    return Line(at, voice, event.kind, event.actor, str(data.get(key) or ""), files, named, data)
