"""Files as they are handed out: to be saved, never to be shown or run by the browser as part of our pages."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from bot.filenames import safe_name
from bot.inbound import Attachment
from bot.ports import Uploads

OPAQUE = "application/octet-stream"
INERT: Mapping[str, str] = {
    **{
        kind: kind
        for kind in ("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "audio/mpeg")
    },
    "text/plain": "text/plain; charset=utf-8",
}
"""Types that hold nothing a program would run, and how they are announced. Everything else is `OPAQUE`: also
image/svg+xml and application/pdf, which may hold scripts."""
PATIENCE = 120.0
"""Seconds for one piece (256 KiB) to be taken off our hands."""
_ATTRIBUTE = "!#$&+-.^_`|~"
"""Beside letters and digits, what needs no escape (RFC 5987 section 3.2.1)."""


async def download(attachment: Attachment, uploads: Uploads, *, patience: float = PATIENCE) -> Response:
    """The file, piece by piece; given up when one is not taken within `patience` seconds.

    Raises HTTPException (404) when `uploads` has none of that id, StoreError.
    """
    try:
        pieces = await uploads.open(attachment.id)
    except ValueError:
        pieces = None
    if pieces is None:
        raise HTTPException(404)
    return _Pieces(pieces, download_headers(attachment), patience)


def download_headers(attachment: Attachment) -> dict[str, str]:
    size = {} if attachment.size is None else {"Content-Length": str(attachment.size)}
    return {
        "Content-Type": INERT.get(attachment.content_type, OPAQUE),
        "Content-Disposition": content_disposition(attachment.name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
        **size,
    }


def content_disposition(name: str) -> str:
    """RFC 6266: a name in ASCII for everybody, and where that is not the whole name, the name (RFC 5987)."""
    whole = safe_name(name)
    # Some read %41 in it as A (RFC 6266 appendix D), and a backslash would escape.
    plain = "".join(char if " " <= char <= "~" and char not in '%"\\' else "_" for char in whole)
    extended = "" if plain == whole else f"; filename*=UTF-8''{quote(whole, safe=_ATTRIBUTE)}"
    return f'attachment; filename="{plain}"{extended}'


class _Pieces(StreamingResponse):
    """Closes what it reads from, however it ends, and does not wait for ever for who does not take it."""

    def __init__(
        self, pieces: AsyncGenerator[bytes, None], headers: Mapping[str, str], patience: float
    ) -> None:
        super().__init__(pieces, headers=headers)
        self._pieces = pieces
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._pieces):
            if scope["method"] == "HEAD":
                await Response(headers=self.headers)(scope, receive, send)
            else:
                await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(self._patience):
                await send(message)

        # The server closes a connection whose answer is not whole.
        with suppress(TimeoutError):
            await super().stream_response(send_soon)
