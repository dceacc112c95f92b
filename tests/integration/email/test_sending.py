"""The Channel port on real connections: what is sent, and how connections are shared."""

import asyncio
from dataclasses import replace

import pytest
from bot.errors import Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Edit, Invite, OpenRoom, Outgoing, Pin, Receipt

from tests.integration.email.sending import PATIENT, channel_to, failure
from tests.servers.smtp import Manners, Wire, mail_server
from tests.unit.email.letters import CUSTOMER, heading, post, written

AT = Address("email", CUSTOMER)


async def test_a_mail_arrives() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        receipt = await channel.send(
            post("值班台 sees it.\n.\n..dots", heading=heading(copies=("ana@acme.test",)))
        )
        (mail,) = server.taken
        assert receipt == Receipt(AT, mail.message["Message-ID"])
        assert mail.recipients == (CUSTOMER, "ana@acme.test")
        assert mail.sender.startswith("support+b7-")
        text = mail.message.get_body(("plain",))
        assert text is not None
        assert text.get_content().splitlines() == ["值班台 sees it.", ".", "..dots"]


async def test_a_long_mail_arrives() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        await channel.send(post("x" * 50_000 + "\n" + "行" * 20_000))
        assert len(server.taken[0].content) > 200_000


async def test_sent_again_it_is_the_same_mail() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        receipts = [await channel.send(post()), await channel.send(post("late: We look at it."))]
        assert receipts[0] == receipts[1]
        assert len({mail["Message-ID"] for mail in server.messages}) == 1


async def test_one_connection_serves_many_mails() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        for number in range(5):
            await channel.send(post(key=f"k{number}"))
        assert (len(server.taken), server.opened) == (5, 1)


async def test_few_connections_serve_many_lanes() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        await asyncio.gather(*(channel.send(post(key=f"k{number}")) for number in range(20)))
        assert len({mail["Message-ID"] for mail in server.messages}) == 20
        assert server.most <= 4
        assert server.opened <= 4


async def test_a_connection_is_replaced_after_a_hundred_mails() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        for number in range(101):
            await channel.send(post(key=f"k{number}", text="x"))
        assert {mail.session for mail in server.taken} == {1, 2}
        assert [mail.session for mail in server.taken].count(1) == 100


async def test_idle_connections_are_left_with_a_goodbye() -> None:
    async with mail_server() as server, channel_to(server, patience=replace(PATIENT, idle=0.01)) as channel:
        await channel.send(post())
        await server.until(lambda: not server.sessions)
        assert server.said[-1] == "QUIT"
        await channel.send(post(key="k2"))
        assert len(server.taken) == 2


async def test_closing_says_goodbye_and_nothing_is_sent_after_it() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        await channel.send(post())
        await channel.close()
        await server.until(lambda: not server.sessions)
        assert server.said[-1] == "QUIT"
        assert type(await failure(channel, post(key="k2"))) is Temporary
        await channel.close()


async def test_closing_waits_for_no_server_that_is_silent() -> None:
    async with (
        mail_server() as server,
        channel_to(server, patience=replace(PATIENT, goodbye=0.05)) as channel,
    ):
        server.plan("QUIT", Wire.SILENCE)
        await channel.send(post())


@pytest.mark.parametrize("farewell", [b"", b"421 4.4.2 timeout\r\n"])
async def test_a_connection_the_server_closed_is_replaced(farewell: bytes) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        await channel.send(post())
        server.hang_up(farewell)
        await server.until(lambda: not server.sessions)
        await channel.send(post(key="k2"))
        assert [mail.session for mail in server.taken] == [1, 2]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("step", [Wire.CUT, "421 4.3.2 too many mails on this connection"])
async def test_a_connection_that_breaks_on_reuse_is_replaced(stage: str, step: Wire | str) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan(stage, None, step)
        await channel.send(post())
        await channel.send(post(key="k2"))
        assert [mail.session for mail in server.taken] == [1, 2]


async def test_a_connection_silent_on_reuse_is_replaced() -> None:
    async with mail_server() as server, channel_to(server, patience=replace(PATIENT, command=0.5)) as channel:
        server.plan("MAIL", None, Wire.SILENCE)
        await channel.send(post())
        await channel.send(post(key="k2"))
        assert [mail.session for mail in server.taken] == [1, 2]


async def test_a_connection_cut_after_a_mail_was_taken_doubles_nothing() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("CONTENT", Wire.CUT_AFTER)
        await channel.send(post())
        await server.until(lambda: not server.sessions)
        await channel.send(post(key="k2"))
        assert len({mail["Message-ID"] for mail in server.messages}) == len(server.taken) == 2


async def test_a_refused_copy_is_no_failure() -> None:
    copies = ("ana@acme.test", "bo@acme.test", "cy@acme.test")
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", None, "550 5.1.1 no such user", "451 4.7.1 later", None)
        await channel.send(post(heading=heading(copies=copies)))
        assert server.taken[0].recipients == (CUSTOMER, "cy@acme.test")


async def test_copies_get_nothing_without_the_one_it_is_for() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", "451 4.7.1 greylisted")
        message = post(heading=heading(copies=("ana@acme.test",)))
        assert type(await failure(channel, message)) is Temporary
        await channel.send(message)
        (mail,) = server.taken
        assert mail.recipients == (CUSTOMER, "ana@acme.test")


async def test_a_connection_that_breaks_at_a_copy_is_replaced() -> None:
    message = post(heading=heading(copies=("ana@acme.test",)))
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", None, None, None, Wire.CUT)
        await channel.send(message)
        await channel.send(message)
        assert [mail.session for mail in server.taken] == [1, 2]
        assert server.taken[1].recipients == (CUSTOMER, "ana@acme.test")


async def test_a_connection_goes_on_after_a_refusal() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", "550 5.1.1 no such user")
        assert type(await failure(channel, post())) is Unreachable
        await channel.send(post(key="k2"))
        assert (server.taken[0].session, server.opened) == (1, 1)


async def test_a_connection_that_cannot_be_reset_is_given_up() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", "550 5.1.1 no such user")
        server.plan("RSET", Wire.CUT)
        assert type(await failure(channel, post())) is Unreachable
        await channel.send(post(key="k2"))
        assert server.taken[0].session == 2


async def test_someone_who_stops_waiting_leaves_no_half_sent_mail_behind() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("RCPT", Wire.SILENCE)
        task = asyncio.create_task(channel.send(post()))
        await server.until(lambda: "RCPT" in server.said)
        task.cancel()
        await asyncio.wait({task})
        await channel.send(post(key="k2"))
        assert [mail.session for mail in server.taken] == [2]


class TestBeyondAscii:
    TO = "张伟@acme.test"

    async def test_where_the_server_takes_it(self) -> None:
        async with mail_server(Manners(utf8=True)) as server, channel_to(server) as channel:
            await channel.send(post(to=self.TO))
            (mail,) = server.taken
            assert mail.recipients == (self.TO,)
            assert mail.message["To"] == self.TO

    async def test_where_it_does_not(self) -> None:
        async with mail_server() as server, channel_to(server) as channel:
            error = await failure(channel, post(to=self.TO))
            assert isinstance(error, Unreachable)
            assert "SMTPUTF8" in str(error)
            assert server.taken == []

    async def test_a_copy_is_left_out_where_it_does_not(self) -> None:
        async with mail_server() as server, channel_to(server) as channel:
            await channel.send(post(heading=heading(copies=(self.TO, "ana@acme.test"))))
            (mail,) = server.taken
            assert mail.recipients == (CUSTOMER, "ana@acme.test")
            assert mail.message["Cc"] == "ana@acme.test"

    async def test_a_domain_needs_nothing(self) -> None:
        async with mail_server() as server, channel_to(server) as channel:
            await channel.send(post(to="wei@例え.test"))
            assert server.taken[0].recipients == ("wei@xn--r8jz45g.test",)


@pytest.mark.parametrize(
    "message",
    [
        Edit("k", AT, "<1@ops.test>", "new words"),
        OpenRoom("k", "email", "inc-7", "topic"),
        Invite("k", AT, ("ana@acme.test",)),
        Pin("k", AT, "<1@ops.test>"),
    ],
)
async def test_what_mail_cannot_do(message: Outgoing) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        error = await failure(channel, message)
        assert isinstance(error, Unreachable)
        assert str(error).startswith("e-mail cannot ")
        assert server.opened == 0


async def test_nobody_is_called_for_an_address_that_is_none() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        assert isinstance(await failure(channel, post(to="nobody")), Unreachable)
        assert server.opened == 0


async def test_the_channel_says_what_it_can() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        assert channel.name == "email"
        assert channel.capabilities.formal
        assert channel.capabilities.knows_again
        assert channel.limits(CUSTOMER) == ()
        assert await channel.find("k", AT) is None


async def test_a_mail_too_large_for_the_server_is_our_affair() -> None:
    async with mail_server(Manners(size=1000)) as server, channel_to(server) as channel:
        assert len(written(post()).content) > 1000
        error = await failure(channel, post())
        assert type(error) is Temporary
        assert "552" in str(error)
        assert server.taken == []
