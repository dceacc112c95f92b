"""What is handed in goes onto the disk first, whichever store keeps it: its name and its type are known only
when it is whole, and what is refused has reached no other machine."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import Refused
from bot.filenames import safe_name
from bot.inbound import Attachment
from bot.sizes import in_units
from storage.content import ContentDirectory, Draft, told
from storage.threads import finished
from storage.uploads.sniffing import FOOT, HEAD, content_type

PIECE = 256 * 1024
"""Bytes that are written, and read, at a time."""


@asynccontextmanager
async def received(
    content: ContentDirectory, chunks: AsyncIterator[bytes], name: str, most: int
) -> AsyncGenerator[tuple[Draft, Attachment], None]:
    """The whole file and what it is; afterwards it is gone, unless it was kept. Raises as `Uploads.take`."""
    draft = content.draft()
    try:
        await _fill(draft, chunks, name, most)
        yield draft, await finished(_described, draft, name)
    finally:
        await finished(draft.discard)


async def pieces_of(path: Path) -> AsyncGenerator[bytes, None]:
    """Raises StoreError."""
    opened = ExitStack()
    try:
        file = await finished(_open, path, opened)
        while piece := await finished(_next_piece, file, path):
            yield piece
    finally:
        await finished(opened.close)


async def _fill(draft: Draft, chunks: AsyncIterator[bytes], name: str, most: int) -> None:
    waiting = bytearray()
    async for chunk in chunks:
        if draft.size + len(waiting) + len(chunk) > most:
            raise Refused("file_too_large", name=safe_name(name), most=in_units(most))
        waiting += chunk
        if len(waiting) >= PIECE:
            await finished(draft.write, bytes(waiting))
            waiting.clear()
    if waiting:
        await finished(draft.write, bytes(waiting))
    if not draft.size:
        raise Refused("file_empty", name=safe_name(name))


def _described(draft: Draft, name: str) -> Attachment:
    head, foot = draft.read(0, HEAD), draft.read(max(draft.size - FOOT, 0), FOOT)
    return Attachment(draft.name, safe_name(name), content_type(head, foot), draft.size)


def _open(path: Path, opened: ExitStack) -> BinaryIO:
    with told(path, "cannot be read"):
        return opened.enter_context(path.open("rb", buffering=0))


def _next_piece(file: BinaryIO, path: Path) -> bytes:
    with told(path, "cannot be read"):
        return file.read(PIECE)
