"""A few open connections to the mail server, shared by everything that is sent."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from adapters.email.errand import Errand, Lost, Patience, Refused
from adapters.email.letter import Letter
from adapters.email.smtp import Connection
from bot.errors import Temporary

log = structlog.get_logger(__name__)
CONNECTIONS = 4
MAILS_EACH = 100
"""Servers that count mails a connection count to some hundreds."""


class Pool:
    """Opens connections when they are needed and closes those that are not. Sends at most `size` mails at a
    time; others wait."""

    def __init__(
        self, open_one: Callable[[Errand], Awaitable[Connection]], patience: Patience, size: int = CONNECTIONS
    ) -> None:
        self._open_one = open_one
        self._patience = patience
        self._room = asyncio.Semaphore(size)
        self._idle: dict[Connection, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._closed = False

    async def send(self, letter: Letter) -> tuple[Refused, ...]:
        """The copies that were refused. Raises DeliveryError, within `Patience.whole`."""
        errand = Errand(letter, asyncio.get_running_loop().time() + self._patience.whole)
        try:
            async with asyncio.timeout_at(errand.deadline), self._room:
                return await self._send(errand)
        except TimeoutError:
            raise errand.silence("the mail server takes too long") from None

    async def _send(self, errand: Errand) -> tuple[Refused, ...]:
        if self._closed:
            raise Temporary("the connections to the mail server are closed")
        if (idle := self._take()) is not None:
            try:
                return await self._through(idle, errand)
            except Lost as lost:
                # Servers close what is idle when they like; nothing of the mail has left.
                log.info("mail connection replaced", reason=str(lost))
        return await self._through(await self._open_one(errand), errand)

    async def _through(self, connection: Connection, errand: Errand) -> tuple[Refused, ...]:
        try:
            return await connection.send(errand)
        finally:
            self._give_back(connection)

    def _take(self) -> Connection | None:
        """The one used last, so that those too many grow old."""
        while self._idle:
            connection, timer = self._idle.popitem()
            timer.cancel()
            if connection.usable:
                return connection
            connection.drop()
        return None

    def _give_back(self, connection: Connection) -> None:
        if self._closed or not connection.usable:
            connection.drop()
        elif connection.taken >= MAILS_EACH:
            self._dismiss(connection)
        else:
            loop = asyncio.get_running_loop()
            self._idle[connection] = loop.call_later(self._patience.idle, self._expire, connection)

    def _expire(self, connection: Connection) -> None:
        del self._idle[connection]
        self._dismiss(connection)

    def _dismiss(self, connection: Connection) -> None:
        task = asyncio.create_task(connection.quit(), name="mail goodbye")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Say goodbye on every connection, within `Patience.goodbye`. What is still under way is cut off when
        it ends. Idempotent."""
        self._closed = True
        while (connection := self._take()) is not None:
            self._dismiss(connection)
        if self._leaving:
            await asyncio.wait(tuple(self._leaving))
