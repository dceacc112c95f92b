"""A webhook: where a program is told of what happens to tickets, and how that goes. Pure rules."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

WEBHOOK = "webhook"
"""The channel; a conversation on it is a webhook's id."""
ANY = "*"
ROTATION = timedelta(hours=24)
"""For so long the secret before signs too."""
PATIENCE = timedelta(days=5)
"""Failed for so long without a break, a webhook is disabled."""
BREAK = timedelta(days=2)
"""Longer than the longest wait between two tries: a failure after that begins a row of its own."""
PREFIX = "whsec_"
_BYTES = 24
"""https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: 24 to 64."""


def fresh_id() -> str:
    return f"wh_{secrets.token_hex(8)}"


def fresh_key() -> str:
    """Of a message: it is signed with a dot between it and what follows, so it has none."""
    return f"msg_{secrets.token_hex(12)}"


def fresh_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """`events`: names of `bot.webhooks.events`, or ANY. `customer`: only of that customer's tickets, and only
    what they may know. `created_by`: an engineer's id, or who ran the command.

    `disabled_at` and `disabled_for`: since when nothing is sent, and why ("gone": the receiver said so;
    "failing": see PATIENCE). `old_secret` signs beside `secret` until `old_until`. `failing_since`: the first
    failure after which nothing arrived; `failed_at`: the last one. Instants are UTC.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    created_at: datetime
    created_by: str
    customer: str | None = None
    disabled_at: datetime | None = None
    disabled_for: str = ""
    old_secret: str = field(default="", repr=False)
    old_until: datetime | None = None
    failing_since: datetime | None = None
    failed_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def has_failed_for_too_long(self) -> bool:
        if self.failing_since is None or self.failed_at is None:
            return False
        return self.failed_at - self.failing_since >= PATIENCE

    def wants(self, event: str) -> bool:
        return self.is_active and (event in self.events or ANY in self.events)

    def concerns(self, customer: str) -> bool:
        return self.customer in (None, customer)

    def signing(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        old = self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if old else (self.secret,)

    def rotated(self, secret: str, now: datetime) -> "Webhook":
        return replace(self, secret=secret, old_secret=self.secret, old_until=now + ROTATION)

    def failed(self, now: datetime) -> "Webhook":
        """A try has failed: one more in a row, unless the last one was long ago."""
        goes_on = self.failed_at is not None and now - self.failed_at <= BREAK
        since = self.failing_since if goes_on else None
        return replace(self, failing_since=since or now, failed_at=now)

    def reached(self) -> "Webhook":
        return replace(self, failing_since=None, failed_at=None)

    def disabled(self, why: str, now: datetime) -> "Webhook":
        return replace(self, disabled_at=now, disabled_for=why)

    def enabled(self) -> "Webhook":
        return replace(self.reached(), disabled_at=None, disabled_for="")
