"""Files that were handed in and are on no ticket yet, by what their giver holds: signed, so that nobody
attaches a file they only know the digest of, nor one as what it is not."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.web.api.problems import Problem
from bot.inbound import KEPT, Attachment

_BYTES = 16


@dataclass(frozen=True, slots=True)
class Handles:
    secret: bytes = field(repr=False)

    def of(self, token: str, file: Attachment) -> str:
        said = json.dumps([file.id, file.name, file.content_type, file.size]).encode()
        return base64.urlsafe_b64encode(self._signature(token, said) + said).decode().rstrip("=")

    def opened(self, token: str, handles: Sequence[str]) -> tuple[Attachment, ...]:
        """Raises Problem (409) for what this token was never given."""
        return tuple(self._opened(token, each) for each in handles)

    def _opened(self, token: str, handle: str) -> Attachment:
        try:
            raw = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
        except ValueError:
            raise Problem(409, "unknown_upload") from None
        signature, said = raw[:_BYTES], raw[_BYTES:]
        if not hmac.compare_digest(self._signature(token, said), signature):
            raise Problem(409, "unknown_upload")
        digest, name, kind, size = json.loads(said)
        return Attachment(digest, name, kind, size, KEPT)

    def _signature(self, token: str, said: bytes) -> bytes:
        return hmac.new(self.secret, f"upload:{token}:".encode() + said, hashlib.sha256).digest()[:_BYTES]
