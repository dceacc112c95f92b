import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from adapters.web.openid.settings import OpenIdSettings
from adapters.web.openid.sign_in import Arrived, OpenId

from tests.fakes.manual_clock import ManualClock
from tests.fakes.oidc_provider import CLIENT, REDIRECT, SECRET, FakeProvider

TLS = httpx.create_ssl_context()
Made = Callable[..., OpenId]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def provider(clock: ManualClock) -> AsyncIterator[FakeProvider]:
    async with FakeProvider(clock.now) as made:
        yield made


@pytest.fixture
def settings(provider: FakeProvider) -> OpenIdSettings:
    return OpenIdSettings(provider.issuer, CLIENT, REDIRECT, b"k" * 32, SECRET, tls=TLS)


@pytest.fixture
async def made(settings: OpenIdSettings, clock: ManualClock) -> AsyncIterator[Made]:
    """Makes what is tested, with settings of its own."""
    all_made: list[OpenId] = []

    def make(timeout: float = 10.0, **changes: Any) -> OpenId:
        all_made.append(OpenId(replace(settings, **changes), clock, timeout))
        return all_made[-1]

    yield make
    for each in all_made:
        await each.close()


@pytest.fixture
def openid(made: Made) -> OpenId:
    return made()


async def signed_in(openid: OpenId, provider: FakeProvider) -> Arrived:
    begun = await openid.begin("/tickets?mine=1")
    return await openid.finish(await provider.visit(begun.url), begun.kept)


async def later(clock: ManualClock, seconds: float) -> None:
    until = clock.now() + timedelta(seconds=seconds)
    await asyncio.gather(clock.sleep_until(until), clock.advance(seconds))
