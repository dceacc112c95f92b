"""What names stand for, as this machine's resolver knows it."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 64
"""More than all webhooks of one customer ask at once, each twice, while its name server is silent."""
SECONDS = 10.0
"""A resolver itself may wait half a minute for name servers that are silent."""
Resolver = Callable[[str], tuple[str, ...]]
"""The addresses of a name, for as long as it takes; none for one that nobody knows."""


def resolved(host: str) -> tuple[str, ...]:
    """By the machine's own."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a name whose parts are too long
        return ()
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


class SystemLookup:
    """Keeps `bot.ports.Lookup`. Its threads are its own: whoever has a slow name server must not hold up
    what others look up."""

    def __init__(self, resolver: Resolver = resolved, seconds: float = SECONDS) -> None:
        """`seconds`: after which nobody knows a name now."""
        self._resolver = resolver
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lookup")

    async def addresses(self, host: str) -> tuple[str, ...]:
        looking = asyncio.get_running_loop().run_in_executor(self._threads, self._resolver, host)
        try:
            return await asyncio.wait_for(looking, self._seconds)
        except TimeoutError:
            return ()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
