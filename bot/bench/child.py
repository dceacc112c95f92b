"""A server that is measured, as a child process."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START = 30.0
"""Seconds within which it must say its port."""


@dataclass(slots=True)
class Server:
    """A child process; its port is known once it has started."""

    process: asyncio.subprocess.Process
    port: int = 0
    killed: bool = False

    async def started(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        said = await asyncio.wait_for(self.process.stdout.readline(), START)
        if not said:
            raise RuntimeError("it did not start; what it said is above")
        self.port = int(said)

    def kill(self) -> None:
        """Once: asked again, the process would be waited for behind asyncio's back."""
        if not self.killed:
            self.killed = True
            with suppress(ProcessLookupError):  # it ended by itself
                self.process.kill()


@asynccontextmanager
async def running(way: str, database: Path, api: str) -> AsyncIterator[Server]:
    """The server as a child process, killed in the end."""
    words = ("-P", "-m", "bot.bench.http_server", way, str(database), api)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=pipe, stdout=pipe)
    server = Server(process)
    try:
        await server.started()
        yield server
    finally:
        server.kill()
        await process.wait()
