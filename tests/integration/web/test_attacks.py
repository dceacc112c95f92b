"""Forms and files over a real server, from clients that mean no good."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import httpx
import pytest
from adapters.web.uploading import Limits
from storage.uploads.disk import DiskUploads

from tests.chaos.waiting import until
from tests.integration.web.site import LIMITS, Site
from tests.integration.web.wire import wire
from tests.unit.web.forms import MULTIPART, file, form, text

MIB = 1024 * 1024
GIF = b"GIF89a\1\0\1\0\0\0\0;"
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
PDF = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\n%%EOF"
OPEN = file("files", "large.bin", b"").removesuffix(b"\r\n")
"""A part with a file that has not begun."""


@dataclass
class Served:
    site: Site
    directory: Path

    @property
    def port(self) -> int:
        return self.site.server.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kept(self) -> list[Path]:
        return [path for path in self.directory.rglob("*") if path.is_file()]


@asynccontextmanager
async def serving(directory: Path, limits: Limits = LIMITS) -> AsyncIterator[Served]:
    site = Site(DiskUploads(directory), limits)
    running = asyncio.create_task(site.server.run())
    yield Served(site, directory)
    site.server.stop()
    await running


async def _said(refused: list[str]) -> bool:
    return bool(refused)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as served:
        yield served


async def send(served: Served, body: bytes, kind: str = MULTIPART) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.url) as browser:
        return await browser.post("/form", content=body, headers={"Content-Type": kind})


async def fetch(served: Served, id: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.url) as browser:
        return await browser.get(f"/files/{id}")


@pytest.mark.parametrize(
    ("content", "said", "announced"),
    [
        (GIF + SCRIPT, "text/html", "image/gif"),
        (b"GIF89a/*" + SCRIPT + b"*/=1;", "image/gif", "text/plain; charset=utf-8"),
        (PDF, "application/pdf", "application/octet-stream"),
        (SCRIPT, "image/png", "application/octet-stream"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            "image/png",
            "application/octet-stream",
        ),
        (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(60), "text/plain", "application/octet-stream"),
    ],
)
async def test_two_things_at_once_are_only_ever_saved(
    served: Served, content: bytes, said: str, announced: str
) -> None:
    ((id, *_),) = (await send(served, form(file("files", "a.html", content, said)))).json()["files"]
    given = await fetch(served, id)
    assert given.content == content
    assert given.headers["Content-Type"] == announced
    assert given.headers["Content-Disposition"] == 'attachment; filename="a.html"'
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert given.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "name", ["../../../../tmp/x.png", "..\\..\\x.png", "/etc/x.png", "C:\\x.png", "a/../x.png"]
)
async def test_a_path_in_a_name_leads_nowhere(served: Served, name: str) -> None:
    answer = await send(served, form(file("files", name, GIF)))
    ((id, shown, _, _),) = answer.json()["files"]
    assert shown == "x.png"
    assert served.kept() == [served.directory / id[:2] / id]


async def test_a_header_in_a_name_is_none(served: Served) -> None:
    ((id, *_),) = (await send(served, form(file("files", "a%22%0D%0AX-Evil: 1", GIF)))).json()["files"]
    given = await fetch(served, id)
    assert "X-Evil" not in given.headers
    assert given.headers["Content-Disposition"].startswith('attachment; filename="a__0D_0AX-Evil_ 1"')


async def test_a_bomb_does_not_go_off(served: Served) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(200 * MIB))
    bomb = inner.getvalue()
    ((id, _, kind, size),) = (await send(served, form(file("files", "bomb.zip", bomb)))).json()["files"]
    assert (kind, size) == ("application/zip", len(bomb))
    assert size < MIB
    assert (await fetch(served, id)).content == bomb


async def test_ten_thousand_tiny_parts(served: Served) -> None:
    many = form(*(text(f"a{number}", b"") for number in range(10_000)))
    answer = await send(served, many)
    assert (answer.status_code, answer.json()) == (413, {"refused": "form_too_many_fields"})
    files = form(*(file("files", f"{number}", b"x") for number in range(10_000)))
    answer = await send(served, files)
    assert (answer.status_code, answer.json()) == (413, {"refused": "form_too_many_files"})


async def test_more_than_it_says_is_no_part_of_it(served: Served) -> None:
    """Content-Length says 400 bytes and 2 GiB come. To the server that is no HTTP, and it hangs up; the
    answer may be lost with it."""
    async with wire(served.port) as client:
        await client.head("Content-Length: 400")
        await client.send(OPEN)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await client.send_until_answered(repeat(bytes(MIB), 2048), chunked=False)
        assert client.sent < 32 * MIB
    await until(lambda: _said(served.site.refused), lambda: "cut off")
    assert served.site.refused == ["form_cut_off"]
    assert served.kept() == []


async def test_both_lengths_at_once_are_refused(served: Served) -> None:
    """What one server takes for the end, another takes for the middle."""
    async with wire(served.port) as client:
        await client.head("Content-Length: 4", "Transfer-Encoding: chunked")
        await client.send(b"0\r\n\r\nPOST /form HTTP/1.1\r\nHost: desk\r\n\r\n")
        head = await asyncio.wait_for(client.reader.readline(), 5)
        assert head.split()[1] == b"400"
    assert served.site.refused == []


async def test_half_a_body_and_silence(tmp_path: Path) -> None:
    async with serving(tmp_path, replace(LIMITS, idle=0.2)) as served:
        async with wire(served.port) as client:
            await client.head("Content-Length: 1000000")
            await client.send(OPEN + bytes(400_000))
            assert await client.answer() == (408, {"refused": "form_too_slow"})
        assert served.kept() == []


async def test_byte_by_byte(tmp_path: Path) -> None:
    """Never silent for long, and never done."""
    loop = asyncio.get_running_loop()

    async def drip(port: int) -> None:
        async with wire(port) as client:
            await client.head("Content-Length: 1000000")
            answer = asyncio.create_task(client.answer())
            while not answer.done():
                await client.send(b"\n")
                await asyncio.wait([answer], timeout=0.05)
            assert await answer == (408, {"refused": "form_too_slow"})

    async with serving(tmp_path, replace(LIMITS, idle=0.4, slowest=1_000)) as served:
        began = loop.time()
        await asyncio.gather(*(drip(served.port) for _ in range(20)))
        assert loop.time() - began < 5


@pytest.mark.parametrize("sent", [0, 100, 700_000])
async def test_gone_in_the_middle(served: Served, sent: int) -> None:
    async with wire(served.port) as client:
        await client.head("Content-Length: 1000000")
        await client.send((OPEN + bytes(800_000))[:sent])
    answer = await send(served, form(file("files", "a.gif", GIF)))
    assert answer.status_code == 200
    await until(lambda: _said(served.site.refused), lambda: "cut off")
    assert served.site.refused == ["form_cut_off"]
    assert len(served.kept()) == 1


async def test_the_connection_goes_on_after_a_form(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url) as browser:
        for number in range(3):
            body = form(file("files", "a", b"%d" % number))
            answer = await browser.post("/form", content=body, headers={"Content-Type": MULTIPART})
            assert answer.status_code == 200
            assert "close" not in answer.headers.get("Connection", "")
