"""What certainly never left, and what may have arrived."""

import httpx
import pytest
from adapters.phone.failures import Failing, refused, unanswered
from adapters.phone.settings import Provider
from bot.errors import OutcomeUnknown

PROVIDER = Provider("AC1", "a-secret", "+15551234567")


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError(""),
        httpx.ConnectTimeout(""),
        httpx.PoolTimeout(""),
        httpx.ProxyError(""),
        httpx.UnsupportedProtocol(""),
        RuntimeError("the client has been closed"),
    ],
)
def test_it_never_left(error: Exception) -> None:
    assert type(unanswered(error, "one")) is Failing


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout(""),
        httpx.WriteTimeout(""),
        httpx.ReadError(""),
        httpx.WriteError(""),
        httpx.RemoteProtocolError(""),
        TimeoutError(),
    ],
)
def test_it_may_have_arrived(error: Exception) -> None:
    assert type(unanswered(error, "one")) is OutcomeUnknown


def test_long_words_of_a_provider_are_cut() -> None:
    answer = httpx.Response(400, json={"code": 1, "message": "x" * 5000})
    assert len(str(refused(answer, PROVIDER, "one"))) < 400
