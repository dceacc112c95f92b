"""What browsers and programs hold to be known again. Pure rules; of every secret only the digest is kept."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.micros import to_micros

SESSION_LASTS = timedelta(days=14)
"""From the last look; engineers who are away longer sign in again."""
SEEN_EVERY = timedelta(hours=1)
LINK_LASTS = timedelta(minutes=15)
LINKS_AT_ONCE = 5
"""Links that one address may ask for while the earlier ones are good."""
LINKS_OF_A_DOMAIN = 20
"""Links that go, within `LINK_LASTS`, to those at one domain who are known by nothing else: anybody may ask
for any address there, also one that nobody has."""
SECRET_BYTES = 32


def digest_of(secret: str) -> str:
    """SHA-256, hex. The secrets are random and long, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in with a proven mail address. Who they are by it, the policy is asked each time."""

    digest: str
    address: str
    name: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.expires_at

    def seen(self, now: datetime) -> "Session":
        """It lasts anew; itself when that was noted a moment ago."""
        if now < self.seen_at + SEEN_EVERY:
            return self
        return replace(self, seen_at=now, expires_at=now + SESSION_LASTS)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A link by which somebody signs in, once. It was sent to `address`."""

    digest: str
    address: str
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "tickets:read"
    WRITE = "tickets:write"
    ONCALL = "oncall:read"
    CUSTOMERS = "customers:read"
    WEBHOOKS = "webhooks:manage"
    METRICS = "metrics:read"


@dataclass(frozen=True, slots=True)
class Token:
    """What a program signs in with. `engineer`: in whose name it acts; `customer`: only this customer's
    tickets are seen; neither: it sees all, and files in customers' names."""

    id: str
    digest: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime
    engineer: str | None = None
    customer: str | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a program was answered under an idempotency key; `status` None: it is still being worked on, by
    nobody else before `held_until`. `at`: when the key first came. `digest`: of the request, since the same
    key with another request is a mistake."""

    token: str
    key: str
    digest: str
    at: datetime
    status: int | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    held_until: datetime | None = None

    @property
    def event_key(self) -> str:
        """Names what happens under it, the same however often it is tried; another once the key is used
        anew."""
        return f"api:{self.token}:{to_micros(self.at)}:{digest_of(self.key)[:32]}"
