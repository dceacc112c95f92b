"""The headers of what is handed out."""

import asyncio
import hashlib

import pytest
from adapters.web.downloads import INERT, content_disposition, download, download_headers
from aiohttp.multipart import content_disposition_filename, parse_content_disposition
from bot.filenames import safe_name
from bot.inbound import Attachment
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message

from tests.fakes.uploads import MemoryUploads
from tests.unit.test_filenames import NAMES


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("a b(1)'s.txt", 'attachment; filename="a b(1)\'s.txt"'),
        ("été.txt", "attachment; filename=\"_t_.txt\"; filename*=UTF-8''%C3%A9t%C3%A9.txt"),
        ("日志.log", "attachment; filename=\"__.log\"; filename*=UTF-8''%E6%97%A5%E5%BF%97.log"),
        ("100%41.txt", "attachment; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"),
        ('x"; filename="evil.exe', 'attachment; filename="x_; filename=_evil.exe"'),
        ("a\r\nX-Evil: 1", 'attachment; filename="a X-Evil_ 1"'),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_a_name_in_the_header(name: str, header: str) -> None:
    assert content_disposition(name) == header


@given(NAMES)
def test_any_name_arrives_as_it_is(name: str) -> None:
    """Read by a parser that is not ours."""
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    kind, parameters = parse_content_disposition(header)
    assert kind == "attachment"
    assert content_disposition_filename(parameters) == safe_name(name)
    assert "filename" in parameters


@given(NAMES, st.text(max_size=30), st.none() | st.integers(0, 2**40))
def test_headers_that_every_download_has(name: str, kind: str, size: int | None) -> None:
    headers = download_headers(Attachment("0" * 64, name, kind, size))
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["Content-Type"] == INERT.get(kind, "application/octet-stream")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers.get("Content-Length") == (None if size is None else str(size))
    assert MutableHeaders(headers).raw  # latin-1


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xml", "application/pdf", "text/javascript", ""]
)
def test_what_a_browser_might_run_is_opaque(kind: str) -> None:
    assert download_headers(Attachment("x", "a", kind))["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("id", ["0" * 64, "F123", "../../etc/passwd", ""])
async def test_what_is_not_there_is_not_found(id: str) -> None:
    """Files that stay on a platform have ids of the platform's."""
    with pytest.raises(HTTPException) as caught:
        await download(Attachment(id, "a.png"), MemoryUploads())
    assert caught.value.status_code == 404


def a_file() -> tuple[MemoryUploads, Attachment]:
    content = b"x" * 5_000
    id = hashlib.sha256(content).hexdigest()
    return MemoryUploads({id: content}), Attachment(id, "a", size=len(content))


async def test_whoever_only_asks_is_given_the_headers() -> None:
    uploads, attachment = a_file()
    response = await download(attachment, uploads)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await response({"type": "http", "method": "HEAD"}, never, send)
    assert (b"content-length", b"5000") in sent[0]["headers"]
    assert [message["body"] for message in sent[1:]] == [b""]


async def test_whoever_does_not_take_it_is_given_up() -> None:
    uploads, attachment = a_file()
    response = await download(attachment, uploads, patience=0.01)
    sent: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if len(sent) == 3:
            await never()

    await response({"type": "http", "method": "GET"}, never, send)
    assert sent == ["http.response.start", "http.response.body", "http.response.body"]
    assert uploads.reading == 0


async def never() -> Message:
    await asyncio.Event().wait()
    return {}
