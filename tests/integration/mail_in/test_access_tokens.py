"""Access tokens: one for everybody until shortly before it ends, and no secret in any reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from adapters.email.oauth import AccessTokens
from bot.errors import Temporary

from tests.fakes.manual_clock import ManualClock
from tests.fakes.token_endpoint import REFRESH, SECRET, TokenEndpoint


@pytest.fixture
async def endpoint() -> AsyncIterator[TokenEndpoint]:
    async with TokenEndpoint() as endpoint:
        yield endpoint


class SetClock(ManualClock):
    def pass_on(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


async def test_one_is_kept_until_shortly_before_it_ends(endpoint: TokenEndpoint) -> None:
    clock = SetClock()
    tokens = AccessTokens(endpoint.by_refresh_token(), clock)
    assert await asyncio.gather(*(tokens.current() for _ in range(5))) == ["access-1"] * 5
    clock.pass_on(3600 - 121)
    assert await tokens.current() == "access-1"
    clock.pass_on(1)
    assert await tokens.current() == "access-2"


async def test_one_that_was_refused_is_not_used_again(endpoint: TokenEndpoint) -> None:
    tokens = AccessTokens(endpoint.by_client(), ManualClock())
    first = await tokens.current()
    tokens.forget()
    assert await tokens.current() != first
    assert {form["grant_type"] for form in endpoint.asked} == {"client_credentials"}


async def test_a_new_refresh_token_takes_the_place_of_the_old_one(endpoint: TokenEndpoint) -> None:
    endpoint.rotates = True
    tokens = AccessTokens(endpoint.by_refresh_token(), ManualClock())
    for _ in range(3):
        await tokens.current()
        tokens.forget()
    assert [form["refresh_token"] for form in endpoint.asked] == [REFRESH, "refresh-1", "refresh-2"]


@pytest.mark.parametrize(("lifetime", "kept"), [("3600", True), (None, True), (60, False), ("soon", True)])
async def test_how_long_it_lives(endpoint: TokenEndpoint, lifetime: object, kept: bool) -> None:
    endpoint.lifetime = lifetime
    tokens = AccessTokens(endpoint.by_client(), ManualClock())
    assert (await tokens.current() == await tokens.current()) is kept


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (400, '{"error": "invalid_grant", "error_description": "AADSTS700082: expired"}', "AADSTS700082"),
        (
            400,
            f'{{"error": "invalid_grant", "error_description": "{REFRESH} {SECRET}"}}',
            "[secret] [secret]",
        ),
        (500, "<html>oops</html>", "no access token"),
        (200, "{}", "holds none"),
        (200, '{"access_token": ""}', "holds none"),
        (200, "[]", "holds none"),
    ],
)
async def test_no_token_is_temporary(endpoint: TokenEndpoint, status: int, text: str, reason: str) -> None:
    endpoint.trouble.append((status, text))
    tokens = AccessTokens(endpoint.by_refresh_token(), ManualClock())
    with pytest.raises(Temporary) as caught:
        await tokens.current()
    assert reason in str(caught.value)
    assert SECRET not in str(caught.value)
    assert REFRESH not in str(caught.value)
    assert await tokens.current() == "access-1"


async def test_nobody_there(endpoint: TokenEndpoint) -> None:
    nowhere = replace(endpoint.by_client(), token_url="http://127.0.0.1:9/token")
    with pytest.raises(Temporary, match=r"127\.0\.0\.1:9"):
        await AccessTokens(nowhere, ManualClock()).current()
