"""An answer to whoever is still sending."""

import asyncio
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DRAIN = 16 * 1024 * 1024
"""Bytes that are read and forgotten after the answer."""
PATIENCE = 5.0
"""Seconds of it."""


class LastWord(Response):
    """The answer at once, though the request has not been read to its end, and then the connection's end.

    Whoever is cut off while sending does not hear why, so it goes on reading for a moment before it hangs up.
    """

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = [*answer.raw_headers, (b"connection", b"close")]
        self.background = answer.background

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await _drained(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if self.background is not None:
            await self.background()


async def _drained(receive: Receive) -> None:
    left = DRAIN
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body", False):
            return
