"""The heads of requests: whoever connects sends a whole one soon, and a small one.

uvicorn holds what has come of a head, however much it is and however long it takes; the desk hears of it when
it is whole.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """`size`: bytes of a head; `seconds` until it is whole; `waited_for`: connections that owe one."""

    size: int = 64 * 1024
    seconds: float = 20.0
    waited_for: int = 500


class Owed:
    """The connections that owe a head, the longest first."""

    def __init__(self, limits: HeadLimits) -> None:
        self.limits = limits
        self._timers: dict[HeadFirst, asyncio.TimerHandle] = {}

    def add(self, connection: "HeadFirst") -> None:
        """One more; where they are too many, the one that has owed it longest is hung up on, since whoever
        means it sends at once."""
        if connection in self._timers:
            return
        if len(self._timers) >= self.limits.waited_for:
            next(iter(self._timers)).hang_up()
        loop = asyncio.get_running_loop()
        self._timers[connection] = loop.call_later(self.limits.seconds, connection.hang_up)

    def discard(self, connection: "HeadFirst") -> None:
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()


class HeadFirst(HttpToolsProtocol):
    """A connection. It owes a head from its beginning on, and again once it sends something after its answer;
    one from which nothing comes after an answer is uvicorn's to close."""

    def __init__(
        self,
        owed: Owed,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._owed = owed
        self._room = owed.limits.size
        """Bytes that may still come in which nothing comes: no whole head, no piece of a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._owed.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._owed.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        piece, rest = data[: self._room], data[self._room :]
        self._room -= len(piece)
        super().data_received(piece)
        if self.transport.is_closing():
            return
        if self._room <= 0:
            self._refuse()
        elif rest:
            self.data_received(rest)
        elif self._is_idle:
            self._owed.add(self)

    def on_headers_complete(self) -> None:
        self._owed.discard(self)
        self._room = self._owed.limits.size
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._room = self._owed.limits.size
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._room = self._owed.limits.size
        super().on_message_complete()

    def hang_up(self) -> None:
        self._owed.discard(self)
        self.transport.close()

    @property
    def _is_idle(self) -> bool:
        """Whether no answer is being made."""
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self) -> None:
        if self._is_idle:
            self.transport.write(TOO_LARGE)
        self.hang_up()
