"""Where a list goes on: opaque to whoever holds it, signed by us, and good for the same question only."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.web.api.problems import Fault, Problem
from bot.signed import Seal

_BYTES = 12
"""Of the signature: a made-up cursor shows nothing that its holder may not see anyway."""


@dataclass(frozen=True, slots=True)
class Cursors:
    secret: bytes = field(repr=False)

    def at(self, place: str | int, question: Mapping[str, Any]) -> str:
        return self._seal.written([place, _digest(question)])

    def place(self, cursor: str, question: Mapping[str, Any]) -> Any:
        """What `at` was told. Raises Problem (422) for a cursor of another list, or of nobody."""
        place, digest = self._seal.read(cursor) or (None, None)
        if digest != _digest(question):
            raise _wrong()
        return place

    @property
    def _seal(self) -> Seal:
        return Seal(self.secret, b"cursor:", _BYTES)


def _digest(question: Mapping[str, Any]) -> str:
    """Of everything but how much is shown at once."""
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:12]


def _wrong() -> Problem:
    return Problem(422, "cursor", faults=[Fault("query:cursor", "not a cursor of this list")])
