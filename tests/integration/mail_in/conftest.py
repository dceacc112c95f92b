"""Every test runs against pymap and, where it is installed, against a real Dovecot."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.mail_in.stage import Stage
from tests.servers.imap import ImapServer, Wire
from tests.servers.mailboxes import imap_server
from tests.servers.proxy import serving


@pytest.fixture(params=["pymap", "dovecot"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ImapServer]:
    async with imap_server(request.param) as server:
        yield server


@pytest.fixture
async def stage(server: ImapServer) -> AsyncIterator[Stage]:
    async with serving(Wire("127.0.0.1", server.port)) as (wire, port):
        yield Stage(server, wire, port)
