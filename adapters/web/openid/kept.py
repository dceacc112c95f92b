"""What a browser keeps for us while somebody is at the provider: signed, and good for ten minutes."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.web.guard import local_path
from bot.signed import Seal

LASTS = timedelta(minutes=10)
_PURPOSE = b"openid-kept:"
"""So that no other signature of the desk's fits here."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`state` ties the answer to this browser, `nonce` the ID token to this question (OpenID Connect Core
    section 3.1.2.1), `verifier` the code to us (RFC 7636). `until`: whole seconds, UTC."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back_to: str
    until: datetime


def fresh(back_to: str, now: datetime) -> Kept:
    """RFC 7636 section 4.1 wants 43 to 128 characters of a verifier."""
    until = now.replace(microsecond=0) + LASTS
    return Kept(
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(48),
        local_path(back_to),
        until,
    )


def written(kept: Kept, secret: bytes) -> str:
    """Letters, digits, "-" and "_"; less than 2,000."""
    parts = [kept.state, kept.nonce, kept.verifier, kept.back_to, int(kept.until.timestamp())]
    return Seal(secret, _PURPOSE).written(parts)


def read(text: str, secret: bytes) -> Kept | None:
    """None for whatever we have not written. It may be over: see `until`."""
    found = Seal(secret, _PURPOSE).read(text)
    if found is None:
        return None
    state, nonce, verifier, back_to, until = found
    return Kept(state, nonce, verifier, back_to, datetime.fromtimestamp(until, UTC))
