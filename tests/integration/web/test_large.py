"""Large requests to a program of its own: how much memory it takes, how early it stops; its sudden end."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from tests.chaos.waiting import until
from tests.integration.web.wire import wire
from tests.unit.web.forms import BOUNDARY, MULTIPART, file, form

MIB = 1024 * 1024
OPEN = file("files", "large.bin", b"").removesuffix(b"\r\n")
"""A part with a file that has not begun."""
GROWTH = 4096
"""KiB by which the most memory may grow: what is held of a request on its way (0 to 1,712 were measured)."""


@dataclass
class Program:
    process: subprocess.Popen[bytes]
    port: int
    swept: int

    async def standing(self) -> dict[str, int]:
        async with httpx.AsyncClient() as browser:
            found: dict[str, int] = (await browser.get(f"http://127.0.0.1:{self.port}/standing")).json()
        return found


def started(directory: Path) -> Program:
    words = [sys.executable, "-m", "tests.integration.web.site", str(directory)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    port, swept = process.stdout.readline().split()
    return Program(process, int(port), int(swept))


def ended(program: Program) -> None:
    program.process.kill()
    program.process.wait()
    if program.process.stdout is not None:
        program.process.stdout.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = started(tmp_path)
    yield program
    ended(program)


def halves(directory: Path) -> list[Path]:
    return list((directory / ".half").glob("*"))


async def hand_in(program: Program, body: bytes) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        url = f"http://127.0.0.1:{program.port}/form"
        return await browser.post(url, content=body, headers={"Content-Type": MULTIPART})


async def small(program: Program) -> str:
    """The id of a file of a few pieces."""
    id: str = (await hand_in(program, form(file("files", "a", bytes(600_000))))).json()["files"][0][0]
    return id


async def fetched(program: Program, id: str) -> int:
    """How many bytes come."""
    url = f"http://127.0.0.1:{program.port}/files/{id}"
    async with httpx.AsyncClient() as browser, browser.stream("GET", url) as given:
        return sum([len(piece) async for piece in given.aiter_bytes()])


async def warm(program: Program) -> int:
    """The most memory once everything has been done before."""
    for _ in range(3):
        assert (await hand_in(program, form(file("files", "a", bytes(3 * MIB))))).status_code == 200
        refused = await hand_in(program, form(file("files", "a", bytes(26 * MIB))))
        assert refused.json() == {"refused": "file_too_large"}
        assert await fetched(program, await small(program)) == 600_000
    return (await program.standing())["most"]


@pytest.mark.parametrize(
    "chunked",
    [
        pytest.param(True, id="no length"),
        pytest.param(False, id="a length that lies", marks=pytest.mark.slow),
    ],
)
async def test_two_gigabytes_are_not_read(program: Program, tmp_path: Path, chunked: bool) -> None:
    before = await warm(program)
    async with wire(program.port) as client:
        await client.head("Transfer-Encoding: chunked" if chunked else f"Content-Length: {70 * MIB}")
        await (client.chunk(OPEN) if chunked else client.send(OPEN))
        answer = await client.send_until_answered(repeat(bytes(MIB), 2048), chunked=chunked)
        assert answer == (413, {"refused": "file_too_large"})
        assert 25 * MIB < client.sent < 48 * MIB
    assert (await program.standing())["most"] - before < GROWTH
    assert halves(tmp_path) == []


@pytest.mark.slow
async def test_two_gigabytes_that_say_so_are_not_begun(program: Program) -> None:
    before = await warm(program)
    async with wire(program.port) as client:
        await client.head(f"Content-Length: {2 * 1024 * MIB}", "Expect: 100-continue")
        assert await client.answer() == (413, {"refused": "form_too_large"})
    assert (await program.standing())["most"] - before < GROWTH


@pytest.mark.slow
async def test_files_of_the_largest_size_go_through_little_memory(program: Program) -> None:
    before = await warm(program)
    async with wire(program.port) as client:
        await client.head("Transfer-Encoding: chunked")
        for number in range(3):
            await client.chunk(OPEN)
            for _ in range(25):
                await client.chunk(bytes([number]) * MIB)
            await client.chunk(b"\r\n")
        await client.chunk(b"--" + BOUNDARY + b"--\r\n")
        await client.send(b"0\r\n\r\n")
        status, answer = await client.answer()
    assert status == 200
    assert isinstance(answer["files"], list)
    assert [await fetched(program, id) for id, *_ in answer["files"]] == [25 * MIB] * 3
    assert (await program.standing())["most"] - before < GROWTH


async def test_whoever_leaves_a_download_leaves_no_file_open(program: Program) -> None:
    id = (await hand_in(program, form(file("files", "a", bytes(20 * MIB))))).json()["files"][0][0]
    before = (await program.standing())["open"]
    for _ in range(10):
        async with wire(program.port) as client:
            await client.send(b"GET /files/%s HTTP/1.1\r\nHost: desk\r\n\r\n" % id.encode())
            await client.reader.readexactly(1000)

    async def closed() -> bool:
        return (await program.standing())["open"] <= before

    await until(closed, lambda: f"no more than {before} open")


@pytest.mark.slow
async def test_killed_in_the_middle_and_swept_at_the_next_start(program: Program, tmp_path: Path) -> None:
    async with wire(program.port) as client:
        await client.head("Content-Length: 10000000")
        await client.send(OPEN + bytes(MIB))

        async def begun() -> bool:
            return bool(halves(tmp_path))

        await until(begun, lambda: "a half file")
        ended(program)
    assert len(halves(tmp_path)) == 1
    second = started(tmp_path)
    try:
        assert second.swept == 1
        assert halves(tmp_path) == []
    finally:
        ended(second)
