"""Every way a mail server can fail us, in the core's words."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from bot.configuration.mail_urls import Tls
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable

from tests.integration.email.sending import PATIENT, channel_to, failure
from tests.servers.certificates import of_localhost
from tests.servers.smtp import ACCESS_TOKEN, PASSWORD, USER, Manners, Step, Wire, mail_server
from tests.unit.email.letters import post, written

SIGNED_IN = {"user": USER, "password": PASSWORD}


@pytest.mark.parametrize(
    ("stage", "answer", "expected"),
    [
        ("CONNECT", "421 4.3.2 shutting down", Temporary),
        ("CONNECT", "554 5.7.1 your address is blocked", Temporary),
        ("EHLO", "550 5.7.1 who are you", Temporary),
        ("MAIL", "451 4.3.0 local error", Temporary),
        ("MAIL", "421 4.7.0 bye", Temporary),
        ("RCPT", "450 4.2.1 mailbox busy", Temporary),
        ("RCPT", "550 5.1.1 no such user", Unreachable),
        ("RCPT", "550-5.1.1 The account does not exist.\r\n550 5.1.1 Try again", Unreachable),
        ("RCPT", "550 no such user here", Unreachable),
        ("RCPT", "552 5.2.2 mailbox full", Unreachable),
        ("RCPT", "553 5.1.3 bad address syntax", Unreachable),
        ("RCPT", "556 5.1.10 domain takes no mail", Unreachable),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied", Unreachable),
        ("RCPT", "554 5.7.1 <wei@acme.test>: Recipient address rejected: closed list", Unreachable),
        ("RCPT", "554 5.7.1 <wei@acme.test>: Relay access denied", Temporary),
        ("RCPT", "550 relay not permitted", Temporary),
        ("RCPT", "550 5.7.1 Recipient address rejected: SPF fail", Temporary),
        ("RCPT", "550 5.7.606 Access denied, banned sending IP", Temporary),
        ("RCPT", "530 5.7.0 must authenticate", Temporary),
        ("RCPT", "503 5.5.1 bad sequence", Temporary),
        ("DATA", "451 4.3.0 not now", Temporary),
        ("DATA", "554 5.5.1 no valid recipients", Temporary),
        ("CONTENT", "451 4.7.1 greylisted", Temporary),
        ("CONTENT", "421 4.7.28 unusual rate of mail", Temporary),
        ("CONTENT", "554 5.7.1 looks like spam", Unreachable),
        ("CONTENT", "550 message content rejected", Unreachable),
        ("CONTENT", "550 5.7.26 not authenticated: DMARC", Temporary),
        ("CONTENT", "550 5.7.1 unauthenticated mail is not accepted", Temporary),
        ("CONTENT", "552 5.3.4 message too big", Temporary),
        ("CONTENT", "552 message exceeds the maximum size", Temporary),
    ],
)
async def test_refusals(stage: str, answer: str, expected: type[DeliveryError]) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan(stage, answer)
        error = await failure(channel, post())
        assert isinstance(error, expected)
        assert answer[:3] in str(error)
        assert server.taken == []
        await channel.send(post())
        assert len(server.taken) == 1


SENDER_REFUSED = [
    ("MAIL", "550 5.7.1 sender rejected"),
    ("MAIL", "553 5.1.8 sender's domain does not exist"),
    ("MAIL", "550 5.7.60 client does not have permissions to send as this sender"),
    ("CONTENT", "554 5.2.252 SendAsDenied; support@ops.test not allowed to send as support+b7@"),
]


@pytest.mark.parametrize(("stage", "answer"), SENDER_REFUSED)
async def test_a_server_that_takes_no_plus_address_is_sent_under_the_plain_one(
    stage: str, answer: str
) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan(stage, answer)
        await channel.send(post())
        await channel.send(post())
        assert [each.sender for each in server.taken] == ["support@ops.test"] * 2


@pytest.mark.parametrize(("stage", "answer"), SENDER_REFUSED)
async def test_our_own_address_refused_is_nobodys_fault_but_ours(stage: str, answer: str) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan(stage, answer, answer)
        assert isinstance(await failure(channel, post()), Temporary)
        await channel.send(post())
        assert [each.sender for each in server.taken] == [written(post()).sender]


async def test_what_a_server_says_of_us_is_told_without_our_tokens() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        sender = written(post()).sender
        refused = f"553 5.7.1 <{sender}>: Sender address rejected"
        server.plan("MAIL", refused, refused)
        assert str(await failure(channel, post())) == (
            "the mail server refuses our address as the sender: "
            "553 5.7.1 <support@ops.test>: Sender address rejected"
        )


@pytest.mark.parametrize(
    ("stage", "answer", "seconds"),
    [
        ("CONNECT", "421 4.7.0 too many connections, try again in 60 seconds", 60),
        ("RCPT", "450 4.2.0 greylisted for 300 seconds", 300),
        ("MAIL", "450 4.7.28 rate exceeded, retry after 2 minutes", 120),
        ("CONTENT", "451 4.7.1 wait 5s", 5),
        ("RCPT", "450 4.7.1 come back in 24 hours", 3600),
    ],
)
async def test_a_server_that_says_how_long(stage: str, answer: str, seconds: int) -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan(stage, answer)
        error = await failure(channel, post())
        assert isinstance(error, RateLimited)
        assert error.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("step", [Wire.CUT, Wire.SILENCE, Wire.DRIP])
@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
async def test_nothing_was_sent_before_the_mail_was(stage: str, step: Step) -> None:
    hasty = replace(PATIENT, connect=0.1, command=0.1)
    async with mail_server() as server:
        server.plan(stage, step)
        async with channel_to(server, patience=hasty) as channel:
            assert isinstance(await failure(channel, post()), Temporary)
        assert server.taken == []
        async with channel_to(server) as channel:
            await channel.send(post())
        assert len(server.taken) == 1


@pytest.mark.parametrize("step", [Wire.CUT, Wire.SILENCE, Wire.DRIP])
async def test_a_mail_without_an_answer_may_have_arrived(step: Step) -> None:
    async with mail_server() as server:
        server.plan("CONTENT", step)
        async with channel_to(server, patience=replace(PATIENT, end=0.1)) as channel:
            assert type(await failure(channel, post())) is OutcomeUnknown
        async with channel_to(server) as channel:
            await channel.send(post())
        assert [mail["Message-ID"] for mail in server.messages] == [written(post()).message_id] * 2


async def test_an_answer_that_is_none_may_mean_anything() -> None:
    async with mail_server() as server, channel_to(server) as channel:
        server.plan("CONTENT", "thank you")
        assert type(await failure(channel, post())) is OutcomeUnknown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "whole", "expected"), [("RCPT", 0.2, Temporary), ("CONTENT", 1.0, OutcomeUnknown)]
)
async def test_no_mail_takes_for_ever(stage: str, whole: float, expected: type[DeliveryError]) -> None:
    hasty = replace(PATIENT, whole=whole)
    async with mail_server() as server, channel_to(server, patience=hasty) as channel:
        server.plan(stage, Wire.DRIP)
        assert isinstance(await failure(channel, post()), expected)


async def test_nobody_waits_for_ever_for_a_connection() -> None:
    hasty = replace(PATIENT, whole=0.3)
    async with mail_server() as server, channel_to(server, patience=hasty) as channel:
        server.plan("MAIL", *[Wire.SILENCE] * 6)
        errors = await asyncio.gather(*(failure(channel, post(key=f"k{number}")) for number in range(6)))
        assert all(isinstance(error, Temporary) for error in errors)


async def test_a_server_out_of_reach() -> None:
    async with mail_server() as server:
        pass
    async with channel_to(server) as channel:
        error = await failure(channel, post())
        assert type(error) is Temporary
        assert str(server.port) in str(error)


async def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with (
            mail_server() as server,
            channel_to(server, patience=replace(PATIENT, connect=0.1)) as channel,
        ):
            pass
        server.port = listening.getsockname()[1]
        async with channel_to(server, patience=replace(PATIENT, connect=0.1)) as channel:
            assert type(await failure(channel, post())) is Temporary


@pytest.mark.parametrize("host", ["", "no such host", "x" * 70 + ".test", "nowhere.invalid"])
async def test_a_server_nobody_knows(host: str) -> None:
    async with mail_server() as server, channel_to(server, relay={"host": host}) as channel:
        assert type(await failure(channel, post())) is Temporary


class TestEncryption:
    """`tls`: what the settings trust; without it the certificate of the test is a stranger's."""

    @pytest.mark.parametrize(
        ("by", "manners"),
        [
            (Tls.IMPLICIT, Manners(implicit=True)),
            (Tls.REQUIRED, Manners(starttls=True)),
            (Tls.REQUIRED, Manners(starttls=False)),
            (Tls.WHERE_OFFERED, Manners(starttls=True)),
        ],
    )
    async def test_a_mail_goes_encrypted(self, by: Tls, manners: Manners) -> None:
        mine = of_localhost()
        async with (
            mail_server(manners, mine.server) as server,
            channel_to(server, by=by, tls=mine.trusting) as channel,
        ):
            await channel.send(post())
            await channel.send(post(key="k2"))
            assert (len(server.taken), server.opened) == (2, 1)

    @pytest.mark.parametrize(
        ("by", "manners"), [(Tls.IMPLICIT, Manners(implicit=True)), (Tls.REQUIRED, Manners(starttls=True))]
    )
    async def test_a_stranger_is_told_nothing(self, by: Tls, manners: Manners) -> None:
        async with (
            mail_server(manners, of_localhost().server) as server,
            channel_to(server, by=by, relay=SIGNED_IN) as channel,
        ):
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "certificate" in str(error).lower()
            assert not {"AUTH", "MAIL"} & set(server.said)

    async def test_encrypted_or_not_at_all(self) -> None:
        async with mail_server() as server, channel_to(server, by=Tls.REQUIRED) as channel:
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "STARTTLS" in str(error)
            assert "MAIL" not in server.said

    async def test_where_offered_needs_no_offer(self) -> None:
        async with mail_server() as server, channel_to(server, by=Tls.WHERE_OFFERED) as channel:
            await channel.send(post())
            assert len(server.taken) == 1

    async def test_this_machines_own_server_may_vouch_for_itself(self) -> None:
        async with (
            mail_server(Manners(starttls=True), of_localhost().server) as server,
            channel_to(server, by=Tls.WHERE_OFFERED) as channel,
        ):
            await channel.send(post())
            assert len(server.taken) == 1

    async def test_unencrypted_is_refused_by_a_server_that_wants_more(self) -> None:
        manners = Manners(starttls=True)
        async with mail_server(manners, of_localhost().server) as server, channel_to(server) as channel:
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "530" in str(error)

    async def test_a_server_that_does_not_speak_it(self) -> None:
        mine = of_localhost()
        async with (
            mail_server() as server,
            channel_to(
                server, by=Tls.IMPLICIT, tls=mine.trusting, patience=replace(PATIENT, connect=0.5)
            ) as channel,
        ):
            assert type(await failure(channel, post())) is Temporary


class Access:
    """Keeps `AccessTokens`: the next of those it was given."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    async def current(self) -> str:
        if not self.tokens:
            raise Temporary("the token server is away")
        return self.tokens[0]

    def forget(self) -> None:
        del self.tokens[0]


BY_TOKEN = {"user": USER, "xoauth2": True}
GUARDED = Manners(implicit=True, sign_in=True)


class TestSigningIn:
    @pytest.mark.parametrize(
        "manners", [GUARDED, Manners(starttls=True, sign_in=True)], ids=["implicit", "starttls"]
    )
    async def test_by_password(self, manners: Manners) -> None:
        mine, by = of_localhost(), Tls.IMPLICIT if manners.implicit else Tls.REQUIRED
        async with (
            mail_server(manners, mine.server) as server,
            channel_to(server, by=by, tls=mine.trusting, relay=SIGNED_IN) as channel,
        ):
            await channel.send(post())
            assert len(server.taken) == 1

    async def test_a_wrong_password_is_temporary_and_told_to_nobody(self) -> None:
        mine = of_localhost()
        wrong = {"user": USER, "password": "hunter2"}
        async with (
            mail_server(GUARDED, mine.server) as server,
            channel_to(server, by=Tls.IMPLICIT, tls=mine.trusting, relay=wrong) as channel,
        ):
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "535" in str(error)
            assert server.said.count("AUTH") == 1
            server.plan("AUTH", "535 5.7.8 hunter2 is wrong")
            assert "hunter2" not in repr(await failure(channel, post()))
            assert server.taken == []

    @pytest.mark.parametrize("step", ["454 4.7.0 later", "421 4.7.0 too many", Wire.CUT])
    async def test_a_sign_in_that_fails_for_now(self, step: Step) -> None:
        mine = of_localhost()
        async with (
            mail_server(GUARDED, mine.server) as server,
            channel_to(server, by=Tls.IMPLICIT, tls=mine.trusting, relay=SIGNED_IN) as channel,
        ):
            server.plan("AUTH", step)
            assert isinstance(await failure(channel, post()), Temporary)
            await channel.send(post())
            assert len(server.taken) == 1

    async def test_a_server_that_knows_no_sign_in(self) -> None:
        async with mail_server() as server, channel_to(server, relay=SIGNED_IN) as channel:
            assert type(await failure(channel, post())) is Temporary

    async def test_without_a_sign_in_where_one_is_wanted(self) -> None:
        mine = of_localhost()
        async with (
            mail_server(GUARDED, mine.server) as server,
            channel_to(server, by=Tls.IMPLICIT, tls=mine.trusting) as channel,
        ):
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "530" in str(error)

    async def test_by_access_token(self) -> None:
        mine, access = of_localhost(), Access("ya29.stale", ACCESS_TOKEN)
        async with (
            mail_server(GUARDED, mine.server) as server,
            channel_to(server, by=Tls.IMPLICIT, tls=mine.trusting, relay=BY_TOKEN, access=access) as channel,
        ):
            error = await failure(channel, post())
            assert type(error) is Temporary
            assert "ya29" not in repr(error)
            await channel.send(post())
            assert len(server.taken) == 1

    async def test_without_a_token(self) -> None:
        mine = of_localhost()
        async with mail_server(GUARDED, mine.server) as server:
            for access in (None, Access()):
                async with channel_to(
                    server, by=Tls.IMPLICIT, tls=mine.trusting, relay=BY_TOKEN, access=access
                ) as channel:
                    assert type(await failure(channel, post())) is Temporary
            await server.until(lambda: not server.sessions)
