"""What goes over the wire, byte by byte: clients that send what no browser would."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.unit.web.forms import MULTIPART

PATIENCE = 20.0
Answer = tuple[int, dict[str, object]]


@dataclass(slots=True)
class Wire:
    """`sent`: bytes that the other side, or the system for it, has taken."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sent: int = 0

    async def head(self, *headers: str, kind: str = MULTIPART) -> None:
        lines = ["POST /form HTTP/1.1", "Host: desk", f"Content-Type: {kind}", *headers, "", ""]
        await self.send("\r\n".join(lines).encode())

    async def send(self, content: bytes) -> None:
        self.writer.write(content)
        await asyncio.wait_for(self.writer.drain(), PATIENCE)
        self.sent += len(content)

    async def chunk(self, content: bytes) -> None:
        """As one of Transfer-Encoding: chunked."""
        await self.send(b"%x\r\n%s\r\n" % (len(content), content))

    async def send_until_answered(self, pieces: Iterable[bytes], *, chunked: bool) -> Answer:
        """Stops as soon as an answer is there, or nobody takes any more."""
        answer = asyncio.create_task(self.answer())
        with suppress(ConnectionError):
            for piece in pieces:
                await (self.chunk(piece) if chunked else self.send(piece))
                if answer.done():
                    break
        return await answer

    async def answer(self) -> Answer:
        """The status and the JSON."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        body = await asyncio.wait_for(self.reader.readexactly(int(length[1])), PATIENCE)
        return int(head.split()[1]), json.loads(body)

    async def closed(self) -> bool:
        """Whether the other side hangs up."""
        try:
            return await asyncio.wait_for(self.reader.read(), PATIENCE) == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()
