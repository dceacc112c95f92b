"""`dawnline run` is killed with SIGKILL while mail comes in and goes out, and started again: no mail is
missing, none opens a ticket twice, and what is sent again is the same mail."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from adapters.email.pool import CONNECTIONS

from tests.contract.places import PostgresHome
from tests.integration.whole_mail.correspondence import mail
from tests.integration.whole_mail.house import ADA, DANA, furnished, imap_url
from tests.integration.whole_mail.lives import Lives
from tests.integration.whole_mail.stage import Desk
from tests.servers.imap import ImapServer
from tests.servers.imap import Wire as ImapWire
from tests.servers.mailboxes import imap_server
from tests.servers.proxy import proxy_to, serving
from tests.servers.smtp import MailServer, Wire

WORDS = "And those of May do not come at all."
FIRST = mail(DANA, "Recordings are late", f"A day late.\n{WORDS}")
FETCH, STORE = b"(BODY.PEEK[])", b"UID STORE"
MAILS, DEATHS = 20, 5


@pytest.fixture(params=["pymap"])
async def mailbox(request: pytest.FixtureRequest) -> AsyncIterator[ImapServer]:
    async with imap_server(request.param) as server:
        yield server


@pytest.fixture
async def lives(mailbox: ImapServer, relay: MailServer, tmp_path: Path) -> AsyncIterator[Lives]:
    async with serving(ImapWire("127.0.0.1", mailbox.port)) as (wire, port):
        house = await furnished(tmp_path, relay.port, imap_url(port))
        yield Lives(Desk(house), mailbox, wire, relay)


@pytest.mark.slow
async def test_in_the_middle_of_a_mail(lives: Lives) -> None:
    uid = await lives.imap.deliver(FIRST)
    lives.wire.hold_within(WORDS.encode())
    await lives.killed_when(lambda: lives.wire.held)
    assert lives.desk.ledger == []
    await lives.ends_well(uid)
    assert recipients(lives.relay) == {DANA: 1, ADA: 1}


@pytest.mark.slow
async def test_before_the_mail_is_marked(lives: Lives) -> None:
    uid = await lives.imap.deliver(FIRST)
    lives.wire.hold_at(STORE)
    await lives.killed_when(
        lambda: lives.wire.held and lives.desk.ledger and recipients(lives.relay).total() == 2
    )
    assert not await lives.imap.seen(uid)
    fetched = lives.wire.heard.count(FETCH)
    await lives.ends_well(uid)
    assert lives.wire.heard.count(FETCH) == fetched, "the bookmark was there already"


@pytest.mark.slow
async def test_before_the_bookmark(
    postgres_server: str, mailbox: ImapServer, relay: MailServer, tmp_path: Path
) -> None:
    """PostgreSQL is reached by a wire, so that the commit before can be told from the one after."""
    home = await PostgresHome.made(postgres_server)
    async with (
        serving(ImapWire("127.0.0.1", mailbox.port)) as (wire, port),
        proxy_to("127.0.0.1", urlsplit(home.url).port or 5432) as (database, through),
    ):
        house = await furnished(tmp_path, relay.port, imap_url(port), postgres=home, through=through)
        lives = Lives(Desk(house), mailbox, wire, relay, (database,))
        uid = await mailbox.deliver(FIRST)
        database.hold_at(b'"last": %d' % uid)
        await lives.killed_when(lambda: database.held and lives.desk.ledger)
        ((place,),) = house.rows("SELECT place FROM bookmarks")
        assert '"last": 0' in place
        await lives.ends_well(uid)
        assert wire.heard.count(FETCH) == 2
    await home.remove()


@pytest.mark.slow
async def test_while_the_server_has_not_yet_said_that_it_has_the_mail(lives: Lives) -> None:
    lives.relay.plan(f"CONTENT {DANA}", Wire.SILENCE)
    uid = await lives.imap.deliver(FIRST)
    await lives.killed_when(lambda: recipients(lives.relay).total() == 2 and lives.desk.busy == 1)
    await lives.ends_well(uid)
    assert recipients(lives.relay) == {DANA: 2, ADA: 1}


@pytest.mark.slow
@pytest.mark.parametrize(("mailbox", "seed"), [("pymap", 1), ("dovecot", 2)], indirect=["mailbox"])
async def test_at_any_moment(seed: int, lives: Lives) -> None:
    dice = random.Random(seed)
    uids = []
    for life in range(DEATHS):
        for number in range(MAILS // DEATHS):
            sender = f"customer@firm{life}-{number}.example"
            uids.append(await lives.imap.deliver(mail(sender, f"Recordings {life}.{number}", "A day late.")))
        await lives.killed_when(moment(dice, lives))
    await lives.ends_well(*uids)
    assert len(lives.relay.taken) - 2 * MAILS <= CONNECTIONS * DEATHS, "only what was on its way comes twice"


def moment(dice: random.Random, lives: Lives) -> Callable[[], object]:
    """When the mailbox, or the mail server, has been told so much more."""
    if dice.random() < 0.5:
        heard = lives.wire.heard.count(b"\r\n") + dice.randint(4, 18)
        return lambda: lives.wire.heard.count(b"\r\n") >= heard
    said = len(lives.relay.said) + dice.randint(1, 24)
    return lambda: len(lives.relay.said) >= said


def recipients(relay: MailServer) -> Counter[str]:
    return Counter(each.recipients[0] for each in relay.taken)
