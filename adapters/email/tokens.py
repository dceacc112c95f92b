"""Our own signed token: by it an answer finds its ticket, whatever its sender did to the subject.

It stands in the Message-ID of what we send and, as a plus-address, in Reply-To and in the envelope's sender:
`support+t1042-<signature>@example.com`. Who has it was sent it (or was handed it on). Nobody can make one.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

_LENGTH = 16
"""Characters of the signature: 80 bits, which nobody guesses against a mail server; an address stays short
(RFC 5321 section 4.5.3.1.1 allows 64 characters before the @)."""
_TOKEN = re.compile(rf"(?<![a-z0-9])([tpb])([1-9][0-9]{{0,11}})-([a-z2-7]{{{_LENGTH}}})(?![a-z0-9])", re.I)


class Bearer(StrEnum):
    """What carried a token out."""

    TICKET = "t"
    """A message to the customer."""
    PAGE = "p"
    """A page: answering it may acknowledge."""
    BOUNCE = "b"
    """The envelope: whatever comes back there did not arrive."""


@dataclass(frozen=True, slots=True)
class Token:
    bearer: Bearer
    ticket: int


class Tokens:
    """Makes and checks tokens. `secret` must be the same for all workers and for as long as mails are
    answered."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def written(self, token: Token) -> str:
        """ "t1042-abcdefgh234567ab": letters, digits and one hyphen, in lower case."""
        return f"{token.bearer}{token.ticket}-{self._signature(token)}"

    def read(self, text: str) -> Token | None:
        """The first token in `text` (an address, a Message-ID) that is ours, whatever case it came in."""
        for bearer, ticket, signature in _TOKEN.findall(text):
            token = Token(Bearer(bearer.lower()), int(ticket))
            if hmac.compare_digest(signature.lower(), self._signature(token)):
                return token
        return None

    def message_id(self, key: str, token: Token | None, domain: str) -> str:
        """The Message-ID of the message under this key of the outbox: the same whenever it is sent."""
        name = hashlib.sha256(key.encode()).hexdigest()[:24]
        return f"<{f'{self.written(token)}.' if token else ''}{name}@{domain}>"

    def _signature(self, token: Token) -> str:
        said = f"{token.bearer}{token.ticket}".encode()
        digest = hmac.new(self._secret, said, hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:_LENGTH]


def plus(address: str, token: str) -> str:
    """support@example.com with the token: support+TOKEN@example.com."""
    name, at, domain = address.rpartition("@")
    return f"{name}+{token}{at}{domain}"
