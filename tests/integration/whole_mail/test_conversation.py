"""A customer's mail, from the receipt to the engineer who has it."""

import re
from datetime import timedelta

import pytest
from bot.tickets.ticket import State

from tests.integration.whole_mail.correspondence import address_in, answer, mail, text_of
from tests.integration.whole_mail.house import ADA, DANA
from tests.integration.whole_mail.stage import Stage
from tests.openers import POSTGRESQL_IN_CI

MAILBOXES = pytest.mark.parametrize("imap", ["pymap", "dovecot"], indirect=True)


def signed(who: str) -> str:
    """A pattern: the desk's address with a token."""
    return rf"support\+{who}-[a-z2-7]{{16}}@desk\.example"


@MAILBOXES
async def test_opened_continued_and_taken(stage: Stage) -> None:
    async with stage.running():
        await opened_continued_and_taken(stage)


@pytest.mark.parametrize("imap", ["pymap"], indirect=True)
@pytest.mark.parametrize("house", [POSTGRESQL_IN_CI], indirect=True)
async def test_on_postgresql(stage: Stage) -> None:
    async with stage.running():
        await opened_continued_and_taken(stage)


async def opened_continued_and_taken(stage: Stage) -> None:
    first = mail(DANA, "Recordings are late", "The recordings of room 42 come a day late.")
    opened = await stage.brought(first)
    number = opened.ticket  # PostgreSQL does not give out every number
    assert (opened.outcome, number) == ("opened", number)
    assert number is not None

    taken = await stage.letters.take(DANA, f"T-{number}", "Recordings are late")
    receipt = taken.message
    assert re.fullmatch(signed(f"t{number}"), address_in(receipt["Reply-To"]))
    assert re.fullmatch(signed(f"b{number}"), taken.sender)
    assert re.fullmatch(rf"<t{number}-[a-z2-7]{{16}}\.[0-9a-f]{{24}}@desk\.example>", receipt["Message-ID"])
    assert receipt["In-Reply-To"] == opened.message_id
    assert receipt["Auto-Submitted"] == "auto-replied"
    page = (
        await stage.letters.take(ADA, f"T-{number}", "The recordings of room 42 come a day late.")
    ).message
    assert re.fullmatch(signed(f"p{number}"), address_in(page["Reply-To"]))

    joined = await stage.brought(answer(receipt, DANA, "In room 43 as well."))
    assert (joined.outcome, joined.ticket) == ("appended", number)
    assert stage.desk.house.rows("SELECT text FROM ledger WHERE outcome = 'appended'") == [
        ("In room 43 as well.",)
    ]

    ack = answer(page, ADA, "ack\nOn my way to the laptop.", proven=True)
    assert (await stage.brought(ack)).outcome == "command"
    await stage.letters.take(ADA, f"You have T-{number}")
    told = (await stage.letters.take(DANA, f"Ada Brandt, architect (EMEA) has T-{number} now")).message
    assert told["In-Reply-To"] == opened.message_id
    assert told["Subject"] == receipt["Subject"]
    ticket = await stage.desk.ticket(number)
    assert (ticket.state, ticket.assignee, ticket.customer) == (State.ACKNOWLEDGED, "ada", "acme")


async def test_an_ack_that_nothing_proves(stage: Stage) -> None:
    async with stage.running():
        page = (await stage.opened(mail(DANA, "Recordings are late", "A day late."))).page.message

        for forged in (
            {},
            {"Authentication-Results": "mx.evil.example; dmarc=pass header.from=desk.example"},
        ):
            entry = await stage.brought(answer(page, ADA, "ack", head=forged))
            assert (entry.outcome, entry.ticket) == ("quarantined", 1)
            refusal = (await stage.letters.take(ADA, "could not prove", "T-1")).message
            assert "authserv_ids" in text_of(refusal)
        assert (await stage.desk.ticket(1)).is_untaken

        await stage.brought(answer(page, ADA, "ack", proven=True))
        await stage.letters.take(ADA, "You have T-1")
        await stage.letters.take(DANA, "has T-1 now")


async def test_from_the_answer_to_the_end(stage: Stage) -> None:
    async with stage.running():
        # Its first escalation and the one after it is reopened do not begin within one second.
        opened = await stage.opened(
            mail(DANA, "Recordings are late", "A day late.", age=timedelta(minutes=1))
        )
        receipt, page = opened.receipt.message, opened.page.message

        to_both = {"Cc": receipt["Reply-To"]}
        words = mail(ADA, "Re: Recordings are late", "We see it too.", to=DANA, proven=True, head=to_both)
        entry = await stage.brought(words)
        assert (entry.outcome, entry.ticket) == ("engineer", 1)
        ticket = await stage.desk.ticket(1)
        assert (ticket.state, ticket.assignee) == (State.ACKNOWLEDGED, "ada")

        update = "update eta=2h We found it.\n\n-- \nAda Brandt\nArchitect"
        await stage.brought(answer(page, ADA, update, proven=True))
        await stage.letters.take(ADA, "T-1")
        told = await stage.letters.take(DANA, "We found it.")
        assert "Architect" not in text_of(told.message).partition("Ticket:")[0]
        assert "Auto-Submitted" not in told.message

        await stage.brought(answer(told.message, DANA, "Thank you. Room 43 has it as well."))
        await stage.letters.take(ADA, "Room 43 has it as well.")

        await stage.brought(answer(page, ADA, "resolve The disk was full.", proven=True))
        await stage.letters.take(ADA, "T-1")
        solved = await stage.letters.take(DANA, "The disk was full.")
        await stage.brought(answer(solved.message, DANA, "Thanks!"))
        assert (await stage.desk.ticket(1)).state is State.RESOLVED
        await stage.brought(answer(solved.message, DANA, "They are late again."))
        await stage.letters.take(DANA, "T-1", "open again")
        await stage.letters.take(ADA, "T-1", "page 1")
        await stage.letters.take(ADA, "reopened by dana@acme.example")
