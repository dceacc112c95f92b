"""Addresses of the desk's own pages, and the signature by which one opens a single ticket. Pure."""

import hmac
from dataclasses import dataclass, field

from bot.signed import mark, spelt

_BYTES = 16
"""Of the signature: nobody tries 2^128."""


@dataclass(frozen=True, slots=True)
class Links:
    """`base`: where people reach the desk, without a slash at the end. `secret` signs."""

    base: str
    secret: bytes = field(repr=False)

    def ticket(self, number: int, customer: str) -> str:
        """Whoever has this link sees that ticket and writes on it, as everybody in its conversation can. It
        names the customer too, so that it ends when the ticket turns out to be somebody else's."""
        return f"{self.base}/t/{number}-{self.signature(number, customer)}"

    def opens(self, number: int, customer: str, signature: str) -> bool:
        right = self.signature(number, customer)
        return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace"))

    def signature(self, number: int, customer: str) -> str:
        said = f"ticket:{number}:{customer}".encode()
        return spelt(mark(self.secret, said, _BYTES))

    def sign_in(self, secret: str) -> str:
        return f"{self.base}/sign-in/{secret}"
