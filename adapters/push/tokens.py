"""What a button under a push message may do: signed by us, for one message, one verb, one topic and a day.

Whoever has the address can press the button, so it is told to nobody but the topic, and it wears out.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
        self._secret = secret

    def written(self, act: Act) -> str:
        """Letters, digits, "-" and "_"."""
        said = json.dumps([act.topic, act.verb, act.key, int(act.until.timestamp())]).encode()
        return base64.urlsafe_b64encode(self._signature(said) + said).rstrip(b"=").decode()

    def read(self, token: str) -> Act | None:
        """None for whatever we have not written. It may have worn out: see `until`."""
        try:
            raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        signed, said = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signed, self._signature(said)):
            return None
        topic, verb, key, until = json.loads(said)
        return Act(topic, verb, key, datetime.fromtimestamp(until, UTC))

    def _signature(self, said: bytes) -> bytes:
        return hmac.new(self._secret, _PURPOSE + said, hashlib.sha256).digest()[:_SIGNATURE]
