"""SLA clocks: response, solution plan, next update. Pure rules; whoever needs the time passes `now`.

A clock runs from `started_at` for `within` plus every pause. It warns at 50 % and 80 % and breaches at 100 %.
It is met by what it waits for (human words, a plan, an update), or cancelled when the promise falls away.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LEVELS = (50, 80, 100)


class ClockKind(StrEnum):
    RESPONSE = "response"
    PLAN = "plan"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class SlaClock:
    """One promise to the customer. `warned` is the highest level (percent) already told."""

    kind: ClockKind
    started_at: datetime
    within: timedelta
    paused_for: timedelta = timedelta(0)
    paused_at: datetime | None = None
    warned: int = 0
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When the promise falls due, as long as no further pause comes."""
        return self.started_at + self.paused_for + self.within

    @property
    def is_running(self) -> bool:
        return self.met_at is None and self.cancelled_at is None and self.paused_at is None

    @property
    def is_over(self) -> bool:
        return self.met_at is not None or self.cancelled_at is not None

    @property
    def kept(self) -> bool | None:
        """True or False once it is known, None while it is open or when it was cancelled."""
        if self.breached_at is not None:
            return False
        return self.met_at <= self.due_at if self.met_at is not None else None

    def instant_of(self, level: int) -> datetime:
        return self.started_at + self.paused_for + self.within * level / 100

    def next_alarm(self) -> datetime | None:
        """When it warns or breaches next; None when it is paused, over or breached."""
        if not self.is_running or self.breached_at is not None:
            return None
        return next(self.instant_of(level) for level in LEVELS if level > self.warned)

    def level_at(self, now: datetime) -> int:
        """The highest level reached at `now` that has not been told yet, else 0: a late look tells once."""
        reached = [level for level in LEVELS if level > self.warned and self.instant_of(level) <= now]
        return max(reached, default=0)

    def told(self, level: int, now: datetime) -> "SlaClock":
        return replace(self, warned=level, breached_at=now if level == 100 else self.breached_at)

    def pause(self, now: datetime) -> "SlaClock":
        return replace(self, paused_at=now) if self.is_running else self

    def resume(self, now: datetime) -> "SlaClock":
        if self.paused_at is None or self.is_over:
            return self
        return replace(self, paused_for=self.paused_for + (now - self.paused_at), paused_at=None)

    def meet(self, now: datetime) -> "SlaClock":
        """What it waited for happened at `now`; a late one is recorded as breached, told or not."""
        if self.is_over:
            return self
        resumed = self.resume(now)
        late = resumed.breached_at or (now if now > resumed.due_at else None)
        return replace(resumed, met_at=now, breached_at=late)

    def cancel(self, now: datetime) -> "SlaClock":
        return self if self.is_over else replace(self, cancelled_at=now)
