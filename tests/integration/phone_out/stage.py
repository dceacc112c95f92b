"""What the tests put round the way out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from adapters.phone.providers import Providers
from adapters.phone.rest import Rest
from adapters.phone.settings import PhoneSettings, Provider
from bot.inbound import Address
from bot.outgoing import Post, Spoken

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.server import FakeProvider

PUBLIC_URL = "https://desk.example"
ANA = "+4930123456"
# Reading the authorities' certificates takes longer than most tests.
TLS = httpx.create_ssl_context()
HASTY = httpx.Timeout(1.0)


def provider_of(server: FakeProvider) -> Provider:
    account = server.account
    return Provider(account.sid, account.token, account.number, server.url)


def settings(*servers: FakeProvider, calls_at_once: int = 3) -> PhoneSettings:
    providers = tuple(provider_of(each) for each in servers)
    return PhoneSettings(providers, PUBLIC_URL, calls_at_once=calls_at_once, tls=TLS)


@asynccontextmanager
async def rest_of(server: FakeProvider) -> AsyncIterator[Rest]:
    """Its client, which soon loses patience."""
    rest = Rest(provider_of(server), TLS, HASTY)
    try:
        yield rest
    finally:
        await rest.close()


@asynccontextmanager
async def providers_of(*servers: FakeProvider, clock: ManualClock) -> AsyncIterator[Providers]:
    providers = Providers([Rest(provider_of(each), TLS, HASTY) for each in servers], clock)
    try:
        yield providers
    finally:
        await providers.close()


def call(text: str = "T-1042", to: str = ANA, spoken: Spoken | None = None, key: str = "page:1") -> Post:
    return Post(key, Address("call", to), text, spoken=spoken)


def text(words: str = "T-1042", to: str = ANA, key: str = "page:1") -> Post:
    return Post(key, Address("sms", to), words)
