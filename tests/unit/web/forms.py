"""Forms as browsers write them, and requests that carry them."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request

BOUNDARY = b"----geckoformboundary1f2e"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
URLENCODED = "application/x-www-form-urlencoded"


def text(name: str, value: bytes, more: bytes = b"") -> bytes:
    return part(f'form-data; name="{name}"'.encode(), value, more)


def file(name: str, filename: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    said = f'form-data; name="{name}"; filename="{filename}"'
    return part(said.encode(), content, f"Content-Type: {kind}\r\n".encode())


def part(disposition: bytes, content: bytes, more: bytes = b"") -> bytes:
    head = b"Content-Disposition: " + disposition + b"\r\n" + more
    return b"--" + BOUNDARY + b"\r\n" + head + b"\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


class Sent:
    """A request whose body comes in these chunks. `asked`: how many of them were asked for. Without `whole`
    whoever sends is gone after the last."""

    def __init__(
        self,
        chunks: Iterable[bytes],
        kind: str = MULTIPART,
        headers: Mapping[str, str] | None = None,
        *,
        whole: bool = True,
    ) -> None:
        self._chunks = iter(chunks)
        self._whole = whole
        self.asked = 0
        said = {"Content-Type": kind, **(headers or {})}
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in said.items()]
        self.request = Request({"type": "http", "method": "POST", "headers": raw}, self._receive)

    async def _receive(self) -> dict[str, Any]:
        chunk = next(self._chunks, None)
        if chunk is None:
            return {"type": "http.request"} if self._whole else {"type": "http.disconnect"}
        self.asked += 1
        return {"type": "http.request", "body": chunk, "more_body": True}


def cut(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]
