"""Browsers, as far as the desk notices them: pages, forms and event streams over HTTP/1.1."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

_CSRF = re.compile(rb'data-csrf="([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """`first_byte`: seconds from the question to the beginning of the answer."""

    status: int
    first_byte: float
    head: bytes
    body: bytes


class Browser:
    """One connection that is kept, with the cookies of somebody signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookie = cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._csrf = ""

    async def get(self, path: str) -> Page:
        page = await self._ask("GET", path, b"")
        if found := _CSRF.search(page.body):
            self._csrf = found[1].decode()
        return page

    async def post(self, path: str, **fields: str) -> Page:
        """A form of the page that was got last."""
        return await self._ask("POST", path, urlencode({"csrf": self._csrf, **fields}).encode())

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def _ask(self, method: str, path: str, body: bytes) -> Page:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        began = perf_counter()
        writer.write(_request(self._port, self._cookie, method, path, body) + body)
        line = await reader.readline()
        first = perf_counter() - began
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        content = await reader.readexactly(int(length[1])) if length else b""
        return Page(int(line.split()[1]), first, head, content)


def _request(port: int, cookie: str, method: str, path: str, body: bytes) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"host: 127.0.0.1:{port}",
        f"cookie: {cookie}",
        f"origin: http://127.0.0.1:{port}",
        "content-type: application/x-www-form-urlencoded",
        f"content-length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Watching:
    """An open event stream; `told` waits until a ticket is named in it."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def told(self, ticket: str) -> None:
        async for line in self._reader:
            if line.startswith(b"data: ") and ticket in line[6:].decode().strip().split(","):
                return

    async def drain(self) -> None:
        """Read whatever comes, until it ends."""
        while await self._reader.read(65_536):
            pass


@asynccontextmanager
async def watching(port: int, cookie: str) -> AsyncIterator[Watching]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(port, cookie, "GET", "/desk/live", b""))
    await reader.readuntil(b": hello")
    try:
        yield Watching(reader)
    finally:
        writer.close()
