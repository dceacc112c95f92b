"""The desk's own mail server refuses what it is to send, for now or for good."""

import pytest

from tests.integration.whole_mail.correspondence import mail
from tests.integration.whole_mail.house import ADA, DANA, FINN
from tests.integration.whole_mail.stage import Stage

LATER, NEVER = "451 4.7.1 greylisted, come again", "550 5.1.1 no such user"
FIRST = mail(DANA, "Recordings are late", "A day late.")


@pytest.mark.slow
async def test_for_now(stage: Stage) -> None:
    relay = stage.letters.server
    relay.plan(f"CONTENT {DANA}", LATER)
    relay.plan(f"CONTENT {ADA}", LATER)
    async with stage.running():
        opened = await stage.opened(FIRST)
    refused = {mail.recipients: mail.message["Message-ID"] for mail in relay.refused}
    assert refused == {mail.recipients: mail.message["Message-ID"] for mail in opened}


async def test_for_good(stage: Stage) -> None:
    relay = stage.letters.server
    relay.plan(f"RCPT {DANA}", NEVER)
    async with stage.running():
        assert (await stage.brought(FIRST)).outcome == "opened"
        await stage.letters.take(ADA, "T-1")
        moved = await stage.letters.take(FINN, "we could not reach you at dana@acme.example", "T-1")
        assert "In-Reply-To" not in moved.message  # to a mail that Finn never saw
        assert (await stage.desk.ticket(1)).home.conversation == FINN
