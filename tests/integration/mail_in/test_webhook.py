"""POST /email/inbound over real HTTP: the token first, 200 after the commit, no mail refused for its size."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from adapters.email.app import EmailApp
from adapters.email.settings import INBOUND_PATH
from adapters.web.health import known
from adapters.web.server import WebServer, web_app
from bot.errors import StoreAway
from bot.inbound import MessagePosted

from tests.fakes.manual_clock import START
from tests.integration.mail_in.stage import PROMPT, TOKEN, Stage, mail, running, until_ready
from tests.servers.imap import USER, Wire
from tests.servers.pymap_server import Pymap

MOST = 3000
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.fixture
async def stage() -> Stage:
    """Without any mail server."""
    return Stage(Pymap(), Wire("127.0.0.1", 9), 9)


@pytest.fixture
async def app(stage: Stage) -> EmailApp:
    return stage.app(stage.settings(reads=False, inbound_token=TOKEN, most=MOST))


@asynccontextmanager
async def served(app: EmailApp) -> AsyncIterator[httpx.AsyncClient]:
    server = WebServer(web_app(app.routes(), known(lambda: {"email": app.ready})), "127.0.0.1", 0)
    task = asyncio.create_task(server.run())
    base = f"http://127.0.0.1:{server.port}"
    async with httpx.AsyncClient(verify=False, base_url=base) as http:  # noqa: S501 - loopback, without TLS
        yield http
    server.stop()
    await asyncio.wait_for(task, 5)


@pytest.fixture
async def http(app: EmailApp) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app), served(app) as http:
        await until_ready(app)
        yield http


@pytest.mark.parametrize("credentials", [BEARER, basic("anybody", TOKEN), basic("", TOKEN)])
async def test_a_mail_is_taken(stage: Stage, http: httpx.AsyncClient, credentials: dict[str, str]) -> None:
    answer = await http.post(INBOUND_PATH, content=mail("black"), headers=credentials)
    assert (answer.status_code, answer.json()) == (200, {"taken": True})
    item = stage.inbox.only(MessagePosted)
    assert item.formal is not None
    assert (item.formal.subject, item.formal.mailbox, item.sent_at) == ("black", "EMAIL_INBOUND_TOKEN", START)
    assert stage.files.kept[item.formal.kept] == mail("black")


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": TOKEN},
        {"Authorization": f"Digest {TOKEN}"},
        {"Authorization": "Basic !"},
        {"Authorization": "Bearer"},
        basic(TOKEN, ""),
        basic(TOKEN, "wrong"),
    ],
)
async def test_nobody_else(stage: Stage, http: httpx.AsyncClient, credentials: dict[str, str]) -> None:
    answer = await http.post(INBOUND_PATH, content=mail("black"), headers=credentials)
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert stage.inbox.offered == []


async def test_without_a_token_of_ours_there_is_no_such_route(stage: Stage) -> None:
    async with served(stage.app(stage.settings(reads=False))) as http:
        assert (await http.post(INBOUND_PATH, content=mail("black"), headers=BEARER)).status_code == 404


async def test_the_same_mail_again_changes_nothing(stage: Stage, http: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await http.post(INBOUND_PATH, content=mail("black"), headers=BEARER)
        assert answer.status_code == 200
    assert stage.subjects == ["black"]


async def test_a_mail_that_is_too_large_is_cut_and_taken(stage: Stage, http: httpx.AsyncClient) -> None:
    raw = mail("huge", size=3 * MOST)
    assert (await http.post(INBOUND_PATH, content=raw, headers=BEARER)).status_code == 200
    assert [*stage.files.kept.values()] == [raw[: MOST + 1]]
    formal = stage.inbox.only(MessagePosted).formal
    assert formal is not None
    assert any("the rest is left out" in defect for defect in formal.defects)


async def test_who_never_ends_is_cut_off(stage: Stage, http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b"x" * MOST

    try:
        answer = await http.post(INBOUND_PATH, content=endless(), headers=BEARER)
        assert answer.status_code == 413
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # the connection was closed before the answer was read
    assert stage.inbox.offered == []


async def test_an_empty_body(http: httpx.AsyncClient) -> None:
    assert (await http.post(INBOUND_PATH, headers=BEARER)).status_code == 400


async def test_a_form_is_told_what_to_send(http: httpx.AsyncClient) -> None:
    answer = await http.post(INBOUND_PATH, files={"email": mail("black")}, headers=BEARER)
    assert answer.status_code == 415
    assert "send the raw RFC 822 message as the body" in answer.json()["reason"]


async def test_not_committed_is_not_taken(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.inbox.faults += [StoreAway("no connection"), ZeroDivisionError("a bug")]
    for _ in range(2):
        answer = await http.post(INBOUND_PATH, content=mail("black"), headers=BEARER)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert (await http.post(INBOUND_PATH, content=mail("black"), headers=BEARER)).status_code == 200


async def test_the_answer_waits_for_the_commit(stage: Stage, http: httpx.AsyncClient) -> None:
    stage.inbox.gate.clear()
    posting = asyncio.create_task(http.post(INBOUND_PATH, content=mail("black"), headers=BEARER))
    await stage.inbox.until(lambda: stage.inbox.offered)
    assert not posting.done()
    stage.inbox.gate.set()
    assert (await asyncio.wait_for(posting, PROMPT)).status_code == 200


async def test_a_desk_that_is_not_there_yet_or_any_more(stage: Stage, app: EmailApp) -> None:
    async with served(app) as http:
        assert (await http.post(INBOUND_PATH, content=mail("early"), headers=BEARER)).status_code == 503
        assert (await http.get("/readyz")).status_code == 503
        async with running(app):
            await until_ready(app)
            assert (await http.get("/readyz")).status_code == 200
            app.stop()
            assert (await http.post(INBOUND_PATH, content=mail("late"), headers=BEARER)).status_code == 503
    assert stage.inbox.offered == []


async def test_whom_the_envelope_was_for(stage: Stage, http: httpx.AsyncClient) -> None:
    """There a token of ours may stand that is nowhere else in the mail."""
    token = stage.token(7)
    recipients = [
        ("X-Envelope-To", f"sales@desk.example, {USER.replace('@', f'+{token}@')}"),
        *BEARER.items(),
    ]
    await http.post(INBOUND_PATH, content=mail("one"), headers=recipients)
    where = {"X-Envelope-To": ["sales@desk.example", USER.replace("@", f"+{token}@")]}
    await http.post(INBOUND_PATH, content=mail("two"), params=where, headers=BEARER)
    named = [
        item.formal.token for item in stage.inbox.committed if isinstance(item, MessagePosted) and item.formal
    ]
    assert named == [7, 7]
