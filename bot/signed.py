"""Values that go out and come back: written by us, for one purpose, and readable only as they were written.
Pure rules."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any


def mark(secret: bytes, said: bytes, length: int = 32) -> bytes:
    """HMAC-SHA-256 of it (RFC 2104), the first `length` bytes."""
    return hmac.new(secret, said, hashlib.sha256).digest()[:length]


def spelt(raw: bytes) -> str:
    """Letters, digits, "-" and "_" (RFC 4648 section 5, without padding)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Seal:
    """`purpose`: so that no other signature of the desk's fits. `length`: bytes of the signature."""

    secret: bytes = field(repr=False)
    purpose: bytes
    length: int = 32

    def written(self, value: Any) -> str:
        """The value, which JSON can hold, signed; see `spelt`."""
        said = json.dumps(value, separators=(",", ":")).encode()
        return spelt(self._mark(said) + said)

    def read(self, text: str) -> Any:
        """The value; None for whatever was not written so."""
        try:
            raw = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        signed, said = raw[: self.length], raw[self.length :]
        return json.loads(said) if hmac.compare_digest(signed, self._mark(said)) else None

    def _mark(self, said: bytes) -> bytes:
        return mark(self.secret, self.purpose + said, self.length)
