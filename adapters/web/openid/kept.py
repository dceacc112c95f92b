"""What a browser keeps for us while somebody is at the provider: signed, and good for ten minutes."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LASTS = timedelta(minutes=10)
_PURPOSE = b"openid-kept:"
"""So that no other signature of the desk's fits here."""
_SIGNATURE = 32
"""Bytes."""
# A browser reads "\" as "/", and "//host" and "/\t/host" as another host. The length leaves a cookie room.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]{0,999}")


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
        local(back_to),
        until,
    )


def local(place: str) -> str:
    """A path of our own, else "/": whoever makes a link must not send people elsewhere through us."""
    return place if _LOCAL.fullmatch(place) else "/"


def written(kept: Kept, secret: bytes) -> str:
    """Letters, digits, "-" and "_"; less than 2,000."""
    parts = [kept.state, kept.nonce, kept.verifier, kept.back_to, int(kept.until.timestamp())]
    said = json.dumps(parts).encode()
    return base64.urlsafe_b64encode(_signature(said, secret) + said).rstrip(b"=").decode()


def read(text: str, secret: bytes) -> Kept | None:
    """None for whatever we have not written. It may be over: see `until`."""
    try:
        raw = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:  # binascii's own is one too
        return None
    signed, said = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signed, _signature(said, secret)):
        return None
    state, nonce, verifier, back_to, until = json.loads(said)
    return Kept(state, nonce, verifier, back_to, datetime.fromtimestamp(until, UTC))


def _signature(said: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, _PURPOSE + said, hashlib.sha256).digest()
