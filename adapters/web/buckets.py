"""How much somebody may ask for: token buckets, in the memory of one worker. Pure rules.

Counted per worker on purpose: a count in the store would cost every read a write. With several workers
somebody may so get as many times more as there are workers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil, floor

from starlette.requests import Request

MINUTE = timedelta(minutes=1)
MOST = 10_000
"""Buckets that are remembered; beyond it the fullest, which forbid nothing, are forgotten."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`limit`: requests a minute; `left`: now; `next_in`: seconds until one more, 0 while there is one;
    `whole_in`: seconds until all are there again."""

    limit: int
    left: int
    next_in: int
    whole_in: int
    granted: bool


@dataclass(slots=True)
class _Bucket:
    level: float
    at: datetime


class Buckets:
    """One for each name, each with room for a minute's requests."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, now: datetime) -> Allowance:
        """One request, if there is one left."""
        bucket = self._filled(name, now)
        granted = bucket.level >= 1
        if granted:
            bucket.level -= 1
        return Allowance(
            self._limit,
            floor(bucket.level),
            0 if bucket.level >= 1 else self._seconds(1 - bucket.level),
            self._seconds(self._limit - bucket.level),
            granted,
        )

    def _filled(self, name: str, now: datetime) -> _Bucket:
        if name not in self._buckets and len(self._buckets) >= MOST:
            self._forget()
        bucket = self._buckets.setdefault(name, _Bucket(self._limit, now))
        passed = max(now - bucket.at, timedelta(0))
        bucket.level = min(self._limit, bucket.level + self._limit * (passed / MINUTE))
        bucket.at = now
        return bucket

    def _forget(self) -> None:
        """Half of them, those that were asked longest ago, and so have filled up most."""
        oldest = sorted(self._buckets, key=lambda name: self._buckets[name].at)
        for name in oldest[: len(oldest) // 2]:
            del self._buckets[name]

    def _seconds(self, requests: float) -> int:
        return ceil(requests * MINUTE.total_seconds() / self._limit)


def network_of(request: Request) -> str:
    """The address that asks, as a trusted proxy tells it; of IPv6 the network that one subscriber has to
    themselves (RFC 6177)."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((host, 64), strict=False))
