"""Addresses of the desk's own pages, and the signature by which one opens a single ticket. Pure."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

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
        digest = hmac.new(self.secret, said, hashlib.sha256).digest()[:_BYTES]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def sign_in(self, secret: str) -> str:
        return f"{self.base}/sign-in/{secret}"

    def console(self, number: int) -> str:
        return f"{self.base}/desk/tickets/T-{number}"
