"""Connections that send a head without end, slowly, or not at all, to the real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from adapters.web.heads import HeadLimits
from adapters.web.health import known
from adapters.web.server import WebServer, web_app
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.integration.web.wire import Wire, wire

LONG, SOON = 60.0, 0.1
GET = b"GET / HTTP/1.1\r\nHost: desk\r\n"
POST = b"POST / HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def at_once(request: Request) -> Response:
    """Without a look at the body."""
    return PlainTextResponse("said")


@asynccontextmanager
async def serving(seconds: float = LONG, waited_for: int = 500) -> AsyncIterator[int]:
    """The port."""
    routes = [Route("/", size, methods=["GET", "POST"]), Route("/at-once", at_once, methods=["POST"])]
    limits = HeadLimits(seconds=seconds, waited_for=waited_for)
    server = WebServer(web_app(routes, known(dict)), "127.0.0.1", 0, heads=limits)
    running = asyncio.create_task(server.run())
    try:
        yield server.port
    finally:
        server.stop()
        await running


async def status(client: Wire) -> int:
    return int((await asyncio.wait_for(client.reader.readuntil(b"\r\n\r\n"), LONG)).split()[1])


async def body(client: Wire) -> str:
    """Of an answer of one digit or more, whose length is told."""
    head = await asyncio.wait_for(client.reader.readuntil(b"\r\n\r\n"), LONG)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return (await client.reader.readexactly(length)).decode()


def line(size: int) -> bytes:
    return b"X: " + b"a" * (size - 5) + b"\r\n"


async def test_a_head_of_64_kib_is_read() -> None:
    async with serving() as port, wire(port) as client:
        await client.send(GET + line(64 * 1024 - len(GET) - 2) + b"\r\n")
        assert await status(client) == 200


@pytest.mark.parametrize("pieces", [1, 64])
async def test_a_larger_one_is_refused(pieces: int) -> None:
    async with serving() as port, wire(port) as client:
        size = 64 * 1024 // pieces
        large = GET + line(64 * 1024 - len(GET))
        for number in range(pieces):
            await client.send(large[size * number : size * (number + 1)])
        assert await status(client) == 431
        assert await client.closed()


async def test_a_head_without_end_is_not_read() -> None:
    async with serving() as port, wire(port) as client:
        await client.send(GET)
        with suppress(ConnectionError):
            for _ in range(300):
                await client.send(line(1_000_000))
        assert client.sent < 30_000_000


async def test_a_second_head_without_end_is_refused_too() -> None:
    async with serving() as port, wire(port) as client:
        await client.send(GET + b"\r\n")
        assert await body(client) == "0"
        await client.send(GET + line(70_000))
        assert await status(client) == 431


async def test_what_follows_a_body_without_end_is_no_body() -> None:
    """Trailers of a form whose answer is long there."""
    async with serving() as port, wire(port) as client:
        await client.send(POST.replace(b"POST / ", b"POST /at-once "))
        assert await body(client) == "said"
        await client.send(b"0\r\n" + line(70_000))
        assert await status(client) == 431
        assert await client.closed()


async def test_a_large_body_is_none_of_a_head() -> None:
    async with serving() as port, wire(port) as client:
        await client.send(POST)
        await client.chunk(bytes(3_000_000))
        await client.send(b"1\r\nx\r\n0\r\n\r\n")
        assert await body(client) == "3000001"


async def test_many_heads_at_once_are_no_large_one() -> None:
    async with serving() as port, wire(port) as client:
        await client.send((GET + b"\r\n") * 5_000)
        assert [await body(client) for _ in range(5_000)] == ["0"] * 5_000


@pytest.mark.parametrize("sent", [b"", b"G", GET, b"\r\n"])
async def test_half_a_head_is_not_waited_for(sent: bytes) -> None:
    async with serving(SOON) as port, wire(port) as client:
        await client.send(sent)
        assert await client.closed()


@pytest.mark.parametrize("more", [b"G", GET, b"\r\n"])
async def test_nor_is_half_of_the_second(more: bytes) -> None:
    async with serving(SOON) as port, wire(port) as client:
        await client.send(GET + b"\r\n")
        assert await body(client) == "0"
        await client.send(more)
        assert await client.closed()


async def test_nor_is_the_rest_of_a_body_that_nobody_reads() -> None:
    async with serving(SOON) as port, wire(port) as client:
        await client.send(POST.replace(b"POST / ", b"POST /at-once "))
        assert await body(client) == "said"
        await client.send(b"1\r\nx\r\n")
        assert await client.closed()


async def test_whose_head_is_whole_may_take_longer() -> None:
    """The clock of its head is stopped, and another connection shows that it would have rung."""
    async with serving(SOON) as port, wire(port) as client, wire(port) as silent:
        await client.send(POST)
        assert await silent.closed()
        await client.send(b"1\r\nx\r\n0\r\n\r\n")
        assert await body(client) == "1"


async def test_too_many_are_not_waited_for() -> None:
    """The one that has said nothing for longest makes room; who says something at once is answered."""
    async with serving(waited_for=2) as port, wire(port) as first, wire(port) as second:
        await first.send(GET)
        await second.send(GET)
        async with wire(port) as third:
            await third.send(GET + b"\r\n")
            assert await body(third) == "0"
        assert await first.closed()
        await second.send(b"\r\n")
        assert await body(second) == "0"
