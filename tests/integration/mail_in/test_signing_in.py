"""Encrypted as the address says, and signed in by password or access token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from bot.configuration.mail_urls import Tls

from tests.fakes.token_endpoint import TokenEndpoint
from tests.integration.mail_in.stage import ONE_SERVER, Stage, at, events, logged, mail, running
from tests.servers.certificates import of_localhost
from tests.servers.imap import PASSWORD, ImapServer, Wire
from tests.servers.proxy import serving
from tests.servers.pymap_server import Pymap


@asynccontextmanager
async def encrypted(server: ImapServer) -> AsyncIterator[Stage]:
    """From the first byte on the way to the reader."""
    async with serving(Wire("127.0.0.1", server.port), of_localhost().server) as (wire, port):
        yield Stage(server, wire, port)


@asynccontextmanager
async def with_starttls() -> AsyncIterator[Stage]:
    server = Pymap(of_localhost().server)
    await server.start()
    try:
        async with serving(Wire("127.0.0.1", server.port)) as (wire, port):
            yield Stage(server, wire, port)
    finally:
        await server.stop()


async def test_tls_by_an_authority_that_is_given(server: ImapServer) -> None:
    async with encrypted(server) as stage:
        box = at(stage.port, host="localhost", tls=Tls.IMPLICIT)
        async with running(stage.app(stage.settings(box, tls=of_localhost().trusting))):
            await stage.until_idle()
            await stage.server.deliver(mail("black"))
            await stage.until_taken("black")


@ONE_SERVER
async def test_tls_by_an_authority_that_nobody_knows(server: ImapServer) -> None:
    async with encrypted(server) as stage:
        with logged() as said:
            async with running(stage.app(stage.settings(at(stage.port, tls=Tls.IMPLICIT)))) as app:
                await stage.clock.advance(1)
                assert not app.ready
    assert "certificate verify failed" in str(said)
    assert PASSWORD.encode() not in stage.wire.heard


@pytest.mark.parametrize("tls", [Tls.REQUIRED, Tls.WHERE_OFFERED])
async def test_starttls(tls: Tls) -> None:
    async with with_starttls() as stage:
        box = at(stage.port, host="localhost", tls=tls)
        trusted = of_localhost().trusting if tls is Tls.REQUIRED else None
        await stage.server.deliver(mail("black"))
        async with running(stage.app(stage.settings(box, tls=trusted))):
            await stage.until_taken("black")
    assert b"STARTTLS" in stage.wire.heard
    assert b"LOGIN" not in stage.wire.heard


async def test_starttls_with_a_certificate_of_somebody_else() -> None:
    async with with_starttls() as stage:
        with logged() as said:
            async with running(stage.app(stage.settings(at(stage.port, tls=Tls.REQUIRED)))):
                await stage.clock.advance(1)
    assert "certificate verify failed" in str(said)


@ONE_SERVER
async def test_no_password_goes_out_where_starttls_is_required_and_missing(stage: Stage) -> None:
    with logged() as said:
        async with running(stage.app(stage.settings(at(stage.port, tls=Tls.REQUIRED)))):
            await stage.clock.advance(1)
    assert "TLS not supported by server" in str(said)
    assert b"LOGIN" not in stage.wire.heard


async def test_a_password_in_any_script(stage: Stage) -> None:
    await stage.server.set_password("пароль")
    async with running(stage.app(stage.settings(at(stage.port, password="пароль")))):
        await stage.until_idle()


async def test_by_access_token() -> None:
    server = Pymap()
    await server.start()
    async with TokenEndpoint() as endpoint, serving(Wire("127.0.0.1", server.port)) as (wire, port):
        stage = Stage(server, wire, port)
        server.login.access_tokens.add("access-2")  # the first one was withdrawn meanwhile
        await server.deliver(mail("black"))
        settings = stage.settings(at(port, password="", xoauth2=True), oauth=endpoint.by_refresh_token())
        with logged() as said:
            async with running(stage.app(settings)):
                await stage.clock.advance(1)
                await stage.until_taken("black")
    await server.stop()
    assert server.login.refused == ["access-1"]
    assert any("refuses the login" in each for each in events(said))
    assert "access-1" not in str(said)
