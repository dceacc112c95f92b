"""The ticket: its states, the one table of allowed transitions, and what follows from each. Pure rules."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.errors import Refused
from bot.inbound import Address
from bot.policy import Priority
from bot.tickets.sla import ClockKind, SlaClock

UNKNOWN = "unknown"
"""The customer of a conversation nobody has linked yet."""


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    DISCARDED = "discarded"


class Move(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    DISCARD = "discard"


_UNTAKEN = {
    Move.ACKNOWLEDGE: State.ACKNOWLEDGED,
    Move.WAIT: State.WAITING,
    Move.RESOLVE: State.RESOLVED,
    Move.MERGE: State.MERGED,
    Move.DISCARD: State.DISCARDED,
}
TRANSITIONS: dict[State, dict[Move, State]] = {
    State.OPEN: _UNTAKEN,
    State.REOPENED: _UNTAKEN,
    State.ACKNOWLEDGED: {
        Move.WAIT: State.WAITING,
        Move.RESOLVE: State.RESOLVED,
        Move.MERGE: State.MERGED,
        Move.DISCARD: State.DISCARDED,
    },
    State.WAITING: {
        Move.RESUME: State.ACKNOWLEDGED,
        Move.RESOLVE: State.RESOLVED,
        Move.MERGE: State.MERGED,
        Move.DISCARD: State.DISCARDED,
    },
    State.RESOLVED: {Move.CLOSE: State.CLOSED, Move.REOPEN: State.REOPENED},
    State.CLOSED: {Move.REOPEN: State.REOPENED},
    State.DISCARDED: {Move.REOPEN: State.REOPENED},
    State.MERGED: {},
}
ACTIVE = frozenset({State.OPEN, State.REOPENED, State.ACKNOWLEDGED, State.WAITING})
UNTAKEN = frozenset({State.OPEN, State.REOPENED})


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer was last told: the facts of an engineer's update and when the next one comes."""

    next_update_at: datetime
    eta: datetime | None = None
    first_eta: datetime | None = None
    complexity: str | None = None
    need: str | None = None
    text: str | None = None

    @property
    def has_slipped(self) -> bool:
        """Whether the estimate is a later one than the first."""
        return self.eta is not None and self.first_eta is not None and self.eta > self.first_eta


@dataclass(frozen=True, slots=True)
class Card:
    """The live message in the customer's thread that shows the ticket as it stands."""

    at: Address
    message_id: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Another thread in which a ticket's customer listens: that of a ticket merged into it."""

    at: Address
    root: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """One customer's trouble. `home` and `root` are the thread it lives in; instants are UTC.

    `opened_at` is the customer's own timestamp; the clocks run from it. `round` counts escalation rounds
    already paged; `paged` are the engineers paged in this escalation, in order. `policy` names the stored
    snapshot. `reason` is the catalogue key of why it has its priority, `reason_words` what is said in it.
    `acknowledged_at` and `answered_at` are the first times ever; `assigned_at` is when the present assignee
    got it, `heard_at` when the customer's last further words came in. `root` is "" until the receipt was
    posted, where a command without a message opened the ticket.

    Of formal messages: `subject` of the first one, `copies`: who else is written to; `silent`: a machine
    opened it, so only humans' words go back; `unverified`: nobody vouches that its sender is who they say.

    `phone`: the number of whoever called the hotline about it.
    """

    number: int
    customer: str
    team: str
    home: Address
    root: str
    reporter: str
    reporter_name: str
    participants: tuple[str, ...]
    title: str
    text: str
    priority: Priority
    reason: str
    state: State
    opened_at: datetime
    received_at: datetime
    last_message_at: datetime
    language: str
    time_zone: str
    policy: str
    clocks: tuple[SlaClock, ...] = ()
    escalating_since: datetime | None = None
    round: int = 0
    paged: tuple[str, ...] = ()
    first_page_at: datetime | None = None
    assignee: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    promise: Promise | None = None
    waiting_for: str | None = None
    card: Card | None = None
    room: Address | None = None
    timeline: Card | None = None
    merged_into: int | None = None
    reason_words: dict[str, str] = field(default_factory=dict)
    assigned_at: datetime | None = None
    followers: tuple[Thread, ...] = ()
    heard_at: datetime | None = None
    subject: str = ""
    copies: tuple[str, ...] = ()
    silent: bool = False
    unverified: bool = False
    phone: str = ""

    @property
    def id(self) -> str:
        return f"T-{self.number}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_untaken(self) -> bool:
        return self.state in UNTAKEN

    @property
    def has_response_due(self) -> bool:
        """Whether the customer still waits for human words."""
        response = self.clock(ClockKind.RESPONSE)
        return response is not None and not response.is_over

    def lives_in(self, at: Address) -> bool:
        """Whether its customer listens in that conversation."""
        places = (self.home, *(thread.at for thread in self.followers))
        return any((at.channel, at.conversation) == (each.channel, each.conversation) for each in places)

    def clock(self, kind: ClockKind) -> SlaClock | None:
        """The clock of that kind that still counts: the newest one."""
        return next((clock for clock in reversed(self.clocks) if clock.kind is kind), None)

    def with_clock(self, clock: SlaClock) -> "Ticket":
        """The newest clock of that kind replaced (or the first one added)."""
        newest = self.clock(clock.kind)
        if newest is None:
            return replace(self, clocks=(*self.clocks, clock))
        return replace(self, clocks=tuple(clock if old is newest else old for old in self.clocks))

    def starting(self, clock: SlaClock) -> "Ticket":
        """A new clock beside the earlier ones, which are kept for the record."""
        return replace(self, clocks=(*self.clocks, clock))

    def moved(self, move: Move, now: datetime) -> "Ticket":
        """The ticket after `move`, clocks paused, resumed, met or cancelled with it.

        Raises Refused("wrong_transition") when the table does not allow it.
        """
        state = TRANSITIONS[self.state].get(move)
        if state is None:
            raise Refused("wrong_transition", ticket=self.id, move=move.value, state=self.state.value)
        return replace(self, state=state, clocks=tuple(_after(move, clock, now) for clock in self.clocks))


def _after(move: Move, clock: SlaClock, now: datetime) -> SlaClock:
    match move:
        case Move.WAIT:
            return clock.pause(now)
        case Move.RESUME:
            return clock.resume(now)
        case Move.RESOLVE:
            return clock.meet(now)
        case Move.DISCARD | Move.MERGE:
            return clock.cancel(now)
        case _:
            return clock


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's append-only log. `actor` is an engineer's id, a customer's name or "desk"."""

    ticket: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, Any]
