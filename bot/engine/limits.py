"""How soon a destination may hear from us again. Pure rules over what has left, which all workers share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.durable import Urgency, Usage
from bot.outgoing import Limit

KEPT = {Urgency.CRITICAL_PAGE: 0, Urgency.PAGE: 1}
RESERVED = 2
"""Of a limit larger than a handful, so many are kept for pages, and of these all but one for those of a
P0."""
GRACE = timedelta(seconds=1)
"""For so long after it is free, the next place is kept for the page that waits for it."""
Usages = Mapping[str, Usage]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a message into `destination` must pass: the platform's limits, and what the platform forbade."""

    destination: str
    limits: tuple[Limit, ...]

    @property
    def scopes(self) -> tuple[str, ...]:
        return (self.destination, *(limit.scope for limit in self.limits))

    def blocked_until(self, seen: Usages, now: datetime) -> datetime:
        """When the platform will take anything again; `now` when it does."""
        return max(seen[self.destination].blocked_until or now, now)

    def free_at(self, seen: Usages, urgency: Urgency, now: datetime) -> datetime:
        """When the next message may go; `now` when it may go at once."""
        waits = [_free_at(limit, seen[limit.scope], urgency, now) for limit in self.limits]
        return max([self.blocked_until(seen, now), *waits])

    def passed(self, seen: Usages, urgency: Urgency, now: datetime) -> Usages:
        """What is to be saved when a message leaves now."""
        return {limit.scope: _passed(limit, seen[limit.scope], urgency, now) for limit in self.limits}

    def kept(self, seen: Usages, urgency: Urgency, free_at: datetime) -> Usages:
        """What is to be saved when a message must wait until then: nothing less urgent takes a page's
        place."""
        if urgency > Urgency.PAGE:
            return {}
        scopes = {limit.scope: seen[limit.scope] for limit in self.limits}
        return {scope: _kept(usage, urgency, free_at + GRACE) for scope, usage in scopes.items()}


def blocked(usage: Usage, until: datetime) -> Usage:
    """The platform said 429, or is not there."""
    return replace(usage, blocked_until=max(until, usage.blocked_until or until))


def _free_at(limit: Limit, usage: Usage, urgency: Urgency, now: datetime) -> datetime:
    span = timedelta(seconds=limit.seconds)
    sent = [each for each in usage.taken if each > now - span]
    allowed = limit.count - (KEPT.get(urgency, RESERVED) if limit.count > 5 * RESERVED else 0)
    free = sent[-allowed] + span if len(sent) >= allowed else now
    return max(free, usage.reserved_until or now) if _kept_from(usage, urgency) else free


def _kept_from(usage: Usage, urgency: Urgency) -> bool:
    return usage.reserved_for is not None and urgency > usage.reserved_for


def _passed(limit: Limit, usage: Usage, urgency: Urgency, now: datetime) -> Usage:
    """Whoever waited for the place has it now."""
    left = tuple(each for each in usage.taken if each > now - timedelta(seconds=limit.seconds))
    taken = replace(usage, taken=tuple(sorted((*left, now))))
    return taken if _kept_from(usage, urgency) else replace(taken, reserved_until=None, reserved_for=None)


def _kept(usage: Usage, urgency: Urgency, until: datetime) -> Usage:
    if usage.reserved_for is not None and usage.reserved_for < urgency:
        return usage
    return replace(usage, reserved_until=max(until, usage.reserved_until or until), reserved_for=urgency)
