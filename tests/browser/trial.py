"""The desk as a newcomer starts it: a process in an empty directory."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.chaos.waiting import until
from tests.integration.run.process import REPOSITORY, Process, dawnline
from tests.servers.ports import free_port


@dataclass(frozen=True, slots=True)
class Trial:
    base: str
    process: Process


@asynccontextmanager
async def trial_desk(directory: Path, port: int = 0) -> AsyncIterator[Trial]:
    """`dawnline run` with nothing configured, ready to be looked at. `directory`: as after the clone, before
    anything was written."""
    shutil.copy(REPOSITORY / "dawnline.example.toml", directory)
    port = port or free_port()
    base = f"http://127.0.0.1:{port}"
    async with dawnline(directory, {"PORT": str(port)}, "run") as process:
        await until(lambda: _is_ready(base), lambda: process.said)
        yield Trial(base, process)


async def _is_ready(base: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"{base}/readyz")).is_success
        except httpx.TransportError:
            return False
