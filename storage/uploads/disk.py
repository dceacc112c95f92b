"""Files that people hand in, on disk, where whole messages may lie too."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from bot.inbound import Attachment
from storage.content import ContentDirectory
from storage.threads import finished
from storage.uploads.receiving import pieces_of, received


class DiskUploads:
    """Keeps `bot.ports.Uploads` in a directory that all workers share."""

    def __init__(self, directory: Path) -> None:
        self._content = ContentDirectory(directory)

    async def take(self, chunks: AsyncIterator[bytes], name: str, most: int) -> Attachment:
        async with received(self._content, chunks, name, most) as (draft, attachment):
            await finished(self._content.keep, draft)
        return attachment

    async def open(self, id: str) -> AsyncGenerator[bytes, None] | None:
        path = self._content.path(id)
        return pieces_of(path) if await finished(path.exists) else None

    async def sweep(self) -> int:
        return await finished(self._content.sweep)

    async def close(self) -> None:
        pass
