"""Files that people hand in, in memory; strict about what `bot.ports.Uploads` promises."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from bot.errors import Refused
from bot.filenames import safe_name
from bot.inbound import Attachment


@dataclass(slots=True)
class MemoryUploads:
    """`fault` is raised once a file has come whole. `reading`: files that are being read and not closed."""

    kept: dict[str, bytes] = field(default_factory=dict)
    fault: Exception | None = None
    reading: int = 0

    async def take(self, chunks: AsyncIterator[bytes], name: str, most: int) -> Attachment:
        content = bytearray()
        async for chunk in chunks:
            content += chunk
            if len(content) > most:
                raise Refused("file_too_large", name=name, most=most)
        if not content:
            raise Refused("file_empty", name=name)
        if self.fault is not None:
            raise self.fault
        id = hashlib.sha256(content).hexdigest()
        self.kept[id] = bytes(content)
        return Attachment(id, safe_name(name), "application/octet-stream", len(content))

    async def open(self, id: str) -> AsyncGenerator[bytes, None] | None:
        if len(id) != 64:
            raise ValueError(f"{id!r} is not the name of a kept file")
        return self._pieces(self.kept[id]) if id in self.kept else None

    async def sweep(self) -> int:
        return 0

    async def close(self) -> None:
        pass

    async def _pieces(self, content: bytes) -> AsyncGenerator[bytes, None]:
        self.reading += 1
        try:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]
        finally:
            self.reading -= 1
