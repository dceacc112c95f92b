"""Twilio's own client judges: given the same, ours asks the same of the same server."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from adapters.phone.orders import CallOrder, TextOrder
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # it has no types
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from tests.fakes.phone.server import Asked, FakeProvider
from tests.integration.phone_out.stage import ANA, PUBLIC_URL, rest_of

STATUS = f"{PUBLIC_URL}/phone/status?key=page%3A7%2Fa%23b"
MACHINE = f"{PUBLIC_URL}/phone/machine?key=page%3A7"
STEP = f"{PUBLIC_URL}/phone/voice/page/1042+7"
WORDS = "T-1042 · P1\n支付失败 100% & <b>ü</b>~ 'it''s' a+b=c"


class Local:
    """Asks the server on loopback in place of api.twilio.com, with all else as Twilio's client has it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._real = TwilioHttpClient()

    def request(self, method: str, url: str, **more: Any) -> Any:
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        return self._real.request(method, f"{self._base}{path}", **more)

    def close(self) -> None:
        self._real.session.close()


async def twilios(provider: FakeProvider, ask: Callable[[Client], object]) -> Asked:
    """The request that Twilio's client makes."""
    http = Local(provider.url)
    client = Client(provider.account.sid, provider.account.token, http_client=http)
    await asyncio.to_thread(ask, client)
    http.close()
    return provider.asked.pop()


@pytest.mark.parametrize("step", [True, False], ids=["url", "twiml"])
async def test_a_call(provider: FakeProvider, step: bool) -> None:
    goes_on = {"url": STEP} if step else {"twiml": f"<Response><Say>{WORDS}</Say></Response>"}
    theirs = await twilios(
        provider,
        lambda client: client.calls.create(
            to=ANA,
            from_=provider.account.number,
            status_callback=STATUS,
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            timeout=25,
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=MACHINE,
            async_amd_status_callback_method="POST",
            time_limit=110,
            **({"method": "POST"} if step else {}),
            **goes_on,
        ),
    )
    async with rest_of(provider) as rest:
        sid = await rest.place_call(CallOrder(ANA, STATUS, MACHINE, 110, **goes_on))
    assert provider.asked == [theirs]
    assert sid == provider.calls[-1].sid
    assert provider.calls[0].form == provider.calls[1].form


async def test_a_text(provider: FakeProvider) -> None:
    theirs = await twilios(
        provider,
        lambda client: client.messages.create(
            to=ANA, from_=provider.account.number, body=WORDS, status_callback=STATUS
        ),
    )
    async with rest_of(provider) as rest:
        sid = await rest.send_text(TextOrder(ANA, STATUS, WORDS))
    assert provider.asked == [theirs]
    assert sid == provider.texts[-1].sid


async def test_the_account(provider: FakeProvider) -> None:
    sid = provider.account.sid
    theirs = await twilios(provider, lambda client: client.api.v2010.accounts(sid).fetch())
    async with rest_of(provider) as rest:
        await rest.probe()
    assert (provider.asked[0].method, provider.asked[0].path) == (theirs.method, theirs.path)
    assert provider.asked[0].authorization == theirs.authorization


async def test_our_number(provider: FakeProvider) -> None:
    number = provider.account.number
    theirs = await twilios(provider, lambda client: client.incoming_phone_numbers.list(phone_number=number))
    async with rest_of(provider) as rest:
        found = await rest.own_number()
    assert found is not None
    assert provider.asked[0].path == theirs.path
    assert provider.asked[0].query.partition("&")[0] == theirs.query.partition("&")[0]
