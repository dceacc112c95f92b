"""Whole messages as they came in, on disk: one file each, named by what is in it."""

import asyncio
from pathlib import Path

from storage.content import ContentDirectory, told


class DiskFiles:
    """Keeps `bot.ports.Files` in a directory that all workers share."""

    def __init__(self, directory: Path) -> None:
        self._content = ContentDirectory(directory)

    async def keep(self, content: bytes) -> str:
        return await asyncio.to_thread(self._keep, content)

    async def read(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._read, name)

    def path(self, name: str) -> Path:
        """Where the file of that name lies. Raises ValueError for what is no such name."""
        return self._content.path(name)

    def _keep(self, content: bytes) -> str:
        draft = self._content.draft()
        try:
            draft.write(content)
            return self._content.keep(draft)
        finally:
            draft.discard()

    def _read(self, name: str) -> bytes | None:
        path = self.path(name)
        with told(path, "cannot be read"):
            return path.read_bytes() if path.exists() else None
