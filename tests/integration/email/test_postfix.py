"""The same channel at a real Postfix: what it takes, what it refuses, and what it says in refusing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from adapters.email.channel import EmailChannel
from bot.configuration.mail_urls import MailServer, Tls
from bot.errors import Temporary

from tests.integration.email.sending import PATIENT, failure
from tests.servers.certificates import of_localhost
from tests.servers.lmtp import Mailbox, mailbox
from tests.servers.postfix import NoPostfix, Postfix, postfix
from tests.servers.strict import faults, read
from tests.unit.email.letters import TOKENS, StillClock, heading, post, settings


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as mine:
        yield mine


@pytest.fixture
def server(box: Mailbox) -> Iterator[Postfix]:
    try:
        with postfix(box.port, of_localhost().pem) as mine:
            yield mine
    except NoPostfix as missing:
        pytest.skip(str(missing))


async def test_a_real_mail_server(server: Postfix, box: Mailbox) -> None:
    relay = MailServer("localhost", server.port, Tls.REQUIRED)
    channel = EmailChannel(
        settings(relay=relay, tls=of_localhost().trusting), TOKENS, StillClock(), patience=replace(PATIENT)
    )
    try:
        await takes_mail(channel, box)
        await refuses_relaying(channel)
        await takes_mail_beyond_ascii(channel, box)
        await takes_many(channel, box)
    finally:
        await channel.close()


async def takes_mail(channel: EmailChannel, box: Mailbox) -> None:
    words = "值班台 sees it.\n.\n" + "x" * 3000
    receipt = await channel.send(post(words, heading=heading(subject="Re: 黑屏 [T-7]")))
    await box.until(lambda: box.taken)
    ((sender, recipient, content),) = box.taken
    message = read(content)
    assert recipient == "wei@acme.test"
    assert message["Message-ID"] == receipt.message_id
    assert message["Subject"] == "Re: 黑屏 [T-7]"
    assert sender.startswith("support+b7-")
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == words.splitlines()
    assert "ESMTPS" in message["Received"]
    assert faults(content, eight_bit=False, utf8=False) == []


async def refuses_relaying(channel: EmailChannel) -> None:
    error = await failure(channel, post(to="wei@elsewhere.test"))
    assert type(error) is Temporary
    assert "554 5.7.1" in str(error)


async def takes_mail_beyond_ascii(channel: EmailChannel, box: Mailbox) -> None:
    await channel.send(post(to="张伟@acme.test", key="k2"))
    await box.until(lambda: len(box.taken) == 2)
    assert box.taken[1][1] == "张伟@acme.test"


async def takes_many(channel: EmailChannel, box: Mailbox) -> None:
    await asyncio.gather(*(channel.send(post(key=f"many{number}")) for number in range(20)))
    await box.until(lambda: len(box.taken) == 22)
    assert len({read(content)["Message-ID"] for _, _, content in box.taken}) == 22
