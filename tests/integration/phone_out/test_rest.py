"""What a provider answers, in the core's words."""

import asyncio
import base64
import logging
from datetime import timedelta

import httpx
import pytest
from adapters.phone.failures import Failing
from adapters.phone.orders import TextOrder
from adapters.phone.rest import Rest
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable

from tests.fakes.phone.server import (
    FakeProvider,
    Fault,
    broken,
    drip,
    lost_reply,
    refusal,
    silence,
    too_many,
)
from tests.integration.phone_out.stage import ANA, HASTY, PUBLIC_URL, TLS, provider_of, rest_of

TEXT = TextOrder(ANA, f"{PUBLIC_URL}/phone/status?key=k", "hello")


async def failure(provider: FakeProvider, *faults: Fault) -> DeliveryError:
    provider.fail("Messages", *faults)
    async with rest_of(provider) as rest:
        with pytest.raises(DeliveryError) as caught:
            await rest.send_text(TEXT)
    return caught.value


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("", 2), ("0", 1), ("Fri, 31 Dec 1999 23:59:59 GMT", 2), ("999999999", 600)],
)
async def test_too_many_requests(provider: FakeProvider, said: str, seconds: int) -> None:
    error = await failure(provider, too_many(said))
    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=seconds)


async def test_too_many_requests_under_another_status(provider: FakeProvider) -> None:
    assert isinstance(await failure(provider, refusal(400, 20429, "Too Many Requests")), RateLimited)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (broken(500), Failing),
        (broken(503), Failing),
        (refusal(503, 20503, "Service unavailable"), Failing),
        (silence(), OutcomeUnknown),
        (lost_reply(), OutcomeUnknown),
        (Fault(status=201, body="<html>"), OutcomeUnknown),
        (broken(302), Temporary),
        (refusal(401, 20003, "Authenticate"), Temporary),
        (refusal(403, 20005, "Account is not active"), Temporary),
        (refusal(404, 20404, "not found"), Temporary),
        (refusal(403, 21408, "Permission to send a text has not been enabled for the region"), Unreachable),
        (refusal(400, 21211, "Invalid 'To' Phone Number"), Unreachable),
        (refusal(400, 21610, "Attempt to send to unsubscribed recipient"), Unreachable),
        (refusal(400, 99999, "something new"), Unreachable),
        (broken(400), Unreachable),
    ],
)
async def test_failures(provider: FakeProvider, fault: Fault, kind: type[DeliveryError]) -> None:
    assert type(await failure(provider, fault)) is kind


async def test_nobody_listens(provider: FakeProvider) -> None:
    await provider.go_away()
    assert type(await failure(provider)) is Failing


async def test_a_closed_client_sends_nothing(provider: FakeProvider) -> None:
    rest = Rest(provider_of(provider), TLS, HASTY)
    await rest.close()
    with pytest.raises(Temporary):
        await rest.send_text(TEXT)
    assert provider.asked == []


async def test_what_a_refusal_says(provider: FakeProvider) -> None:
    error = await failure(provider, refusal(400, 21614, "'To' number is not\na valid mobile number"))
    name = f"127.0.0.1 ({provider.account.number})"
    assert str(error) == f"{name}: 'To' number is not a valid mobile number (status 400, code 21614)"


async def test_a_wrong_token_says_what_to_mend(provider: FakeProvider) -> None:
    error = await failure(provider, refusal(401, 20003, "Authenticate"))
    assert str(error).endswith("the provider refuses TWILIO_AUTH_TOKEN")


async def test_a_wrong_token_is_refused(provider: FakeProvider) -> None:
    mine = provider_of(provider)
    rest = Rest(type(mine)(mine.account_sid, "wrong", mine.number, mine.api_url), TLS, HASTY)
    with pytest.raises(Temporary):
        await rest.send_text(TEXT)
    await rest.close()
    assert provider.texts == []


async def test_no_secret_is_shown(provider: FakeProvider, caplog: pytest.LogCaptureFixture) -> None:
    account = provider.account
    secrets = [account.token, base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()]
    caplog.set_level(logging.DEBUG)
    errors = [
        await failure(provider, refusal(400, 20001, f"you sent {account.token}")),
        await failure(provider, silence()),
        await failure(provider, broken()),
    ]
    await provider.go_away()
    errors.append(await failure(provider))
    assert "HTTP Request" in caplog.text
    assert [each.__cause__ for each in errors] == [None] * 4
    shown = [caplog.text, repr(provider_of(provider)), *map(str, errors)]
    assert [each for each in shown if any(secret in each for secret in secrets)] == []


@pytest.mark.slow
async def test_an_answer_that_drips_in_is_given_up(provider: FakeProvider) -> None:
    provider.fail("Messages", drip())
    rest = Rest(provider_of(provider), TLS, httpx.Timeout(0.5))
    async with asyncio.timeout(4):
        with pytest.raises(OutcomeUnknown, match="no answer"):
            await rest.send_text(TEXT)
    await rest.close()
