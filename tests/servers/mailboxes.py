"""The mailboxes tests run against, by their names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.servers.dovecot import Dovecot, NoDovecot
from tests.servers.imap import ImapServer
from tests.servers.pymap_server import Pymap


@asynccontextmanager
async def imap_server(name: str) -> AsyncIterator[ImapServer]:
    """ "pymap" or "dovecot", running. Skips the test where there is none."""
    try:
        server: Pymap | Dovecot = Pymap() if name == "pymap" else Dovecot()
    except NoDovecot as missing:
        pytest.skip(str(missing))
    await server.start()
    try:
        yield server
    finally:
        await server.remove()
