"""The strict provider refuses what Twilio refuses, and tells what Twilio tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from tests.fakes.phone.placed import Webhooks, answered_by, fate, picked_up, progress, signed
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


async def test_webhooks_are_signed_as_twilio_signs(provider: FakeProvider) -> None:
    judge = RequestValidator(provider.account.token)
    text = Placed(
        "SM1", {name: [value] for name, value in TEXT.items()} | {"StatusCallback": ["https://d/s?key=1"]}
    )
    told = [
        *progress(provider.account, ORDER, "initiated", "busy"),
        answered_by(provider.account, ORDER, "machine_start"),
        picked_up(provider.account, ORDER),
        *fate(provider.account, text, "sent", "undelivered"),
    ]
    for each in told:
        assert judge.validate(each.url, dict(each.form), signed(provider.account, each)["X-Twilio-Signature"])
    assert told[-1].form["ErrorCode"] == "30003"


@dataclass
class Desk:
    """Remembers the forms by path, and asks for a key until one is pressed."""

    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.told.append((request.url.path, form))
        asks = '<Gather action="/phone/voice/key"><Say>4 or 5?</Say></Gather>'
        says = "<Say>thanks</Say>" if "Digits" in form else asks
        return Response(f"<Response>{says}</Response>", media_type="text/xml")

    def of(self, name: str) -> list[str]:
        """The values of that parameter, in order."""
        return [form[name] for _, form in self.told if name in form]


@asynccontextmanager
async def webhooks(provider: FakeProvider, desk: Desk) -> AsyncIterator[Webhooks]:
    app = Starlette(routes=[Route("/{path:path}", desk.answer, methods=["POST"])])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport) as client:
        yield Webhooks(provider.account, PUBLIC_URL, "http://127.0.0.1", client)


async def test_a_human_takes_a_call(provider: FakeProvider) -> None:
    desk = Desk()
    async with webhooks(provider, desk) as told:
        heard = await told.taken_by_a_human(ORDER, "4")
    assert ["Gather" in each for each in heard] == [True, False]
    assert desk.of("AnsweredBy") == ["human"]
    assert desk.of("Digits") == ["4"]
    paths = [path for path, _ in desk.told]
    assert paths == [f"/phone/{each}" for each in TAKEN]


TAKEN = ("status", "status", "voice/page/1042", "machine", "voice/key", "status")


async def test_a_machine_takes_a_call_that_says_what_is_read_out(provider: FakeProvider) -> None:
    inline = Placed("CA2", {**ORDER.form, "Twiml": ["<Response/>"]})
    desk = Desk()
    async with webhooks(provider, desk) as told:
        await told.taken_by_a_machine(inline)
    assert [path for path, _ in desk.told] == [f"/phone/{each}" for each in TAKEN if "voice" not in each]
    assert desk.of("AnsweredBy") == ["machine_start"]


@pytest.mark.parametrize("how", ["busy", "no-answer", "failed"])
async def test_nobody_takes_a_call(provider: FakeProvider, how: str) -> None:
    desk = Desk()
    async with webhooks(provider, desk) as told:
        await told.missed(ORDER, how)
    assert desk.of("CallStatus") == ["initiated", how]
