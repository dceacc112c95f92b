"""The files of a mail: what they are, and their bytes piece by piece, without holding on to them."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from adapters.email.mail import AttachedFile


@dataclass(frozen=True, slots=True)
class File:
    """`pieces` gives its bytes anew each time, and may raise OutOfTime. `name` is safe already.

    `content_id`: what HTML calls it by, without brackets. `says_inline`: its own Content-Disposition.
    """

    name: str | None
    content_type: str
    pieces: Callable[[], Iterable[bytes]]
    content_id: str | None = None
    says_inline: bool = False


def held(data: bytes) -> Callable[[], Iterable[bytes]]:
    """Of a file whose bytes are in memory anyway."""
    return lambda: (data,)


def attached(file: File, shown: frozenset[str]) -> AttachedFile:
    """`shown`: the Content-IDs that the HTML names. Raises OutOfTime."""
    digest = hashlib.sha256()
    size = 0
    for piece in file.pieces():
        digest.update(piece)
        size += len(piece)
    is_inline = file.says_inline or file.content_id in shown
    return AttachedFile(file.name, file.content_type, size, digest.hexdigest(), is_inline)
