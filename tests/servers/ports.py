"""Ports of loopback, for servers that must be told theirs."""

import secrets
import socket
import time

LOW = range(20_000, 32_000)
"""Below those that the system takes for connections that go out (Linux: from 32768): between finding a free
one and listening there, nobody but another test could come."""
LONG = 20.0


def free_port() -> int:
    """One that nobody listens on. Not by `random`, which hypothesis makes the same in all processes."""
    while True:
        port = secrets.choice(LOW)
        if _is_free(port):
            return port


def wait_until_free(*ports: int) -> None:
    """Whoever listened there has been killed, and may not know it yet. Raises TimeoutError."""
    until = time.monotonic() + LONG
    while not all(_is_free(port) for port in ports):
        if time.monotonic() > until:
            raise TimeoutError(f"somebody still listens on one of {ports}")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
