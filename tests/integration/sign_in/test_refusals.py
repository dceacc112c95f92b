"""Everybody who must not come in: what they read, and what the log says without a secret."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from adapters.web.openid.failures import AWAY, DENIED, LATE, UNFIT, UNVERIFIED
from adapters.web.openid.sign_in import Begun, OpenId
from bot.errors import SignInFailed
from structlog.testing import capture_logs

from tests.fakes.manual_clock import ManualClock
from tests.fakes.oidc_provider import JUN, SECRET, FakeProvider, Trouble
from tests.fakes.oidc_tokens import key_named
from tests.integration.sign_in.conftest import Made, later, signed_in

Log = list[Any]


@pytest.fixture
def log() -> Iterator[Log]:
    with capture_logs() as lines:
        yield lines
    assert SECRET not in repr(lines)


async def failed(openid: OpenId, query: dict[str, str], kept: str | None) -> SignInFailed:
    with pytest.raises(SignInFailed) as caught:
        await openid.finish(query, kept)
    return caught.value


async def refused(openid: OpenId, provider: FakeProvider) -> SignInFailed:
    begun = await openid.begin("/")
    return await failed(openid, await provider.visit(begun.url), begun.kept)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"aud": "other"}, "another audience"),
        ({"aud": ["desk", "other"], "azp": "other"}, "another audience"),
        ({"nonce": "replayed"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"exp": 1}, "expired_token"),
        ({"iat": 1 << 33}, "invalid_claim"),
        ({"sub": None}, "no subject"),
    ],
)
async def test_a_token_that_does_not_fit(
    openid: OpenId, provider: FakeProvider, log: Log, claims: dict[str, Any], said: str
) -> None:
    provider.claims = claims
    error = await refused(openid, provider)
    assert (error.key, said in str(error)) == (UNFIT, True)
    (line,) = log
    assert (line["log_level"], line["told"], line["reason"]) == ("warning", UNFIT, str(error))


async def test_a_token_of_an_hour_ago(openid: OpenId, provider: FakeProvider, clock: ManualClock) -> None:
    provider.now = lambda: clock.now() - timedelta(hours=1)
    assert "expired_token" in str(await refused(openid, provider))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_that_nobody_signed(openid: OpenId, provider: FakeProvider, algorithm: str) -> None:
    provider.algorithm = algorithm
    error = await refused(openid, provider)
    assert (error.key, "unsupported_algorithm" in str(error)) == (UNFIT, True)


@pytest.mark.parametrize(("kid", "said"), [("first", "bad_signature"), ("other", "invalid_key_id")])
async def test_a_token_that_somebody_else_signed(
    openid: OpenId, provider: FakeProvider, kid: str, said: str
) -> None:
    provider.signs_with, provider.header = key_named("other"), {"kid": kid}
    error = await refused(openid, provider)
    assert (error.key, said in str(error)) == (UNFIT, True)


@pytest.mark.parametrize(
    ("token", "userinfo", "said"),
    [
        ({"email_verified": False}, {}, "email_verified: False"),
        ({"email_verified": None}, {}, "email_verified: None"),
        ({"email": "mei@acme.example\n"}, {}, "tells no e-mail address"),
        ({"email": None}, {"email": None}, "tells no e-mail address"),
        ({"email": None}, {"email_verified": False}, "email_verified: False"),
        ({"email": None}, {"email_verified": None}, "email_verified: None"),
    ],
)
async def test_an_address_nobody_vouches_for(
    openid: OpenId,
    provider: FakeProvider,
    token: dict[str, Any],
    userinfo: dict[str, Any],
    said: str,
) -> None:
    """In the last of them the token says `email_verified`, but of no address."""
    provider.claims, provider.userinfo = token, userinfo
    error = await refused(openid, provider)
    assert (error.key, said in str(error)) == (UNVERIFIED, True)
    assert "mei" not in str(error).lower()


async def test_an_address_that_is_said_to_be_unverified_is_never_trusted(
    made: Made, provider: FakeProvider
) -> None:
    provider.claims = {"email_verified": False}
    assert (await refused(made(trust_email=True), provider)).key == UNVERIFIED


@pytest.mark.parametrize("token", [None, 7, "", "x\r\ny", "票"])
async def test_no_token_to_ask_with(openid: OpenId, provider: FakeProvider, token: object) -> None:
    provider.email_in_token, provider.tokens = False, {"access_token": token}
    assert (await refused(openid, provider)).key == UNVERIFIED
    assert provider.asked["/userinfo"] == 0


async def test_no_userinfo_to_ask(openid: OpenId, provider: FakeProvider) -> None:
    provider.email_in_token, provider.document = False, {"userinfo_endpoint": None}
    assert (await refused(openid, provider)).key == UNVERIFIED


@pytest.mark.parametrize("subject", [JUN.subject, None])
async def test_userinfo_about_somebody_else(
    openid: OpenId, provider: FakeProvider, subject: str | None
) -> None:
    provider.email_in_token, provider.userinfo = False, {"sub": subject}
    error = await refused(openid, provider)
    assert (error.key, "another person" in str(error)) == (UNFIT, True)


async def test_userinfo_that_is_refused(openid: OpenId, provider: FakeProvider) -> None:
    provider.email_in_token = False
    provider.trouble["/userinfo"] = Trouble(401, b'{"error":"invalid_token"}')
    error = await refused(openid, provider)
    assert (error.key, str(error)) == (
        UNFIT,
        f"{provider.issuer}/userinfo answers 401, and no JSON object",
    )


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"state": "another"}, "(state)"),
        ({"state": None}, "(state)"),
        ({"state": "\ud800"}, "(state)"),
        ({"iss": "https://evil.example"}, "'https://evil.example', not by the provider"),
        ({"iss": None}, "not by the provider"),
        ({"code": None}, "holds no code"),
        ({"code": ""}, "holds no code"),
        ({"code": "\x00"}, "holds no code"),
    ],
)
async def test_an_answer_that_does_not_fit(
    openid: OpenId, provider: FakeProvider, answers: dict[str, str | None], said: str
) -> None:
    begun = await openid.begin("/")
    query = await provider.visit(begun.url)
    changed = {name: value for name, value in {**query, **answers}.items() if value is not None}
    error = await failed(openid, changed, begun.kept)
    assert (error.key, said in str(error)) == (UNFIT, True)
    assert provider.asked["/token"] == 0


async def test_another_s_name_is_wrong_also_where_none_is_promised(
    openid: OpenId, provider: FakeProvider
) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": None}
    provider.answers = {"iss": "https://evil.example"}
    assert (await refused(openid, provider)).key == UNFIT


async def test_somebody_changes_their_mind(openid: OpenId, provider: FakeProvider, log: Log) -> None:
    begun = await openid.begin("/")
    query = await provider.visit(begun.url, answer="no")
    error = await failed(openid, query, begun.kept)
    assert (error.key, str(error)) == (DENIED, "the provider says access_denied: The user said no")
    assert [line["log_level"] for line in log] == ["info"]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("access_denied", DENIED),
        ("consent_required", DENIED),
        ("server_error", AWAY),
        ("temporarily_unavailable", AWAY),
        ("invalid_scope", UNFIT),
        ("\x1b[31m\n" * 200, UNFIT),
    ],
)
async def test_what_the_provider_says_instead(
    openid: OpenId, provider: FakeProvider, said: str, key: str
) -> None:
    begun = await openid.begin("/")
    query = await provider.visit(begun.url)
    error = await failed(openid, {**query, "error": said, "error_description": said}, begun.kept)
    assert error.key == key
    assert str(error).isprintable()
    assert len(str(error)) < 500
    assert provider.asked["/token"] == 0


async def test_an_error_is_not_believed_before_it_is_known_whose_it_is(
    openid: OpenId, provider: FakeProvider
) -> None:
    begun = await openid.begin("/")
    query = {"error": "access_denied", "state": "another", "iss": provider.issuer}
    assert (await failed(openid, query, begun.kept)).key == UNFIT


@pytest.fixture
async def begun(openid: OpenId) -> Begun:
    return await openid.begin("/")


async def test_a_browser_that_keeps_nothing(openid: OpenId, provider: FakeProvider, begun: Begun) -> None:
    query = await provider.visit(begun.url)
    for nothing in (None, ""):
        assert (await failed(openid, query, nothing)).key == LATE
    assert provider.asked["/token"] == 0


@pytest.mark.parametrize("kept", ["x", "e30", "\ud800", "A" * 5000])
async def test_what_a_browser_kept_is_not_ours(
    openid: OpenId, provider: FakeProvider, begun: Begun, kept: str
) -> None:
    assert (await failed(openid, await provider.visit(begun.url), kept)).key == UNFIT


async def test_another_browser_s_answer(openid: OpenId, provider: FakeProvider, begun: Begun) -> None:
    """Somebody is made to come in as somebody else: RFC 6749 section 10.12."""
    theirs = await openid.begin("/")
    assert (await failed(openid, await provider.visit(theirs.url), begun.kept)).key == UNFIT
    assert provider.asked["/token"] == 0


async def test_ten_minutes_and_no_longer(
    openid: OpenId, provider: FakeProvider, clock: ManualClock, begun: Begun
) -> None:
    other = await openid.begin("/")
    await later(clock, 599)
    assert (await openid.finish(await provider.visit(begun.url), begun.kept)).back_to == "/"
    await later(clock, 1)
    assert (await failed(openid, await provider.visit(other.url), other.kept)).key == LATE


async def test_a_code_is_used_once(openid: OpenId, provider: FakeProvider, begun: Begun) -> None:
    query = await provider.visit(begun.url)
    await openid.finish(query, begun.kept)
    error = await failed(openid, query, begun.kept)
    assert (error.key, "invalid_grant" in str(error)) == (UNFIT, True)


async def test_a_wrong_secret(made: Made, provider: FakeProvider, log: Log) -> None:
    error = await refused(made(client_secret="wrong-9"), provider)
    assert (error.key, str(error)) == (
        UNFIT,
        "no ID token for the code (status 401): invalid_client: no: invalid_client",
    )


async def test_what_a_provider_repeats_is_not_logged(
    openid: OpenId, provider: FakeProvider, begun: Begun, log: Log
) -> None:
    query = await provider.visit(begun.url)
    said = f'{{"error":"invalid_grant","error_description":"{query["code"]} by {SECRET}"}}'
    provider.trouble["/token"] = Trouble(400, said.encode())
    error = await failed(openid, query, begun.kept)
    assert str(error).endswith("invalid_grant: [secret] by [secret]")
    assert query["code"] not in repr(log)


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"])
@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_provider_that_is_ill(made: Made, provider: FakeProvider, path: str, status: int) -> None:
    provider.email_in_token, provider.trouble = False, {path: Trouble(status)}
    error = await anywhere(made(), provider)
    assert (error.key, str(error)) == (AWAY, f"{provider.issuer}{path} answers {status}")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"])
async def test_a_provider_that_says_nothing(made: Made, provider: FakeProvider, path: str) -> None:
    provider.email_in_token, provider.trouble = False, {path: Trouble(silent=True)}
    assert (await anywhere(made(timeout=0.5), provider)).key == AWAY


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"])
async def test_a_provider_that_never_comes_to_an_end(made: Made, provider: FakeProvider, path: str) -> None:
    provider.email_in_token, provider.trouble = False, {path: Trouble(dripping=True)}
    failing = anywhere(made(timeout=0.5), provider)
    assert (await asyncio.wait_for(failing, 10.0)).key == AWAY


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(body=b""),
        Trouble(body=b"<html>"),
        Trouble(body=b"\xff\xfe\x00"),
        Trouble(body=b"[1]"),
        Trouble(body=b"[" * 100_000),
        Trouble(body=b'{"id_token":7,"keys":7,"sub":7}'),
        Trouble(body=b'{"id_token":"a.b.c","access_token":"x\\ny","keys":[7],"sub":{}}'),
        Trouble(body=b'{"sub":"' + b"x" * (1 << 20) + b'"}'),
        Trouble(body=b" " * (1 << 20) + b" ", dripping=True),
        Trouble(302, headers={"Location": "/elsewhere"}),
        Trouble(404, b"{}"),
    ],
)
async def test_a_provider_that_talks_nonsense(
    openid: OpenId, provider: FakeProvider, path: str, trouble: Trouble
) -> None:
    provider.email_in_token, provider.trouble = False, {path: trouble}
    assert (await anywhere(openid, provider)).key == UNFIT
    assert provider.asked["/elsewhere"] == 0


async def test_a_provider_that_is_gone(made: Made, provider: FakeProvider) -> None:
    openid = made()
    begun = await openid.begin("/")
    query = await provider.visit(begun.url)
    await provider.__aexit__(None, None, None)
    assert (await failed(openid, query, begun.kept)).key == AWAY
    assert (await anywhere(made(), provider)).key == AWAY


async def anywhere(openid: OpenId, provider: FakeProvider) -> SignInFailed:
    """At the beginning or at the end."""
    with pytest.raises(SignInFailed) as caught:
        await signed_in(openid, provider)
    return caught.value
