"""Every test runs against pymap; and, where it is installed, a real Dovecot; most of these are slow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.places import PostgresHome
from tests.integration.whole_mail.house import House, furnished, imap_url
from tests.integration.whole_mail.letterbox import Letterbox
from tests.integration.whole_mail.stage import Desk, Stage
from tests.servers.imap import ImapServer
from tests.servers.mailboxes import imap_server
from tests.servers.smtp import MailServer, mail_server


@pytest.fixture(params=["pymap", pytest.param("dovecot", marks=pytest.mark.slow)])
async def imap(request: pytest.FixtureRequest) -> AsyncIterator[ImapServer]:
    async with imap_server(request.param) as server:
        await server.create("Sales")
        yield server


@pytest.fixture
async def relay() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture(params=["sqlite"])
async def house(
    request: pytest.FixtureRequest, imap: ImapServer, relay: MailServer, tmp_path: Path
) -> AsyncIterator[House]:
    boxes = (imap_url(imap.port), imap_url(imap.port, "Sales"))
    if request.param == "sqlite":
        yield await furnished(tmp_path, relay.port, *boxes)
        return
    home = await PostgresHome.made(request.getfixturevalue("postgres_server"))
    yield await furnished(tmp_path, relay.port, *boxes, postgres=home)
    await home.remove()


@pytest.fixture
def stage(house: House, imap: ImapServer, relay: MailServer) -> Stage:
    return Stage(Desk(house), imap, Letterbox(relay))
