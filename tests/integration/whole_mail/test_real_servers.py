"""The desk beside a real Postfix and a real Dovecot, with the people's own mailboxes on them: whatever is
said really arrives."""

import asyncio
import smtplib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.chaos.waiting import until
from tests.integration.whole_mail.correspondence import address_in, answer, mail, text_of
from tests.integration.whole_mail.house import ADA, DANA, FINN, OPS, furnished, imap_url
from tests.integration.whole_mail.stage import LOOK, WAIT, Desk, Entry
from tests.servers.certificates import of_localhost
from tests.servers.dovecot import Dovecot, NoDovecot
from tests.servers.postfix import NoPostfix, Postfix, postfix
from tests.servers.strict import read

MISSING = "install postfix dovecot-imapd dovecot-lmtpd"
GONE = OPS
"""An address of Acme's for which there is no mailbox."""


@pytest.fixture
async def dovecot() -> AsyncIterator[Dovecot]:
    try:
        server = Dovecot(ADA, DANA, FINN)
    except NoDovecot as missing:
        pytest.skip(f"{MISSING} ({missing})")
    await server.start()
    yield server
    await server.remove()


@pytest.fixture
def mx(dovecot: Dovecot) -> Iterator[Postfix]:
    try:
        with postfix(dovecot.lmtp, of_localhost().pem, "desk.example", "acme.example") as server:
            yield server
    except NoPostfix as missing:
        pytest.skip(f"{MISSING} ({missing})")


@pytest.fixture
async def people(dovecot: Dovecot, mx: Postfix, tmp_path: Path) -> "People":
    house = await furnished(tmp_path, mx.port, imap_url(dovecot.port))
    return People(Desk(house), dovecot, mx)


@dataclass(slots=True)
class People:
    """They write through Postfix, and read what is in their own mailboxes."""

    desk: Desk
    dovecot: Dovecot
    mx: Postfix
    _read: dict[str, int] = field(default_factory=Counter)

    async def write(self, raw: bytes) -> Entry:
        """To whomever its To says; what the desk makes of it."""
        before = self.desk.ledger
        await asyncio.to_thread(self._submit, raw)
        return await self.desk.accounted(before)

    async def read(self, who: str, *words: str) -> EmailMessage:
        """The next mail in somebody's mailbox, which has these words."""

        async def here() -> bool:
            return len(await self.dovecot.mails(who)) > self._read[who]

        await until(here, lambda: f"a mail to {who}; the ledger: {self.desk.ledger}", WAIT, LOOK)
        message = read((await self.dovecot.mails(who))[self._read[who]])
        self._read[who] += 1
        assert [word for word in words if word not in f"{message['Subject']}\n{text_of(message)}"] == []
        return message

    async def unread(self) -> dict[str, int]:
        return {
            who: count
            for who in (ADA, DANA, FINN)
            if (count := len(await self.dovecot.mails(who)) - self._read[who])
        }

    def _submit(self, raw: bytes) -> None:
        """As any mail program."""
        message = read(raw)
        with smtplib.SMTP("127.0.0.1", self.mx.port) as smtp:
            smtp.sendmail(address_in(message["From"]), [address_in(message["To"])], raw)


@pytest.mark.slow
async def test_a_conversation(people: People) -> None:
    async with people.desk.running():
        opened = await people.write(mail(DANA, "Recordings are late", "A day late."))
        assert (opened.outcome, opened.ticket) == ("opened", 1)
        receipt = await people.read(DANA, "T-1", "Recordings are late")
        assert address_in(receipt["Reply-To"]).startswith("support+t1-")
        page = await people.read(ADA, "T-1", "A day late.")

        joined = await people.write(answer(receipt, DANA, "In room 43 as well."))
        assert (joined.outcome, joined.reason) == ("appended", "an answer with our token")
        refused = await people.write(answer(page, ADA, "ack"))  # this Postfix proves nobody's From
        assert refused.outcome == "quarantined"
        await people.read(ADA, "could not prove")
    assert await people.unread() == {}


@pytest.mark.slow
async def test_a_bounce(people: People) -> None:
    async with people.desk.running():
        before = people.desk.ledger
        opened = await people.write(mail(GONE, "Recordings are late", "A day late."))
        assert (opened.outcome, opened.ticket) == ("opened", 1)
        report = await people.desk.accounted([*before, opened])
        assert (report.outcome, report.ticket) == ("bounce", 1)
        moved = await people.read(DANA, f"T-1: we could not reach you at {GONE}")
        assert address_in(moved["Reply-To"]).startswith("support+t1-")
        await people.read(ADA, "T-1", "A day late.")
    assert await people.unread() == {}
