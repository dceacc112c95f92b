"""The desk behind a real web server in a thread of its own, for clients that do not share its event loop."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.web.server import WebServer
from bot.clock import SystemClock

from tests.integration.api.place import Place, running

WAIT = 30.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Served:
    """`tokens`: secrets, by whose they are."""

    url: str
    tokens: dict[str, str]


@dataclass(slots=True)
class _Box:
    served: Served | None = None
    stop: Callable[[], object] | None = None


@contextmanager
def served(directory: Path, tickets: int = 12) -> Iterator[Served]:
    """With so many tickets of two customers."""
    ready, box = threading.Event(), _Box()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(directory, tickets, ready, box)))
    thread.start()
    try:
        assert ready.wait(WAIT)
        assert box.served is not None
        yield box.served
    finally:
        assert box.stop is not None
        box.stop()
        thread.join(WAIT)


async def _serve(directory: Path, tickets: int, ready: threading.Event, box: _Box) -> None:
    loop = asyncio.get_running_loop()
    async with running(directory, SystemClock(), per_minute=100_000, strangers=100_000) as place:
        server = WebServer(place.app, "127.0.0.1", 0)
        tokens = await _filled(place, tickets)
        box.served = Served(f"http://127.0.0.1:{server.port}", tokens)
        box.stop = lambda: loop.call_soon_threadsafe(server.stop)
        serving = asyncio.create_task(server.run())
        ready.set()
        await serving


async def _filled(place: Place, tickets: int) -> dict[str, str]:
    programs = {
        "everything": await place.program(),
        "eve": await place.program(engineer="eve"),
        "acme": await place.program(customer="acme"),
        "globex": await place.program(customer="globex"),
    }
    for number in range(tickets):
        await programs["globex" if number % 3 == 2 else "acme"].files(f"Trouble number {number}")
    return {name: program.secret for name, program in programs.items()}
