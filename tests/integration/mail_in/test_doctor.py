"""Doctor: each mailbox and the relay are tried, and what would not work is named with the way to mend it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from adapters.email.doctor import examine
from adapters.email.settings import EmailSettings, OAuth
from bot.configuration.mail_urls import MailServer, Tls
from bot.findings import Finding

from tests.fakes.token_endpoint import SECRET, TokenEndpoint
from tests.integration.mail_in.stage import IDLE, ONE_SERVER, STORE, TOKEN, Stage, at, mail
from tests.servers.certificates import of_localhost
from tests.servers.imap import PASSWORD
from tests.servers.smtp import PASSWORD as RELAY_PASSWORD
from tests.servers.smtp import USER as RELAY_USER
from tests.servers.smtp import Manners, mail_server

pytestmark = ONE_SERVER


@pytest.fixture
async def relay() -> AsyncIterator[MailServer]:
    async with mail_server(Manners(starttls=True, sign_in=True), of_localhost().server) as server:
        yield MailServer("localhost", server.port, Tls.REQUIRED, RELAY_USER, RELAY_PASSWORD)


async def found(stage: Stage, settings: EmailSettings) -> dict[str, Finding]:
    findings = {each.about: each async for each in examine(settings, stage.clock, {}, {})}
    shown = " ".join(each.text for each in findings.values())
    assert not any(secret in shown for secret in (PASSWORD, RELAY_PASSWORD, SECRET, TOKEN, "access-1"))
    return findings


def chosen(stage: Stage, relay: MailServer, *boxes: MailServer, **more: Any) -> EmailSettings:
    return stage.settings(*boxes, **{"relay": relay, "tls": of_localhost().trusting, **more})


async def test_all_is_well(stage: Stage, relay: MailServer) -> None:
    uid = await stage.server.deliver(mail("black"))
    findings = await found(stage, chosen(stage, relay, inbound_token=TOKEN))
    assert {name: each.ok for name, each in findings.items()} == {
        "mailbox IMAP_URL": True,
        "relay": True,
        "inbound": True,
    }
    assert "INBOX opens, the server says at once that mail came (IDLE)" in findings["mailbox IMAP_URL"].text
    assert f"{RELAY_USER} at localhost:{relay.port} (STARTTLS), signed in" in findings["relay"].text
    assert not await stage.server.seen(uid)
    assert STORE not in stage.wire.heard
    assert IDLE not in stage.wire.heard


async def test_each_mailbox_is_tried_whatever_is_wrong_with_another(stage: Stage, relay: MailServer) -> None:
    boxes = (
        at(stage.port, password="wrong"),
        at(stage.port, folder="Suport"),
        at(9),
        at(stage.port, tls=Tls.REQUIRED),
        at(stage.port),
    )
    findings = await found(stage, chosen(stage, relay, *boxes))
    mends = {
        "mailbox IMAP_URL": "check user and password in IMAP_URL",
        "mailbox IMAP_URL_1": "there is no folder 'Suport'",
        "mailbox IMAP_URL_2": "check host, port and encryption in IMAP_URL_2",
        "mailbox IMAP_URL_3": "TLS not supported by server",
    }
    assert [name for name, each in findings.items() if not each.ok] == [*mends]
    for about, mend in mends.items():
        assert mend in findings[about].text


async def test_a_server_that_cannot_idle(stage: Stage, relay: MailServer) -> None:
    stage.wire.reword(b" IDLE ", b" ")
    findings = await found(stage, chosen(stage, relay))
    assert "is asked for mail, since it cannot IDLE" in findings["mailbox IMAP_URL"].text


async def test_a_mailbox_that_may_only_be_read(stage: Stage, relay: MailServer) -> None:
    stage.wire.reword(b"SELECT", b"EXAMINE")
    finding = (await found(stage, chosen(stage, relay)))["mailbox IMAP_URL"]
    assert finding.ok
    assert "cannot be marked as read" in finding.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"password": "wrong"}, "refuses our sign-in: 535"),
        ({"port": 9}, "cannot be reached"),
        ({"tls": Tls.IMPLICIT}, "cannot be reached"),
    ],
)
async def test_the_relay(stage: Stage, relay: MailServer, change: dict[str, Any], reason: str) -> None:
    finding = (await found(stage, chosen(stage, replace(relay, **change))))["relay"]
    assert not finding.ok
    assert reason in finding.text
    assert "SMTP_URL" in finding.text


async def test_access_tokens(stage: Stage, relay: MailServer) -> None:
    async with TokenEndpoint() as endpoint:
        oauth: OAuth = endpoint.by_refresh_token()
        good = await found(stage, chosen(stage, relay, oauth=oauth))
        assert good["access token"].ok
        spoilt = replace(oauth, refresh_token="gone")
        box = at(stage.port, xoauth2=True)
        bad = await found(stage, chosen(stage, relay, box, oauth=spoilt))
        assert "invalid_grant" in bad["access token"].text
        assert not bad["mailbox IMAP_URL"].ok
