"""Signing in by OpenID Connect at a strict provider."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from adapters.web.openid.sign_in import Arrived, OpenId

from tests.fakes.oidc_provider import JUN, REDIRECT, FakeProvider
from tests.fakes.oidc_tokens import key_named
from tests.integration.sign_in.conftest import Made, signed_in

MEI_ARRIVED = Arrived("mei@acme.example", "Mei Tanaka", "zh", "/tickets?mine=1")


async def test_somebody_signs_in(openid: OpenId, provider: FakeProvider) -> None:
    assert await signed_in(openid, provider) == MEI_ARRIVED
    assert provider.violations == []


async def test_two_at_a_time_are_told_apart(openid: OpenId, provider: FakeProvider) -> None:
    mei, jun = await openid.begin("/a"), await openid.begin("/b")
    as_jun = await openid.finish(await provider.visit(jun.url, JUN), jun.kept)
    as_mei = await openid.finish(await provider.visit(mei.url), mei.kept)
    assert (as_jun.address, as_jun.back_to) == ("jun@acme.example", "/b")
    assert (as_mei.address, as_mei.back_to) == ("mei@acme.example", "/a")


async def test_what_the_provider_is_asked(openid: OpenId, provider: FakeProvider) -> None:
    begun, again = await openid.begin("/"), await openid.begin("/")
    query, other = (dict(parse_qsl(urlsplit(each.url).query)) for each in (begun, again))
    for new in ("state", "nonce", "code_challenge"):
        assert len(query[new]) >= 43
        assert query.pop(new) != other.pop(new)
    assert query == {
        "response_type": "code",
        "client_id": "desk",
        "redirect_uri": REDIRECT,
        "scope": "openid email profile",
        "code_challenge_method": "S256",
    }
    assert begun.url not in repr(begun)
    assert begun.kept not in repr(begun)


async def test_an_endpoint_with_a_query_of_its_own(openid: OpenId, provider: FakeProvider) -> None:
    provider.document["authorization_endpoint"] = f"{provider.issuer}/authorize?realm=acme"
    begun = await openid.begin("/")
    assert "?realm=acme&response_type=code&" in begun.url
    assert (await openid.finish(await provider.visit(begun.url), begun.kept)).address == MEI_ARRIVED.address


async def test_a_public_client(made: Made, provider: FakeProvider) -> None:
    provider.secret = None
    assert await signed_in(made(client_secret=None), provider) == MEI_ARRIVED
    assert provider.violations == []


async def test_a_secret_in_the_form_where_the_provider_wants_it_there(
    openid: OpenId, provider: FakeProvider
) -> None:
    provider.client_auth = "client_secret_post"
    assert await signed_in(openid, provider) == MEI_ARRIVED
    assert provider.violations == []


@pytest.mark.parametrize(("algorithm", "kind"), [("ES256", "EC"), ("PS256", "RSA"), ("Ed25519", "OKP")])
async def test_other_signatures(openid: OpenId, provider: FakeProvider, algorithm: str, kind: str) -> None:
    provider.algorithm, provider.keys = algorithm, [key_named(kind, kind)]
    assert await signed_in(openid, provider) == MEI_ARRIVED


async def test_userinfo_is_asked_only_where_the_token_has_no_address(
    openid: OpenId, provider: FakeProvider
) -> None:
    await signed_in(openid, provider)
    assert provider.asked["/userinfo"] == 0
    provider.email_in_token = False
    assert await signed_in(openid, provider) == MEI_ARRIVED
    assert provider.asked["/userinfo"] == 1


async def test_what_the_token_says_stands_above_what_userinfo_says(
    openid: OpenId, provider: FakeProvider
) -> None:
    provider.email_in_token, provider.claims = False, {"name": "Dr. Mei Tanaka"}
    assert (await signed_in(openid, provider)).name == "Dr. Mei Tanaka"


async def test_a_provider_that_does_not_say_whether_it_verified_an_address(
    made: Made, provider: FakeProvider
) -> None:
    provider.claims = {"email_verified": None}
    assert await signed_in(made(trust_email=True), provider) == MEI_ARRIVED


async def test_a_provider_that_does_not_promise_its_name(openid: OpenId, provider: FakeProvider) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": None}
    provider.answers = {"iss": None}
    assert await signed_in(openid, provider) == MEI_ARRIVED


async def test_what_the_button_says(made: Made) -> None:
    assert made(name="Acme").name == "Acme"


async def test_a_secret_that_could_be_guessed(made: Made) -> None:
    with pytest.raises(ValueError, match="too short"):
        made(secret=b"k" * 15)
