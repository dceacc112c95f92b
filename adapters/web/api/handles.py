"""Files that were handed in and are on no ticket yet, by what their giver holds: signed, so that nobody
attaches a file they only know the digest of, nor one as what it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.web.api.problems import Problem
from bot.inbound import KEPT, Attachment
from bot.signed import Seal

_BYTES = 16


@dataclass(frozen=True, slots=True)
class Handles:
    secret: bytes = field(repr=False)

    def of(self, token: str, file: Attachment) -> str:
        return self._seal(token).written([file.id, file.name, file.content_type, file.size])

    def opened(self, token: str, handles: Sequence[str]) -> tuple[Attachment, ...]:
        """Raises Problem (409) for what this token was never given."""
        return tuple(self._opened(token, each) for each in handles)

    def _opened(self, token: str, handle: str) -> Attachment:
        found = self._seal(token).read(handle)
        if found is None:
            raise Problem(409, "unknown_upload")
        digest, name, kind, size = found
        return Attachment(digest, name, kind, size, KEPT)

    def _seal(self, token: str) -> Seal:
        return Seal(self.secret, f"upload:{token}:".encode(), _BYTES)
