"""A session as the event loop sees it."""

import asyncio
from collections.abc import Callable
from ssl import SSLContext
from typing import TypeVar

from adapters.email.imap.session import Session
from adapters.email.imap.thread import OwnThread
from bot.configuration.mail_urls import MailServer

GOODBYE = 0.3
"""Seconds that closing may take; a connection that is still being made is left to its thread."""
T = TypeVar("T")


class Line:
    """One connection, in a thread of its own. Made for one try; `hang_up` in any case."""

    def __init__(self, server: MailServer, tls: SSLContext | None) -> None:
        self._session = Session(server, tls)
        self._thread = OwnThread(f"imap {server.host}")

    async def call(self, work: Callable[[Session], T]) -> T:
        """What `work` does with the session, outside of the event loop."""
        return await self._thread.call(lambda: work(self._session))

    def cut(self) -> None:
        """Whatever waits for the server fails at once."""
        self._session.cut()

    async def hang_up(self) -> None:
        self.cut()
        closing = asyncio.create_task(self._thread.call(self._session.close))
        await asyncio.wait({closing}, timeout=GOODBYE)
        self._thread.end()
