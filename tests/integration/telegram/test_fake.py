"""The fake Bot API is as strict as the real one; what it lets through would pass there."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.fakes.telegram_world import Chat, User
from tests.integration.telegram.stage import ACME, FORUM, TLS

Method = Callable[..., Coroutine[Any, Any, tuple[int, Any]]]


@pytest.fixture
async def call(telegram: FakeTelegram) -> AsyncIterator[Method]:
    """Calls a method; gives the status and the result or description."""
    async with httpx.AsyncClient(verify=TLS) as client:

        async def call(method: str, token: str = TOKEN, **params: object) -> tuple[int, Any]:
            answer = await client.post(f"{telegram.url}/bot{token}/{method}", data=params)
            body = answer.json()
            return answer.status_code, body["result"] if body["ok"] else body["description"]

        yield call


def button(**kind: object) -> str:
    return json.dumps({"inline_keyboard": [[{"text": "Ack", **kind}]]})


@pytest.mark.usefixtures("acme", "forum")
@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"chat_id": 4711, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": ACME}, "message text is empty"),
        ("sendMessage", {"chat_id": ACME, "text": " \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": ACME, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"text": "x"}, 'parameter "chat_id" is required'),
        ("sendMessage", {"chat_id": ACME, "text": "x", "message_thread_id": 7}, "message thread not found"),
        ("sendMessage", {"chat_id": FORUM, "text": "x", "message_thread_id": 1}, "message thread not found"),
        ("sendMessage", {"chat_id": ACME, "text": "x", "parse_mode": "HTML"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"chat_id": ACME, "text": "x", "reply_parameters": '{"message_id": 9}'},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": ACME, "text": "x", "reply_markup": button(callback_data="x" * 65)},
            "BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {"chat_id": ACME, "text": "x", "reply_markup": button(url="ack:1")},
            "inline keyboard button URL 'ack:1' is invalid: Wrong HTTP URL",
        ),
        ("editMessageText", {"chat_id": ACME, "message_id": 9, "text": "x"}, "message to edit not found"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("setMyCommands", {"commands": '[{"command": "Ack", "description": "x"}]'}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": '[{"command": "ack", "description": ""}]'},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("createForumTopic", {"chat_id": ACME, "name": "x"}, "the chat is not a forum"),
        ("pinChatMessage", {"chat_id": ACME, "message_id": 9}, "message to pin not found"),
        ("getChatMember", {"chat_id": ACME, "user_id": 9}, "user not found"),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("setWebhook", {"url": "http://x.example"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "https://x.example", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_refusals(call: Method, method: str, params: dict[str, object], description: str) -> None:
    assert await call(method, **params) == (400, f"Bad Request: {description}")


async def test_tokens_and_unknown_methods(telegram: FakeTelegram, call: Method) -> None:
    assert await call("getMe", token="1:wrong") == (401, "Unauthorized")
    assert await call("getMe", token="nonsense") == (404, "Not Found")
    assert await call("sendMail") == (404, "Not Found")
    await call("getMe", colour="blue")
    assert telegram.violations == [
        "wrong token",
        "wrong token",
        "unknown method sendMail",
        "getMe has no parameter colour",
    ]
    telegram.violations.clear()


@pytest.mark.usefixtures("acme")
async def test_edit_to_the_same_is_refused(call: Method) -> None:
    _, message = await call("sendMessage", chat_id=ACME, text="x", reply_markup=button(callback_data="v"))
    same = {"chat_id": ACME, "message_id": message["message_id"], "text": "x"}
    status, said = await call("editMessageText", reply_markup=button(callback_data="v"), **same)
    assert (status, "message is not modified" in said) == (400, True)
    status, edited = await call("editMessageText", **same)
    assert (status, "reply_markup" in edited) == (200, False)


async def test_foreign_messages_cannot_be_edited(
    telegram: FakeTelegram, call: Method, acme: Chat, customer: User
) -> None:
    await telegram.people.say(acme, customer, "mine")
    status, said = await call("editMessageText", chat_id=ACME, message_id=100, text="yours")
    assert (status, said) == (400, "Bad Request: message can't be edited")


async def test_a_query_is_answered_once(
    telegram: FakeTelegram, call: Method, acme: Chat, customer: User
) -> None:
    query = await telegram.people.press_on_vanished(acme, customer, 7, "v:ack")
    assert (await call("answerCallbackQuery", callback_query_id=query, text="x" * 201))[0] == 400
    assert (await call("answerCallbackQuery", callback_query_id=query, text="x" * 200))[0] == 200
    assert (await call("answerCallbackQuery", callback_query_id=query))[0] == 400


async def test_offset_confirms(telegram: FakeTelegram, call: Method, acme: Chat, customer: User) -> None:
    for words in ("one", "two", "three"):
        await telegram.people.say(acme, customer, words)
    _, first = await call("getUpdates", limit=2)
    _, again = await call("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert again == first
    _, rest = await call("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]


async def test_newer_poll_ends_the_older(telegram: FakeTelegram, call: Method) -> None:
    older = asyncio.create_task(call("getUpdates", timeout=30))
    await telegram.until(lambda: telegram.updates.polls_waiting)
    assert await call("getUpdates") == (200, [])
    status, said = await older
    assert (status, "terminated by other getUpdates" in said) == (409, True)


async def test_webhook_ends_polling(telegram: FakeTelegram, call: Method) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await telegram.until(lambda: telegram.updates.polls_waiting)
    await call("setWebhook", url="https://x.example")
    assert (await poll)[0] == 409
    assert (await call("getUpdates"))[0] == 409
    await call("deleteWebhook")
    assert await call("getUpdates") == (200, [])


async def test_reactions_must_be_asked_for_by_an_administrator(
    telegram: FakeTelegram, call: Method, acme: Chat, engineer: User
) -> None:
    await telegram.people.react(acme, engineer, 100, ["👀"], before=[])
    await call("getUpdates", allowed_updates='["message_reaction"]')
    acme.statuses[telegram.world.bot.id] = "member"
    await telegram.people.react(acme, engineer, 100, ["👀"], before=[])
    assert telegram.updates.pending == []
    acme.statuses[telegram.world.bot.id] = "administrator"
    await telegram.people.react(acme, engineer, 100, ["👀"], before=[])
    assert len(telegram.updates.pending) == 1


async def test_files(telegram: FakeTelegram, call: Method) -> None:
    telegram.world.files["d1"] = b"log"
    _, file = await call("getFile", file_id="d1")
    async with httpx.AsyncClient(verify=TLS) as client:
        answer = await client.get(f"{telegram.url}/file/bot{TOKEN}/{file['file_path']}")
    assert answer.content == b"log"
