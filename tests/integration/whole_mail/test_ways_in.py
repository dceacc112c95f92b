"""The same desk by two mailboxes and by POST /email/inbound: one mail is one ticket, however it comes."""

import asyncio
import base64
from collections.abc import Mapping
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from urllib.parse import urlsplit

import httpx
import pytest

from tests.chaos.waiting import until
from tests.contract.places import PostgresHome
from tests.integration.whole_mail.correspondence import answer, bounce, mail
from tests.integration.whole_mail.house import ADA, DANA, FINN, TOKEN, furnished
from tests.integration.whole_mail.letterbox import Letterbox
from tests.integration.whole_mail.stage import Desk, Stage, until_seen
from tests.servers.imap import ImapServer
from tests.servers.proxy import proxy_to
from tests.servers.smtp import MailServer

BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASIC = {"Authorization": f"Basic {base64.b64encode(f'desk:{TOKEN}'.encode()).decode()}"}
FIRST = mail(DANA, "Recordings are late", "A day late.")
# Nothing here is encrypted, and reading the authorities' certificates takes longer than a test.
NO_TLS = SSLContext(PROTOCOL_TLS_CLIENT)


async def post(stage: Stage, raw: bytes, head: Mapping[str, str] = BEARER) -> int:
    """The status it is answered with."""
    where = f"http://127.0.0.1:{stage.desk.house.settings.port}/email/inbound"
    async with httpx.AsyncClient(verify=NO_TLS, trust_env=False, timeout=20) as client:
        return (await client.post(where, content=raw, headers=head)).status_code


async def test_one_mail_in_two_mailboxes(stage: Stage) -> None:
    async with stage.running():
        first = await stage.imap.deliver(FIRST, folder="INBOX")
        other = await stage.imap.deliver(FIRST, folder="Sales")
        await until_seen(stage.imap, first)
        await until_seen(stage.imap, other, "Sales")
        await stage.letters.take(DANA, "T-1")
        await stage.letters.take(ADA, "T-1")
    assert [each.outcome for each in stage.desk.ledger] == ["opened"]


@pytest.mark.slow
@pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("imap", ["pymap"], indirect=True)
async def test_by_all_ways_at_once(stage: Stage) -> None:
    async with stage.running():
        uids = [await stage.imap.deliver(FIRST, folder=folder) for folder in ("INBOX", "Sales")]
        answers = await asyncio.gather(*(post(stage, FIRST) for _ in range(6)))
        assert answers == [200] * 6
        for uid, folder in zip(uids, ("INBOX", "Sales"), strict=True):
            await until_seen(stage.imap, uid, folder)
        await stage.letters.take(DANA, "Recordings are late")
        await stage.letters.take(ADA, "Recordings are late")
    assert [each.outcome for each in stage.desk.ledger] == ["opened"]


async def test_by_http(stage: Stage) -> None:
    async with stage.running():
        for wrong in ({}, {"Authorization": "Bearer inbound-token"}):
            assert await post(stage, FIRST, wrong) == 401
        assert stage.desk.ledger == []

        assert await post(stage, FIRST) == 200
        receipt = await stage.letters.take(DANA, "T-1")
        page = await stage.letters.take(ADA, "T-1")
        assert await post(stage, FIRST, BASIC) == 200
        uid = await stage.imap.deliver(FIRST)
        await until_seen(stage.imap, uid)
        assert [each.outcome for each in stage.desk.ledger] == ["opened"]

        assert await post(stage, answer(receipt.message, DANA, "In room 43 as well.")) == 200
        assert await post(stage, answer(page.message, ADA, "ack", proven=True)) == 200
        await stage.letters.take(ADA, "You have T-1")
        told = await stage.letters.take(DANA, "has T-1 now")
        assert await post(stage, bounce(told)) == 200
        await stage.letters.take(FINN, "T-1: we could not reach you")
        assert [each.outcome for each in stage.desk.ledger] == ["opened", "appended", "command", "bounce"]


async def test_whom_it_was_for_says_which_ticket(stage: Stage) -> None:
    """A provider's route hands on the envelope; what is in To is an alias."""
    async with stage.running():
        opened = await stage.opened(FIRST)
        to = opened.receipt.message["Reply-To"].addresses[0].addr_spec
        second = mail(FINN, "Recordings", "We have more of them.", to="help@acme.example")
        assert await post(stage, second, {**BEARER, "X-Envelope-To": to}) == 200
        assert stage.desk.ledger[-1].reason == "an answer with our token"
        await stage.letters.take(DANA, "finn@acme.example wrote too", copies=(FINN,))


async def test_while_the_store_is_away(
    postgres_server: str, imap: ImapServer, relay: MailServer, tmp_path: Path
) -> None:
    home = await PostgresHome.made(postgres_server)
    async with proxy_to("127.0.0.1", urlsplit(home.url).port or 5432) as (wire, port):
        house = await furnished(tmp_path, relay.port, postgres=home, through=port)
        stage = Stage(Desk(house), imap, Letterbox(relay))
        async with stage.running():
            wire.refusing = True
            wire.cut()
            assert await post(stage, FIRST) == 503
            wire.refusing = False

            async def taken() -> bool:
                return await post(stage, FIRST) == 200

            await until(taken, lambda: "the mail is taken")
            await stage.letters.take(DANA, "Recordings are late")
            await stage.letters.take(ADA, "Recordings are late")
        assert [each.outcome for each in stage.desk.ledger] == ["opened"]
    await home.remove()
