"""A TCP proxy on loopback that does to a connection what networks do: it delays, cuts, falls silent, or loses
the answer to what was carried out."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias, TypeVar

from bot.clock import SystemClock

CHUNK = 65536
_ABORT = struct.pack("ii", 1, 0)
Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@dataclass(eq=False, slots=True)
class _Connection:
    caller: Writer
    server: Writer
    deaf: bool = False
    """What the server answers is dropped."""

    def cut(self) -> None:
        """As when a host is gone: neither side hears a goodbye."""
        for writer in (self.caller, self.server):
            _reset(writer)


@dataclass(eq=False, slots=True)
class Proxy:
    """Made by `proxy_to`. `delay`: seconds by which everything is late, each way. `refusing`: whoever calls
    is cut off at once."""

    host: str
    port: int
    delay: float = 0.0
    refusing: bool = False
    lost: int = 0
    """So many answers were lost."""
    breaking_off: bool = False
    """The connection that is answered next ends after it."""
    _losing: bytes = b""
    _holding: bytes = b""
    _halving: bytes = b""
    _open: set[_Connection] = field(default_factory=set)
    _passing: asyncio.Event = field(default_factory=asyncio.Event)
    _clock: SystemClock = field(default_factory=SystemClock)

    def cut(self) -> None:
        """Everybody who is connected now."""
        for connection in tuple(self._open):
            connection.cut()

    def hold(self) -> None:
        """Nothing passes, and nobody is told, until `release`."""
        self._passing.clear()

    def hold_at(self, words: bytes) -> None:
        """From the next request that holds these words on; it does not pass itself."""
        self._holding = words

    def hold_within(self, words: bytes) -> None:
        """From the middle of these words on, in the next answer that holds them."""
        self._halving = words

    @property
    def held(self) -> bool:
        return not self._passing.is_set()

    def release(self) -> None:
        self._passing.set()

    def lose_answer_to(self, words: bytes) -> None:
        """The next request that holds these words is carried out; instead of its answer the connection is
        cut."""
        self._losing = words

    async def request(self, data: bytes) -> bytes:
        """For those who change what is said: what is passed on in place of this."""
        return data

    def answer(self, data: bytes) -> bytes:
        return data

    async def serve(self, reader: Reader, writer: Writer) -> None:
        if self.refusing:
            _reset(writer)
            return
        try:
            answers, server = await asyncio.open_connection(self.host, self.port)
        except OSError:
            _reset(writer)
            return
        connection = _Connection(writer, server)
        self._open.add(connection)
        try:
            await asyncio.gather(self._requests(reader, connection), self._answers(answers, connection))
        finally:
            self._open.discard(connection)

    async def _requests(self, reader: Reader, connection: _Connection) -> None:
        async for data in _chunks(reader):
            if self._losing and self._losing in data:
                connection.deaf, self._losing = True, b""
            if self._holding and self._holding in data:
                self._holding = b""
                self.hold()
            await self._pass_on(await self.request(data), connection.server)
        connection.server.close()

    async def _answers(self, reader: Reader, connection: _Connection) -> None:
        async for data in _chunks(reader):
            if connection.deaf:
                self.lost += 1
                connection.cut()
                return
            for part in self._parts(self.answer(data)):
                await self._pass_on(part, connection.caller)
            if self.breaking_off:
                self.breaking_off = False
                break
        connection.caller.close()
        connection.server.close()

    def _parts(self, data: bytes) -> Iterator[bytes]:
        if self._halving and self._halving in data:
            half = data.index(self._halving) + len(self._halving) // 2
            self._halving = b""
            yield data[:half]
            self.hold()
            data = data[half:]
        yield data

    async def _pass_on(self, data: bytes, writer: Writer) -> None:
        if self.delay:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=self.delay))
        await self._passing.wait()
        with contextlib.suppress(OSError):
            writer.write(data)
            await writer.drain()


async def _chunks(reader: Reader) -> AsyncIterator[bytes]:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            yield data


def _reset(writer: Writer) -> None:
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is not None and found.fileno() >= 0:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    writer.transport.abort()


P = TypeVar("P", bound=Proxy)


@asynccontextmanager
async def serving(proxy: P, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[P, int]]:
    """The proxy, and the port it listens on, with TLS towards its callers where there is a context. At the
    end everybody is cut off."""
    proxy.release()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield proxy, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        proxy.release()
        proxy.cut()
        await server.wait_closed()


@asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[tuple[Proxy, int]]:
    """See `serving`."""
    async with serving(Proxy(host, port)) as found:
        yield found
