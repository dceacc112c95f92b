"""What names stand for, as this machine's resolver knows it."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 16


class SystemLookup:
    """Keeps `bot.ports.Lookup`. Its threads are its own: whoever has a slow name server must not hold up
    what other channels look up."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lookup")

    async def addresses(self, host: str) -> tuple[str, ...]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _addresses, host)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a name whose parts are too long
        return ()
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))
