"""Machines answer what the desk sent: none of them is answered, and what they report is acted on."""

import pytest

from tests.integration.whole_mail.correspondence import answer, bounce, mail
from tests.integration.whole_mail.house import ADA, DANA, FINN
from tests.integration.whole_mail.stage import Stage

LATE = "Recordings are late"


async def test_out_of_office(stage: Stage) -> None:
    async with stage.running():
        opened = await stage.opened(mail(DANA, LATE, "A day late."))
        head = {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
        away = answer(opened.receipt.message, DANA, "I am out of the office until Monday.", head=head)
        entry = await stage.brought(away)
        assert (entry.outcome, entry.ticket) == ("automatic", 1)
        kept = await stage.desk.events(1, "kept")
        assert "out of the office" in str(kept)


@pytest.mark.slow
async def test_an_address_that_does_not_exist(stage: Stage) -> None:
    async with stage.running():
        opened = await stage.opened(mail(DANA, LATE, "A day late."))
        entry = await stage.brought(bounce(opened.receipt))
        assert (entry.outcome, entry.ticket) == ("bounce", 1)
        moved = (await stage.letters.take(FINN, "T-1: we could not reach you at dana@acme.example")).message
        assert (await stage.desk.ticket(1)).home.conversation == FINN

        again = await stage.brought(bounce(opened.receipt))  # another server on the way reports it too
        assert (again.outcome, again.ticket) == ("bounce", 1)

        joined = await stage.brought(answer(moved, FINN, "Dana has left us; write to me."))
        assert (joined.outcome, joined.ticket) == ("appended", 1)
        await stage.letters.take(FINN, "finn@acme.example wrote too")


@pytest.mark.slow
async def test_a_mailbox_that_is_full(stage: Stage) -> None:
    async with stage.running():
        opened = await stage.opened(mail(DANA, LATE, "A day late."))
        await stage.brought(answer(opened.page.message, ADA, "ack", proven=True))
        await stage.letters.take(ADA, "You have T-1")
        told = await stage.letters.take(DANA, "has T-1 now")
        entry = await stage.brought(bounce(told, "5.2.2", "552 5.2.2 mailbox full"))
        assert (entry.outcome, entry.ticket) == ("bounce", 1)
        await stage.letters.take(ADA, "did not get our message", "mailbox full")
        assert (await stage.desk.ticket(1)).home.conversation == DANA
