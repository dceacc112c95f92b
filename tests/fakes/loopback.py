"""Where the fake servers listen."""

from ssl import SSLContext

from aiohttp import web


class Loopback:
    """An application on 127.0.0.1, until it is closed. It may be opened again."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None

    async def open(self, app: web.Application, port: int = 0, tls: SSLContext | None = None) -> int:
        """The port; 0 asks for a free one. Whoever still asks for something at the end is not waited for."""
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=tls, reuse_address=True).start()
        found: int = self._runner.addresses[0][1]
        return found

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
