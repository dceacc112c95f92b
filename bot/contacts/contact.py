"""Contacts that wake somebody at night, and whether their owner has confirmed them. Pure rules."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

VALID_FOR = timedelta(minutes=15)
TRIES = 5
"""Wrong codes, after which only a fresh one counts: six digits are not guessed in five tries."""


@dataclass(frozen=True, slots=True)
class Contact:
    """`kind` as in an engineer's identities ("phone", "push"). `code` is only kept as its digest."""

    kind: str
    value: str
    digest: str = ""
    sent_at: datetime | None = None
    tries: int = 0
    confirmed_at: datetime | None = None

    def sending(self, code: str, now: datetime) -> "Contact":
        """A fresh code is on its way; a confirmation from before stays until the contact itself changes."""
        return replace(self, digest=_digest(self, code), sent_at=now, tries=0)

    def fault_of(self, code: str, now: datetime) -> str | None:
        """What is wrong with a code: "none_sent", "expired", "too_many" or "wrong"; None when it is right."""
        if self.sent_at is None:
            return "none_sent"
        if now > self.sent_at + VALID_FOR:
            return "expired"
        if self.tries >= TRIES:
            return "too_many"
        return None if hmac.compare_digest(self.digest, _digest(self, code)) else "wrong"

    def tried(self) -> "Contact":
        return replace(self, tries=self.tries + 1)

    def confirmed(self, now: datetime) -> "Contact":
        return replace(self, digest="", sent_at=None, tries=0, confirmed_at=now)


def _digest(contact: Contact, code: str) -> str:
    said = f"{contact.kind}:{contact.value}:{code.strip()}"
    return hashlib.sha256(said.encode()).hexdigest()
