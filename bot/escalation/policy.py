"""Escalation's timetable and whom each step means. Pure rules.

A ticket carries a `Snapshot` of the policy it was opened under; editing the policy never rewires it.
Rounds 0..n-1 are the policy's steps; every later round repeats and widens, for ever.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.oncall.schedule import Duty
from bot.policy import Engineer, EscalationPolicy, Policy, Priority, Team
from bot.tickets.sla import ClockKind, SlaClock

SOONEST, RAREST = timedelta(minutes=1), timedelta(hours=1)
"""Beyond the steps people are paged as often as the last steps came, but within these bounds."""


@dataclass(frozen=True, slots=True)
class Step:
    """`after` counts from the start of the escalation; `targets` are roles or people (see `resolve`)."""

    after: timedelta
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything about a promise that must not change under a running ticket.

    `widen_after` is when the first round beyond the steps is due, `repeat_every` how often the next ones.
    """

    priority: Priority
    respond_within: timedelta
    plan_within: timedelta | None
    schedule: str
    steps: tuple[Step, ...]
    widen_after: timedelta
    repeat_every: timedelta
    widen: tuple[str, ...]
    all_means_at_once: bool
    incident: bool
    until_acknowledged: timedelta
    acknowledged: timedelta
    quiet: bool = False

    def at_most_every(self, interval: timedelta) -> "Snapshot":
        """The same promise where people are written to less often."""
        return replace(
            self,
            until_acknowledged=max(self.until_acknowledged, interval),
            acknowledged=max(self.acknowledged, interval),
        )

    @property
    def name(self) -> str:
        """Named by its content: the same promise is stored once, however many tickets carry it."""
        return hashlib.blake2s(repr(self).encode(), digest_size=12).hexdigest()

    def clocks(self, started_at: datetime) -> tuple[SlaClock, ...]:
        """The clocks this promise starts with the customer's first message."""
        response = SlaClock(ClockKind.RESPONSE, started_at, self.respond_within)
        if self.plan_within is None:
            return (response,)
        return (response, SlaClock(ClockKind.PLAN, started_at, self.plan_within))

    def page_at(self, started_at: datetime, number: int) -> datetime:
        """When round `number` is due."""
        if number < len(self.steps):
            return started_at + self.steps[number].after
        beyond = number - len(self.steps)
        return started_at + self.widen_after + beyond * self.repeat_every

    def round_at(self, started_at: datetime, now: datetime) -> int:
        """The newest round that is due at `now`: after a downtime the missed ones collapse into it."""
        elapsed = now - started_at
        due = sum(1 for step in self.steps if step.after <= elapsed) - 1
        if elapsed < self.widen_after:
            return max(due, 0)
        return len(self.steps) + (elapsed - self.widen_after) // self.repeat_every

    def targets(self, number: int) -> tuple[str, ...]:
        if number < len(self.steps):
            return self.steps[number].targets
        return self.widen[: number - len(self.steps) + 1]

    def missed(self, first: int, due: int) -> tuple[str, ...]:
        """The targets of rounds [first, due) that were never paged; beyond the widest they repeat."""
        widest = min(due, len(self.steps) + len(self.widen))
        return tuple(target for number in range(first, widest) for target in self.targets(number))


def timetable(policy: EscalationPolicy, respond_within: timedelta) -> tuple[timedelta, ...]:
    """The steps' offsets: as written, else spread evenly, the last one step before the deadline."""
    if policy.at is not None:
        return policy.at
    return tuple(respond_within * index / len(policy.steps) for index in range(len(policy.steps)))


def _spacing(offsets: Sequence[timedelta], respond_within: timedelta) -> timedelta:
    """How far apart the last steps are; of a single step, what is left to the deadline."""
    return respond_within - offsets[-1] if len(offsets) == 1 else offsets[-1] - offsets[-2]


def snapshot(policy: Policy, priority: Priority, team: Team) -> Snapshot:
    """What the policy promises at `priority` to a customer of `team`, frozen."""
    promised, progress = policy.priorities[priority], policy.progress[priority]
    escalation = policy.escalation[promised.escalation]
    offsets = timetable(escalation, promised.respond_within)
    spacing = max(escalation.repeat_every or _spacing(offsets, promised.respond_within), SOONEST)
    return Snapshot(
        priority=priority,
        respond_within=promised.respond_within,
        plan_within=promised.plan_within,
        schedule=team.schedule,
        steps=tuple(Step(after, targets) for after, targets in zip(offsets, escalation.steps, strict=True)),
        widen_after=offsets[-1] + spacing,  # evenly spread steps: at the deadline
        repeat_every=escalation.repeat_every or min(spacing, RAREST),
        widen=escalation.widen,
        all_means_at_once=promised.all_means_at_once,
        incident=promised.incident,
        until_acknowledged=progress.until_acknowledged,
        acknowledged=progress.acknowledged,
        quiet=promised.quiet,
    )


def begins(response: SlaClock, now: datetime) -> datetime:
    """Where an escalation's timetable starts: with the promise, so that its steps come before the deadline
    and a message that arrives late starts further up. When the deadline is past already it starts now:
    otherwise everybody would be woken at once by steps that never had a chance."""
    return response.instant_of(0) if now < response.due_at else now


@dataclass(frozen=True, slots=True)
class Roster:
    """Who could be meant at one instant: on call, employed, awake, the customer's account manager."""

    duties: tuple[Duty, ...]
    engineers: tuple[Engineer, ...]
    awake: frozenset[str]
    account_manager: str | None = None


def resolve(target: str, roster: Roster) -> tuple[str, ...]:
    """The engineers a step's target means now, in calling order; () when nobody.

    `role` or `role.N` (the N-th on call for that role, default the first), `engineer:ID`, `tier:TIER` (all of
    that tier, on call or not), `tam` (the customer's account manager), `awake`, `everyone`.
    """
    known = tuple(person.id for person in roster.engineers)
    match target.partition(":"):
        case ("engineer", ":", name):
            return (name,) if name in known else ()
        case ("tier", ":", tier):
            return tuple(person.id for person in roster.engineers if person.tier == tier)
        case ("tam", "", _):
            return (roster.account_manager,) if roster.account_manager in known else ()
        case ("awake", "", _):
            return tuple(name for name in known if name in roster.awake)
        case ("everyone", "", _):
            return known
        case _:
            return _on_call(target, roster.duties)


def _on_call(target: str, duties: Iterable[Duty]) -> tuple[str, ...]:
    role, _, place = target.partition(".")
    index = int(place) - 1 if place.isdecimal() else 0 if not place else -1
    return tuple(
        duty.engineers[index] for duty in duties if duty.role == role and 0 <= index < len(duty.engineers)
    )


def audience(targets: Iterable[str], roster: Roster) -> tuple[str, ...]:
    """Everybody the targets mean, each once, in calling order."""
    return tuple(dict.fromkeys(name for target in targets for name in resolve(target, roster)))
