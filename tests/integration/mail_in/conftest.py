"""Every test runs against pymap and, where it is installed, against a real Dovecot."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.mail_in.stage import Stage
from tests.servers.dovecot import Dovecot, NoDovecot
from tests.servers.imap import ImapServer, Wire
from tests.servers.proxy import serving
from tests.servers.pymap_server import Pymap


@pytest.fixture(params=["pymap", "dovecot"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ImapServer]:
    try:
        server: Pymap | Dovecot = Pymap() if request.param == "pymap" else Dovecot()
    except NoDovecot as missing:
        pytest.skip(str(missing))
    await server.start()
    yield server
    await server.remove()


@pytest.fixture
async def stage(server: ImapServer) -> AsyncIterator[Stage]:
    async with serving(Wire("127.0.0.1", server.port)) as (wire, port):
        yield Stage(server, wire, port)
