"""The fake refuses what Slack refuses; a lenient fake would prove nothing about the adapter."""

import json
from typing import Any

import pytest

from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.slack_world import World
from tests.integration.slack.stage import http_client

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


async def call(slack: FakeSlack, method: str, headers: dict[str, str] = BEARER, **arguments: Any) -> Json:
    async with http_client() as client:
        response = await client.post(slack.base_url + method, json=arguments, headers=headers)
    return dict(response.json())


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": plain(text)}


def button(**fields: Any) -> Json:
    return {
        "type": "actions",
        "elements": [{"type": "button", "text": plain("x"), "action_id": "a", **fields}],
    }


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-guessed"}, "invalid_auth"),
        ({"Authorization": f"Bearer {APP_TOKEN}"}, "not_allowed_token_type"),
    ],
)
async def test_tokens(slack: FakeSlack, headers: dict[str, str], error: str) -> None:
    assert (await call(slack, "auth.test", headers))["error"] == error
    assert slack.take_violations() == [f"auth.test: {error}"]


async def test_scopes(slack: FakeSlack, world: World) -> None:
    world.scopes = frozenset({"channels:read"})
    for method, needed in (("chat.postMessage", "chat:write"), ("conversations.history", "channels:history")):
        answer = (
            await call(slack, method, channel="C1") if method.startswith("chat") else await history(slack)
        )
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
    slack.take_violations()


async def history(slack: FakeSlack, **more: str) -> Json:
    async with http_client() as client:
        url = slack.base_url + "conversations.history"
        response = await client.get(url, params={"channel": "C1", **more}, headers=BEARER)
    return dict(response.json())


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "x", "colour": "red"}, "invalid_arg_name"),
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "link_names": "maybe"}, "invalid_arguments"),
        ({"text": "x", "channel": ""}, "invalid_arguments"),
        ({"text": "x", "channel": "C404"}, "channel_not_found"),
        ({"text": "x", "thread_ts": "1780000000.000100"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a b", "event_payload": {}}}, "invalid_metadata_schema"),
        (
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "b" * 9000}}},
            "metadata_too_large",
        ),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("😀" * 1501)]}, "invalid_blocks"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3000)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "header", "text": plain("x" * 151)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "markdown", "text": "x"}}]}, "invalid_blocks"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}]},
            "invalid_blocks",
        ),
        ({"blocks": [{"type": "surprise"}]}, "invalid_blocks"),
        ({"blocks": [button(value="x" * 2001)]}, "invalid_blocks"),
        ({"blocks": [button(action_id="x" * 256)]}, "invalid_blocks"),
        ({"blocks": [button(text=plain("x" * 76))]}, "invalid_blocks"),
        ({"blocks": [button(callback_data="x")]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": button()["elements"] * 2}]}, "invalid_blocks"),
    ],
)
async def test_messages(slack: FakeSlack, world: World, arguments: Json, error: str) -> None:
    assert (await call(slack, "chat.postMessage", **{"channel": "C1", **arguments}))["error"] == error
    assert len(slack.take_violations()) == 1
    assert world.conversations["C1"].messages == {}


async def test_a_thread_is_named_by_its_root(slack: FakeSlack, world: World) -> None:
    root = world.post(world.conversations["C1"], "U1", "x")["ts"]
    reply = await call(slack, "chat.postMessage", channel="C1", text="y", thread_ts=root)
    wrong = await call(slack, "chat.postMessage", channel="C1", text="z", thread_ts=reply["ts"])
    assert wrong["error"] == "thread_not_found"
    slack.take_violations()


async def test_only_own_messages_can_be_edited(slack: FakeSlack, world: World) -> None:
    theirs = world.post(world.conversations["C1"], "U1", "x")["ts"]
    assert (await call(slack, "chat.update", channel="C1", ts=theirs, text="y"))[
        "error"
    ] == "cant_update_message"
    slack.take_violations()


async def test_metadata_is_shown_on_demand_only(slack: FakeSlack, world: World) -> None:
    metadata = {"event_type": "dawnline", "event_payload": {"key": "k1"}}
    await call(slack, "chat.postMessage", channel="C1", text="x", metadata=metadata)
    assert (await history(slack))["messages"][0]["metadata"] == {"event_type": "dawnline"}
    assert (await history(slack, include_all_metadata="1"))["messages"][0]["metadata"] == metadata


async def test_reading_methods_take_no_json(slack: FakeSlack, world: World) -> None:
    assert (await call(slack, "conversations.history", channel="C1"))["error"] == "invalid_post_type"
    slack.take_violations()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Incident 1", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("c1", "name_taken"),
    ],
)
async def test_channel_names(slack: FakeSlack, world: World, name: str, error: str) -> None:
    assert (await call(slack, "conversations.create", name=name))["error"] == error
    slack.take_violations()


async def test_private_channels_are_hidden_from_strangers(slack: FakeSlack, world: World) -> None:
    world.channel("C7", bot=False, kind="private")
    assert (await call(slack, "chat.postMessage", channel="C7", text="x"))["error"] == "channel_not_found"
    slack.take_violations()


async def test_unknown_methods_and_bodies_that_are_no_json(slack: FakeSlack) -> None:
    assert (await call(slack, "chat.shout"))["error"] == "unknown_method"
    async with http_client() as client:
        headers = BEARER | {"Content-Type": "application/json"}
        for body, error in (("{", "invalid_json"), (json.dumps([]), "json_not_object")):
            response = await client.post(slack.base_url + "chat.postMessage", content=body, headers=headers)
            assert response.json()["error"] == error
    slack.take_violations()
