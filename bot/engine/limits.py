"""How soon a destination may hear from us again. In memory: a restart may briefly exceed a limit, which the
platform then says with a 429."""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.durable import Urgency
from bot.outgoing import Limit

RESERVED = 2
"""Of a limit larger than a handful, so many are kept for pages."""


class Limiter:
    """Counts what was sent per scope in a sliding window, and remembers what the platform forbade."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[datetime]] = defaultdict(deque)
        self._blocked: dict[str, datetime] = {}

    def free_at(self, destination: str, limits: Iterable[Limit], urgency: Urgency, now: datetime) -> datetime:
        """When the next message may go; `now` when it may go at once."""
        waits = [self._window(limit, urgency, now) for limit in limits]
        return max([self.blocked_until(destination, now), *waits])

    def blocked_until(self, destination: str, now: datetime) -> datetime:
        """When the platform will take anything again; `now` when it does."""
        return max(self._blocked.get(destination, now), now)

    def _window(self, limit: Limit, urgency: Urgency, now: datetime) -> datetime:
        sent, span = self._sent[limit.scope], timedelta(seconds=limit.seconds)
        while sent and sent[0] <= now - span:
            sent.popleft()
        allowed = limit.count
        if limit.count > 5 * RESERVED and urgency > Urgency.PAGE:
            allowed -= RESERVED
        return sent[-allowed] + span if len(sent) >= allowed else now

    def took(self, limits: Iterable[Limit], now: datetime) -> None:
        for limit in limits:
            self._sent[limit.scope].append(now)

    def block(self, destination: str, until: datetime) -> None:
        """The platform said 429, or is not there."""
        self._blocked[destination] = max(until, self._blocked.get(destination, until))
