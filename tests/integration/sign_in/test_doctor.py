"""What `dawnline doctor` finds at a provider. Nobody is signed in."""

from dataclasses import replace
from typing import Any

import pytest
from adapters.web.openid.doctor import examine
from adapters.web.openid.settings import OpenIdSettings
from bot.findings import Finding

from tests.fakes.manual_clock import ManualClock
from tests.fakes.oidc_provider import REDIRECT, SECRET, FakeProvider, Trouble

ALL = ["issuer", "keys", "PKCE", "client", "e-mail", "redirect URI"]


async def found(settings: OpenIdSettings, clock: ManualClock) -> dict[str, Finding]:
    findings = [each async for each in examine(settings, clock)]
    assert SECRET not in repr(findings)
    return {each.about: each for each in findings}


async def test_all_is_well(settings: OpenIdSettings, clock: ManualClock) -> None:
    findings = await found(settings, clock)
    assert [*findings] == ALL
    assert {each.ok for each in findings.values()} == {True}
    assert findings["redirect URI"].text == f"register it at the provider, to the letter: {REDIRECT}"


@pytest.mark.parametrize(
    ("document", "about", "said"),
    [
        ({"issuer": "https://evil.example"}, "issuer", "calls itself 'https://evil.example'"),
        ({"token_endpoint": "http://id.example/token"}, "issuer", "no https:// address for token_endpoint"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "keys", "HS256 alone"),
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE", "only by plain"),
        (
            {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
            "client",
            "in no way we know",
        ),
    ],
)
async def test_what_a_provider_says_of_itself(
    settings: OpenIdSettings,
    clock: ManualClock,
    provider: FakeProvider,
    document: dict[str, Any],
    about: str,
    said: str,
) -> None:
    provider.document = document
    findings = await found(settings, clock)
    assert [each.about for each in findings.values() if not each.ok] == [about]
    assert said in findings[about].text
    assert "redirect URI" in findings


async def test_a_provider_that_does_not_answer(
    settings: OpenIdSettings, clock: ManualClock, provider: FakeProvider
) -> None:
    provider.trouble["/.well-known/openid-configuration"] = Trouble(404)
    findings = await found(settings, clock)
    assert [*findings] == ["issuer", "redirect URI"]
    assert "answers 404, and no JSON object: check OIDC_ISSUER" in findings["issuer"].text


@pytest.mark.parametrize("trouble", [Trouble(503), Trouble(body=b'{"keys":[]}')])
async def test_no_keys(
    settings: OpenIdSettings, clock: ManualClock, provider: FakeProvider, trouble: Trouble
) -> None:
    provider.trouble["/jwks"] = trouble
    finding = (await found(settings, clock))["keys"]
    assert (finding.ok, "nobody could sign in" in finding.text) == (False, True)


async def test_a_provider_that_does_not_say_whether_it_checks_pkce(
    settings: OpenIdSettings, clock: ManualClock, provider: FakeProvider
) -> None:
    provider.document = {"code_challenge_methods_supported": None}
    assert (await found(settings, clock))["PKCE"].ok
    provider.secret = None
    findings = await found(replace(settings, client_secret=None), clock)
    assert (findings["PKCE"].ok, findings["client"].ok) == (False, True)


async def test_a_wrong_secret(settings: OpenIdSettings, clock: ManualClock) -> None:
    findings = await found(replace(settings, client_secret="wrong"), clock)
    assert [each.about for each in findings.values() if not each.ok] == ["client"]


async def test_addresses(settings: OpenIdSettings, clock: ManualClock, provider: FakeProvider) -> None:
    trusting = replace(settings, trust_email=True)
    assert (await found(trusting, clock))["e-mail"].ok
    provider.document = {"claims_supported": ["sub", "email_verified"]}
    finding = (await found(trusting, clock))["e-mail"]
    assert (finding.ok, "take OIDC_TRUST_EMAIL=yes away" in finding.text) == (False, True)
    assert (await found(settings, clock))["e-mail"].ok
    assert not (await found(replace(settings, scope="openid"), clock))["e-mail"].ok
