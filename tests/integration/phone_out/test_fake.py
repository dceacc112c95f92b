"""The strict provider refuses what Twilio refuses, and tells what Twilio tells."""

import httpx
import pytest

from tests.fakes.phone.placed import fate, progress
from tests.fakes.phone.server import FakeProvider, Placed
from tests.integration.phone_out.stage import ANA, PUBLIC_URL

CALL = {"To": ANA, "From": "+15551234567", "Twiml": "<Response/>"}
TEXT = {"To": ANA, "From": "+15551234567", "Body": "hello"}


async def refused(provider: FakeProvider, resource: str, form: dict[str, str]) -> tuple[int, int]:
    """Status and code."""
    account = provider.account
    path = f"{provider.url}/2010-04-01/Accounts/{account.sid}/{resource}.json"
    async with httpx.AsyncClient(auth=(account.sid, account.token), verify=False) as client:  # noqa: S501 - loopback
        answer = await client.post(path, data=form)
    body = answer.json()
    return answer.status_code, body.get("code", 0)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (CALL | {"To": "030"}, 21211),
        (CALL | {"From": "+15550000000"}, 21210),
        (CALL | {"Url": f"{PUBLIC_URL}/x"}, 21205),
        (CALL | {"Twiml": "x" * 4001}, 32018),
        (CALL | {"Timeout": "601"}, 21208),
        (CALL | {"StatusCallbackEvent": "initiated ringing"}, 21626),
        (CALL | {"StatusCallback": "/phone/status"}, 21609),
        ({"To": ANA, "From": "+15551234567"}, 21205),
        ({"From": "+15551234567", "Twiml": "<Response/>"}, 21201),
    ],
)
async def test_calls_it_refuses(provider: FakeProvider, form: dict[str, str], code: int) -> None:
    assert await refused(provider, "Calls", form) == (400, code)
    assert provider.calls == []


@pytest.mark.parametrize(
    ("form", "code"), [(TEXT | {"Body": "x" * 1601}, 21617), (TEXT | {"Body": ""}, 21617), (CALL, 20001)]
)
async def test_texts_it_refuses(provider: FakeProvider, form: dict[str, str], code: int) -> None:
    assert await refused(provider, "Messages", form) == (400, code)
    assert provider.texts == []
    provider.violations.clear()


async def test_what_a_correct_client_never_does(provider: FakeProvider) -> None:
    assert await refused(provider, "Calls", CALL | {"SatusCallback": PUBLIC_URL}) == (400, 20001)
    assert await refused(provider, "Call", CALL) == (404, 20404)
    assert await refused(provider, "IncomingPhoneNumbers", {}) == (405, 20004)
    assert provider.violations == [
        "Calls: unknown parameter SatusCallback",
        f"unknown path /2010-04-01/Accounts/{provider.account.sid}/Call.json",
        "POST of IncomingPhoneNumbers",
    ]
    provider.violations.clear()


ORDER = Placed(
    "CA1",
    {
        "To": [ANA],
        "From": ["+15551234567"],
        "Url": [f"{PUBLIC_URL}/phone/voice/page/1042"],
        "StatusCallback": [f"{PUBLIC_URL}/phone/status?key=k"],
        "StatusCallbackEvent": ["initiated", "answered", "completed"],
        "MachineDetection": ["Enable"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": [f"{PUBLIC_URL}/phone/machine?key=k"],
    },
)


async def test_a_calls_progress_has_the_events_that_were_asked_for(provider: FakeProvider) -> None:
    told = progress(provider.account, ORDER, "initiated", "ringing", "in-progress", "completed")
    assert [(each.form["CallStatus"], each.form["SequenceNumber"]) for each in told] == [
        ("initiated", "0"),
        ("in-progress", "1"),
        ("completed", "2"),
    ]
    assert {each.url for each in told} == {f"{PUBLIC_URL}/phone/status?key=k"}
    assert [each.form.get("CallDuration") for each in told] == [None, None, "21"]


async def test_a_text_that_failed_says_why(provider: FakeProvider) -> None:
    callback = {"StatusCallback": [f"{PUBLIC_URL}/phone/status?key=k"]}
    text = Placed("SM1", {name: [value] for name, value in TEXT.items()} | callback)
    told = fate(provider.account, text, "sent", "undelivered")
    assert [(each.form["MessageStatus"], each.form.get("ErrorCode")) for each in told] == [
        ("sent", None),
        ("undelivered", "30003"),
    ]
