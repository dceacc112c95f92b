"""How often the provider is asked for what it says of itself and for its keys."""

import asyncio

import pytest
from adapters.web.openid.failures import AWAY, UNFIT
from adapters.web.openid.sign_in import OpenId
from bot.errors import SignInFailed

from tests.fakes.manual_clock import ManualClock
from tests.fakes.oidc_provider import FakeProvider, Trouble
from tests.fakes.oidc_tokens import key_named
from tests.integration.sign_in.conftest import Made, later, signed_in

DISCOVERY = "/.well-known/openid-configuration"


def asked(provider: FakeProvider) -> tuple[int, int]:
    return provider.asked[DISCOVERY], provider.asked["/jwks"]


async def test_once_for_many(openid: OpenId, provider: FakeProvider) -> None:
    await asyncio.gather(*(openid.begin("/") for _ in range(5)))
    assert asked(provider) == (1, 0)
    await asyncio.gather(*(signed_in(openid, provider) for _ in range(3)))
    assert asked(provider) == (1, 1)


async def test_again_after_an_hour(openid: OpenId, provider: FakeProvider, clock: ManualClock) -> None:
    """So that a key which the provider has withdrawn is not believed for ever."""
    await signed_in(openid, provider)
    await later(clock, 3599)
    await signed_in(openid, provider)
    assert asked(provider) == (1, 1)
    await later(clock, 1)
    await signed_in(openid, provider)
    assert asked(provider) == (2, 2)


async def test_a_withdrawn_key(openid: OpenId, provider: FakeProvider, clock: ManualClock) -> None:
    await signed_in(openid, provider)
    provider.rotate("second")
    provider.signs_with = key_named("first")
    await later(clock, 3600)
    with pytest.raises(SignInFailed, match="invalid_key_id"):
        await signed_in(openid, provider)


async def test_a_new_key_is_fetched_at_once(
    openid: OpenId, provider: FakeProvider, clock: ManualClock
) -> None:
    await signed_in(openid, provider)
    await later(clock, 60)
    provider.rotate("second")
    assert (await signed_in(openid, provider)).name == "Mei Tanaka"
    assert asked(provider) == (1, 2)


async def test_but_not_more_than_once_a_minute(
    openid: OpenId, provider: FakeProvider, clock: ManualClock
) -> None:
    await signed_in(openid, provider)
    provider.signs_with = key_named("other")
    for seconds, times in ((59, 1), (1, 2), (59, 2), (1, 3)):
        await later(clock, seconds)
        with pytest.raises(SignInFailed) as caught:
            await signed_in(openid, provider)
        assert (caught.value.key, provider.asked["/jwks"]) == (UNFIT, times)


async def test_a_minute_also_after_no_answer(
    openid: OpenId, provider: FakeProvider, clock: ManualClock
) -> None:
    """The keys at hand stay good meanwhile."""
    await signed_in(openid, provider)
    await later(clock, 60)
    provider.trouble["/jwks"] = Trouble(503)
    provider.signs_with = key_named("other")
    for key in (AWAY, UNFIT):
        with pytest.raises(SignInFailed) as caught:
            await signed_in(openid, provider)
        assert caught.value.key == key
    provider.signs_with = None
    assert (await signed_in(openid, provider)).name == "Mei Tanaka"
    assert provider.asked["/jwks"] == 2


async def test_a_token_that_names_no_key(openid: OpenId, provider: FakeProvider, clock: ManualClock) -> None:
    """Only the newest keys can tell, as nothing says that another one signed it."""
    provider.header = {"kid": None}
    await signed_in(openid, provider)
    provider.rotate("second")
    await later(clock, 60)
    assert (await signed_in(openid, provider)).name == "Mei Tanaka"


async def test_a_provider_that_comes_back(openid: OpenId, provider: FakeProvider) -> None:
    provider.trouble[DISCOVERY] = Trouble(503)
    with pytest.raises(SignInFailed):
        await openid.begin("/")
    provider.trouble.clear()
    assert (await signed_in(openid, provider)).name == "Mei Tanaka"


async def test_nobody_waits_for_the_others_turns(made: Made, provider: FakeProvider) -> None:
    """Each of the six would wait a second for its own answer, one after another."""
    provider.trouble[DISCOVERY] = Trouble(silent=True)
    openid = made(timeout=1.0)
    beginning = asyncio.gather(*(openid.begin("/") for _ in range(6)), return_exceptions=True)
    found = await asyncio.wait_for(beginning, 5.0)
    assert [each.key for each in found if isinstance(each, SignInFailed)] == [AWAY] * 6


async def test_another_issuer(made: Made, provider: FakeProvider) -> None:
    provider.document["issuer"] = "https://evil.example"
    with pytest.raises(SignInFailed, match=r"calls itself 'https://evil\.example'") as caught:
        await made().begin("/")
    assert caught.value.key == UNFIT
