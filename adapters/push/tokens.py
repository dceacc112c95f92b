"""What a button under a push message may do: signed by us, for one message, one verb, one topic and a day.

Whoever has the address can press the button, so it is told to nobody but the topic, and it wears out.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.signed import Seal

LASTS = timedelta(hours=24)
_PURPOSE = b"push-action:"
"""So that no other signature of the desk's fits here."""
_SIGNATURE = 16
"""Bytes: 128 bits."""


@dataclass(frozen=True, slots=True)
class Act:
    """`key` is the message's, in the outbox. `until`: whole seconds, UTC."""

    topic: str
    verb: str
    key: str
    until: datetime

    @property
    def event_key(self) -> str:
        """Pressed twice it is one event."""
        said = f"{self.topic}\0{self.verb}\0{self.key}"
        return f"push:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


class Tokens:
    def __init__(self, secret: bytes) -> None:
        self._seal = Seal(secret, _PURPOSE, _SIGNATURE)

    def written(self, act: Act) -> str:
        """Letters, digits, "-" and "_"."""
        return self._seal.written([act.topic, act.verb, act.key, int(act.until.timestamp())])

    def read(self, token: str) -> Act | None:
        """None for whatever we have not written. It may have worn out: see `until`."""
        found = self._seal.read(token)
        if found is None:
            return None
        topic, verb, key, until = found
        return Act(topic, verb, key, datetime.fromtimestamp(until, UTC))
