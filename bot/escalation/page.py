"""A page: one try to reach one engineer by one means."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """`key` is the page's outbox key. Delivered means the platform took it, not that a human read it."""

    key: str
    ticket: int
    round: int
    engineer: str
    via: str
    created_at: datetime
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    reason: str | None = None
