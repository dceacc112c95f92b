"""The fake refuses what a provider must refuse; else the tests above would prove nothing."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from adapters.web.openid.sign_in import OpenId

from tests.fakes.manual_clock import ManualClock
from tests.fakes.oidc_provider import CLIENT, JUN, MEI, PASSWORD, REDIRECT, SECRET, FakeProvider
from tests.integration.sign_in.conftest import later

VERIFIER = "v" * 43


@pytest.fixture
async def code(openid: OpenId, provider: FakeProvider) -> str:
    begun = await openid.begin("/")
    return (await provider.visit(begun.url))["code"]


async def exchanged(provider: FakeProvider, form: Mapping[str, str], auth: str | None) -> tuple[int, str]:
    headers = {"Authorization": auth} if auth else {}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(f"{provider.issuer}/token", data=form) as answer,
    ):
        return answer.status, (await answer.json())["error"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"response_type": "id_token"}, "response_type is not code"),
        ({"scope": "email"}, "scope has no openid"),
        ({"code_challenge": ""}, "no PKCE by S256"),
        ({"code_challenge_method": "plain"}, "no PKCE by S256"),
        ({"nonce": ""}, "no state or nonce"),
        ({"state": ""}, "no state or nonce"),
    ],
)
async def test_a_question_it_does_not_take(
    openid: OpenId, provider: FakeProvider, changes: dict[str, str], said: str
) -> None:
    begun = await openid.begin("/")
    query = {**dict(parse_qsl(urlsplit(begun.url).query)), **changes}
    answer = await provider.visit(f"{provider.issuer}/authorize?{urlencode(query)}")
    assert (answer["error"], answer["error_description"]) == ("invalid_request", said)
    assert provider.violations == [said]


@pytest.mark.parametrize("changes", [{"redirect_uri": f"{REDIRECT}/"}, {"client_id": "other"}])
async def test_it_redirects_to_nobody_it_does_not_know(
    openid: OpenId, provider: FakeProvider, changes: dict[str, str]
) -> None:
    begun = await openid.begin("/")
    query = {**dict(parse_qsl(urlsplit(begun.url).query)), **changes}
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{provider.issuer}/authorize?{urlencode(query)}", allow_redirects=False) as page,
    ):
        assert page.status == 400
    assert provider.violations


async def test_its_page(openid: OpenId, provider: FakeProvider) -> None:
    begun = await openid.begin("/")
    async with aiohttp.ClientSession() as browser:
        async with browser.get(begun.url) as page:
            text = await page.text()
        (question,) = re.findall(r'name="question" value="([^"]+)"', text)
        form = {"question": question, "user": MEI.address, "password": "guess", "answer": "yes"}
        async with browser.post(f"{provider.issuer}/authorize", data=form) as again:
            assert "Unknown e-mail or wrong password." in await again.text()
        form = {**form, "question": "another", "password": PASSWORD}
        async with browser.post(f"{provider.issuer}/authorize", data=form) as refused:
            assert refused.status == 400


BASIC = aiohttp.encode_basic_auth("desk", "client%2Bsecret%2F9%25%3A~")


@pytest.mark.parametrize(
    ("changes", "auth", "answer"),
    [
        ({}, None, (401, "invalid_client")),
        ({"client_id": CLIENT, "client_secret": SECRET}, None, (401, "invalid_client")),
        ({"client_secret": SECRET}, BASIC, (401, "invalid_client")),
        ({}, aiohttp.encode_basic_auth("desk", "wrong"), (401, "invalid_client")),
        ({"grant_type": "password"}, BASIC, (400, "unsupported_grant_type")),
        ({"code": "never given out"}, BASIC, (400, "invalid_grant")),
        ({"redirect_uri": f"{REDIRECT}/"}, BASIC, (400, "invalid_grant")),
        ({"code_verifier": "another" * 10}, BASIC, (400, "invalid_grant")),
        ({"code_verifier": "short"}, BASIC, (400, "invalid_grant")),
        ({"code_verifier": ""}, BASIC, (400, "invalid_grant")),
    ],
)
async def test_an_exchange_it_refuses(
    provider: FakeProvider,
    code: str,
    changes: dict[str, str],
    auth: str | None,
    answer: tuple[int, str],
) -> None:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert await exchanged(provider, {**form, "code_verifier": VERIFIER, **changes}, auth) == answer
    assert provider.violations == [answer[1]]


async def test_codes_wear_out(openid: OpenId, provider: FakeProvider, clock: ManualClock) -> None:
    begun = await openid.begin("/")
    code = (await provider.visit(begun.url, JUN))["code"]
    await later(clock, 60)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert await exchanged(provider, form, BASIC) == (400, "invalid_grant")


async def test_userinfo_wants_its_token(provider: FakeProvider) -> None:
    headers = {"Authorization": "Bearer made-up"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.get(f"{provider.issuer}/userinfo") as answer,
    ):
        assert answer.status == 401
