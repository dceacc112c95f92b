"""Work that outlives the process: timers that will fire, messages that will be sent, and who is at it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from bot.outgoing import Outgoing


class TimerKind(StrEnum):
    ESCALATE = "escalate"
    CLOCK = "clock"
    PROGRESS = "progress"
    RUNG = "rung"
    CLOSE = "close"
    TIMELINE = "timeline"
    QUARANTINE = "quarantine"
    CALL = "call"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to do at `due_at`. Setting a timer of the same `key` replaces it; firing removes it. `ticket`
    is 0 when it is about none."""

    key: str
    kind: TimerKind
    ticket: int
    due_at: datetime
    data: dict[str, Any] = field(default_factory=dict)


def next_ring(ticket: int, call: str, at: datetime, declined: str = "") -> Timer:
    """Then the next one is called to a customer who waits on the line. `declined`: the engineer who cannot
    come after all."""
    return Timer(f"ring:{call}", TimerKind.RING, ticket, at, {"call": call, "declined": declined})


@dataclass(frozen=True, slots=True)
class ClaimedTimer:
    """A timer under lease. `token` fences: only its holder may fire it. `attempts`: earlier failures."""

    timer: Timer
    token: int
    attempts: int


class Held(StrEnum):
    """Why a message did not leave."""

    AWAY = "away"
    """The platform did not answer, or said that it cannot now."""
    LIMITED = "limited"
    """The platform asked us to wait."""
    BEHIND = "behind"
    """Nothing goes there yet, because of what went there before; that one says why."""


class Urgency(IntEnum):
    """The order in which a destination's queue is served; lower goes first."""

    CRITICAL_PAGE = 0
    PAGE = 1
    RECEIPT = 2
    UPDATE = 3
    NOTICE = 4
    CARD = 5
    WEBHOOK = 6


class Purpose(StrEnum):
    """Why a message is sent; it decides what follows from its delivery or failure."""

    RECEIPT = "receipt"
    UPDATE = "update"
    WORDS = "words"
    PAGE = "page"
    RING = "ring"
    """An engineer is called to talk to a customer who waits on the line."""
    REPLY = "reply"
    NOTICE = "notice"
    CARD = "card"
    ROOM = "room"
    ROOM_TIMELINE = "room_timeline"
    ROOM_INVITE = "room_invite"
    ROOM_PIN = "room_pin"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message that must leave. `key` is its idempotency key: adding the same key again changes nothing,
    except for CARD edits, where the newest text wins while it has not left.

    `language` is the reader's, for words the engine must add (how late it is). Instants are UTC.
    """

    key: str
    purpose: Purpose
    urgency: Urgency
    message: Outgoing
    created_at: datetime
    due_at: datetime
    language: str = "en"
    ticket: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """An outbox item under lease. `uncertain` means an earlier try may have arrived: look before resending.
    `revision` tells whether the item was given newer words while it was on its way. `letter` is the key of
    the message an uncertain one may have arrived in, with others perhaps; "" for a certain one."""

    item: OutboxItem
    token: int
    attempts: int
    uncertain: bool
    revision: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What has left under one limit of a platform. Instants are UTC.

    `taken`: when messages left, the earliest first. `blocked_until`: the platform takes nothing before.
    `reserved_until`: until then the next place is kept for a message as urgent as `reserved_for`.
    """

    taken: tuple[datetime, ...] = ()
    blocked_until: datetime | None = None
    reserved_until: datetime | None = None
    reserved_for: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of the desk. `knows`: the newest schema its code knows."""

    id: str
    role: str
    version: str
    knows: int
    started_at: datetime
    alive_until: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A channel took nothing from `began_at` until `ended_at` (None: still)."""

    channel: str
    began_at: datetime
    reason: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What only one worker may do at a time, and who does it until when."""

    name: str
    worker: str
    until: datetime
