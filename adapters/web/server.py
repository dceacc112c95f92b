"""One ASGI app for every webhook, served by uvicorn inside the desk's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable, Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.errors import ConfigurationError, Fault

_TICK = 1.0
"""Seconds."""
Health = Callable[[], Mapping[str, bool]]


def web_app(routes: Iterable[BaseRoute], health: Health) -> Starlette:
    """`health` names what must be well for the desk to be ready; /readyz answers 200 when all of it is."""

    async def readyz(request: Request) -> JSONResponse:
        parts = dict(health())
        ready = all(parts.values())
        return JSONResponse({"ready": ready, "parts": parts}, status_code=200 if ready else 503)

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    return Starlette(routes=[*routes, Route("/readyz", readyz), Route("/healthz", healthz)])


class WebServer:
    """Serves until `stop`; requests in hand are finished first."""

    def __init__(self, app: Starlette, host: str, port: int, *, reuse: bool = False) -> None:
        """Opens the port at once; with `reuse` the workers of a machine share it, and the system deals out
        connections. Raises ConfigurationError when it cannot be had."""
        self._socket = _listen(host, port, reuse)
        config = uvicorn.Config(
            app,
            http="httptools",
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
