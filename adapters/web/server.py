"""uvicorn inside the desk's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from adapters.web.guard import Guarded
from adapters.web.heads import HeadFirst, HeadLimits, Owed
from adapters.web.health import Parts, health_routes
from bot.errors import ConfigurationError, Fault


def web_app(
    routes: Iterable[BaseRoute], parts: Parts, handlers: Mapping[Any, Any] | None = None, base: str = ""
) -> ASGIApp:
    """Every route of the desk in one app, with what machines ask it. `parts`: see `health_routes`;
    `handlers`: what is answered when a page cannot be; `base`: where the pages are, if there are any."""
    app = Starlette(routes=[*routes, *health_routes(parts)], exception_handlers=handlers or {})
    app.router.redirect_slashes = False  # it would go where the Host header says
    return Guarded(app, secure=base.startswith("https:"))


_TICK = 1.0
"""Seconds."""
HEADS = HeadLimits()


class WebServer:
    """Serves until `stop`; requests in hand are finished first."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, reuse: bool = False, heads: HeadLimits = HEADS
    ) -> None:
        """Opens the port at once; with `reuse` the workers of a machine share it, and the system deals out
        connections. Raises ConfigurationError when it cannot be had."""
        self._socket = _listen(host, port, reuse)
        config = uvicorn.Config(
            app,
            http=partial(HeadFirst, Owed(heads)),  # type: ignore[arg-type]  # it is only ever called
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
            lifespan="off",
        )
        self._server = _Quiet(config)

    @property
    def port(self) -> int:
        """The port it listens on, also when asked for port 0."""
        number: int = self._socket.getsockname()[1]
        return number

    async def run(self) -> None:
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        self._server.stop()


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers: the desk stops itself, in its own order. It looks once a second
    what time it is, for the Date header, and not ten times whether to stop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK)

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


def _listen(host: str, port: int, reuse: bool) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048, reuse_port=reuse)
    except (OSError, OverflowError) as error:
        message = f"port {port} cannot be opened ({error}); is another desk running? Choose another PORT"
        raise ConfigurationError([Fault(".env", "PORT", message)]) from None
