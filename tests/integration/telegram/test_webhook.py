"""The webhook over real HTTP: secret first, 200 only after the commit."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from adapters.telegram.app import TelegramApp
from adapters.telegram.settings import WEBHOOK_PATH, TelegramSettings
from adapters.telegram.webhook import MAX_BODY, SECRET_HEADER
from bot.errors import ConfigurationError, Malformed, StoreError
from bot.inbound import MessagePosted, Unreadable
from starlette.applications import Starlette

from tests.fakes.telegram_server import TOKEN, WAIT, FakeTelegram
from tests.fakes.telegram_world import Chat, User
from tests.fakes.turns import MyTurn
from tests.integration.telegram.stage import (
    CATALOGUE,
    PUBLIC_URL,
    SECRET,
    TLS,
    ManualClock,
    RecordingInbox,
    running,
    settings,
)


class Server(uvicorn.Server):
    """Says when it listens; leaves signals to pytest."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}{WEBHOOK_PATH}"


@pytest.fixture
async def app(
    telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock
) -> AsyncIterator[TelegramApp]:
    """The adapter with a public URL, not yet connected."""
    app = TelegramApp(
        settings(telegram, public_url=PUBLIC_URL, secret=SECRET), inbox, clock, CATALOGUE, MyTurn()
    )
    yield app
    await app.close()


@pytest.fixture
async def address(app: TelegramApp) -> AsyncIterator[str]:
    """Where the desk's HTTP server really listens."""
    server = Server(Starlette(routes=list(app.routes())))
    task = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.listening.wait(), WAIT)
    yield server.address
    server.should_exit = True
    await task


@pytest.fixture
async def desk(app: TelegramApp) -> AsyncIterator[TelegramApp]:
    async with running(app):
        yield app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=TLS) as client:
        yield client


def update(text: str = "black") -> dict[str, Any]:
    chat = {"id": 501, "type": "private", "first_name": "Wei"}
    sender = {"id": 501, "is_bot": False, "first_name": "Wei"}
    return {
        "update_id": 1,
        "message": {"message_id": 7, "date": 1, "chat": chat, "from": sender, "text": text},
    }


@pytest.mark.usefixtures("desk")
async def test_registered_with_secret_and_kinds(telegram: FakeTelegram) -> None:
    (call,) = telegram.called("setWebhook")
    assert (call["url"], call["secret_token"]) == (PUBLIC_URL + WEBHOOK_PATH, SECRET)
    assert "message_reaction" in json.loads(call["allowed_updates"])


@pytest.mark.usefixtures("desk")
async def test_delivery(
    telegram: FakeTelegram, inbox: RecordingInbox, address: str, acme: Chat, customer: User
) -> None:
    await telegram.people.say(acme, customer, "black")
    assert await telegram.updates.deliver(address) == [200]
    assert (await inbox.next(MessagePosted)).text == "black"


@pytest.mark.usefixtures("desk")
async def test_not_confirmed_before_the_commit(
    telegram: FakeTelegram, inbox: RecordingInbox, address: str, acme: Chat, customer: User
) -> None:
    inbox.gate.clear()
    await telegram.people.say(acme, customer, "black")
    delivery = asyncio.create_task(telegram.updates.deliver(address))
    await inbox.until(lambda: inbox.offered)
    assert (delivery.done(), telegram.updates.confirmed) == (False, [])
    inbox.gate.set()
    assert await delivery == [200]


@pytest.mark.usefixtures("desk")
async def test_store_outage_is_503_and_the_update_comes_again(
    telegram: FakeTelegram, inbox: RecordingInbox, address: str, acme: Chat, customer: User
) -> None:
    inbox.faults += [StoreError("disk full")] * 2
    await telegram.people.say(acme, customer, "one")
    await telegram.people.say(acme, customer, "two")
    assert await telegram.updates.deliver(address) == [503]
    assert await telegram.updates.deliver(address) == [503]
    assert await telegram.updates.deliver(address) == [200, 200]
    assert [item.text for item in inbox.committed if isinstance(item, MessagePosted)] == ["one", "two"]


@pytest.mark.usefixtures("desk")
async def test_malformed_is_recorded_and_confirmed(
    telegram: FakeTelegram, inbox: RecordingInbox, address: str, acme: Chat, customer: User
) -> None:
    inbox.faults.append(Malformed("no such day"))
    await telegram.people.say(acme, customer, "poison")
    assert await telegram.updates.deliver(address) == [200]
    await inbox.next(Unreadable)


@pytest.mark.usefixtures("desk")
async def test_redelivery_is_committed_once(
    inbox: RecordingInbox, address: str, http: httpx.AsyncClient
) -> None:
    for _ in range(2):
        answer = await http.post(address, json=update(), headers={SECRET_HEADER: SECRET})
        assert answer.status_code == 200
    assert (len(inbox.offered), len(inbox.committed)) == (2, 1)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "headers", [{}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}]
)
async def test_wrong_or_missing_secret_is_403(
    inbox: RecordingInbox, address: str, http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await http.post(address, json=update(), headers=headers)
    assert (answer.status_code, inbox.offered) == (403, [])


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"message": {}}', b'{"update_id": "1"}', b"\xff\xfe"]
)
async def test_no_update_is_400(
    inbox: RecordingInbox, address: str, http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await http.post(address, content=body, headers={SECRET_HEADER: SECRET})
    assert (answer.status_code, inbox.offered) == (400, [])


@pytest.mark.usefixtures("desk")
async def test_too_large_is_413(inbox: RecordingInbox, address: str, http: httpx.AsyncClient) -> None:
    answer = await http.post(address, content=b" " * (MAX_BODY + 1), headers={SECRET_HEADER: SECRET})
    assert (answer.status_code, inbox.offered) == (413, [])


@pytest.mark.usefixtures("desk")
async def test_only_post(address: str, http: httpx.AsyncClient) -> None:
    assert (await http.get(address)).status_code == 405


async def test_before_the_desk_is_connected_it_is_503(address: str, http: httpx.AsyncClient) -> None:
    answer = await http.post(address, json=update(), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 503


async def test_webhook_stays_registered_after_a_stop(telegram: FakeTelegram, app: TelegramApp) -> None:
    """So that Telegram keeps the updates and delivers them to the next start."""
    async with running(app):
        pass
    assert telegram.updates.webhook is not None


@pytest.mark.parametrize(
    ("public_url", "secret", "keys"),
    [
        ("https://desk.example", None, ["TELEGRAM_WEBHOOK_SECRET"]),
        ("https://desk.example", "has spaces", ["TELEGRAM_WEBHOOK_SECRET"]),
        ("http://desk.example", SECRET, ["PUBLIC_URL"]),
        ("https://desk.example:8080", "", ["PUBLIC_URL", "TELEGRAM_WEBHOOK_SECRET"]),
    ],
)
def test_settings_say_everything_that_is_wrong(public_url: str, secret: str | None, keys: list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        TelegramSettings(TOKEN, public_url=public_url, webhook_secret=secret)
    assert [fault.key for fault in error.value.faults] == keys


def test_settings_say_what_a_token_and_a_group_look_like() -> None:
    with pytest.raises(ConfigurationError) as error:
        TelegramSettings("my token", desk_forum="@desk")
    assert [fault.key for fault in error.value.faults] == [
        "TELEGRAM_BOT_TOKEN",
        "desk.conversations.telegram",
    ]
    assert "my token" not in str(error.value)


def test_settings_do_not_show_secrets() -> None:
    shown = repr(TelegramSettings(TOKEN, public_url=PUBLIC_URL, webhook_secret=SECRET))
    assert TOKEN not in shown
    assert SECRET not in shown
