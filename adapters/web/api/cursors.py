"""Where a list goes on: opaque to whoever holds it, signed by us, and good for the same question only."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.web.api.problems import Fault, Problem

_BYTES = 12
"""Of the signature: a made-up cursor shows nothing that its holder may not see anyway."""


@dataclass(frozen=True, slots=True)
class Cursors:
    secret: bytes = field(repr=False)

    def at(self, place: str | int, question: Mapping[str, Any]) -> str:
        said = json.dumps([place, _digest(question)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._signature(said) + said).decode().rstrip("=")

    def place(self, cursor: str, question: Mapping[str, Any]) -> Any:
        """What `at` was told. Raises Problem (422) for a cursor of another list, or of nobody."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise _wrong() from None
        signature, said = raw[:_BYTES], raw[_BYTES:]
        if not hmac.compare_digest(self._signature(said), signature):
            raise _wrong()
        place, digest = json.loads(said)
        if digest != _digest(question):
            raise _wrong()
        return place

    def _signature(self, said: bytes) -> bytes:
        return hmac.new(self.secret, b"cursor:" + said, hashlib.sha256).digest()[:_BYTES]


def _digest(question: Mapping[str, Any]) -> str:
    """Of everything but how much is shown at once."""
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:12]


def _wrong() -> Problem:
    return Problem(422, "cursor", faults=[Fault("query:cursor", "not a cursor of this list")])
