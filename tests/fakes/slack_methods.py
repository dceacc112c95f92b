"""What each Web API method does to the workspace, and when it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.fakes.slack_blocks import Json, utf16_length
from tests.fakes.slack_params import Refusal, check_message
from tests.fakes.slack_world import BOT_ID, BOT_USER, TEAM, Conversation, World

_NAME = re.compile(r"^[a-z0-9_-]+$")
_TS = re.compile(r"^\d{10}\.\d{6}$")
_EMOJI = re.compile(r"^[a-z0-9_+'-]+$")
MAX_NAME, MAX_TOPIC, MAX_INVITED, MAX_PAGE = 80, 250, 100, 999


def auth_test(world: World, arguments: Json) -> Json:
    return {
        "url": "https://home.slack.com/",
        "team": "Home",
        "user": world.users[BOT_USER].name.lower(),
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def chat_post_message(world: World, arguments: Json) -> Json:
    conversation = world.joined(arguments["channel"])
    check_message(arguments)
    thread = arguments.get("thread_ts")
    if thread is not None:
        _root(conversation, thread)["thread_ts"] = thread
    message = world.post(conversation, BOT_USER, str(arguments.get("text", "")), thread)
    message |= {name: arguments[name] for name in _KEPT if name in arguments}
    return {"channel": conversation.id, "ts": message["ts"], "message": _shown(message, with_metadata=False)}


_KEPT = ("blocks", "metadata", "parse", "link_names", "unfurl_links", "unfurl_media", "mrkdwn")


def chat_post_ephemeral(world: World, arguments: Json) -> Json:
    conversation = world.joined(arguments["channel"])
    check_message(arguments)
    if arguments["user"] not in conversation.members:
        raise Refusal("user_not_in_channel")
    return {"message_ts": world.next_ts()}


def chat_update(world: World, arguments: Json) -> Json:
    conversation = world.joined(arguments["channel"])
    message = _message(conversation, arguments["ts"])
    if message.get("bot_id") != BOT_ID:
        raise Refusal("cant_update_message")
    check_message(arguments)
    if "blocks" not in arguments:
        message.pop("blocks", None)
    message |= {name: arguments[name] for name in ("text", *_KEPT) if name in arguments}
    message["edited"] = {"user": BOT_USER, "ts": world.next_ts()}
    return {"channel": conversation.id, "ts": message["ts"], "text": message["text"]}


def conversations_create(world: World, arguments: Json) -> Json:
    private = bool(arguments.get("is_private"))
    world.need("groups:write" if private else "channels:manage")
    name = arguments["name"]
    if len(name) > MAX_NAME:
        raise Refusal("invalid_name_maxlength")
    if not _NAME.match(name):
        raise Refusal("invalid_name_specials")
    if not re.search(r"[a-z0-9]", name):
        raise Refusal("invalid_name_punctuation")
    return {"channel": world.create(name, "private" if private else "public").json()}


def conversations_set_topic(world: World, arguments: Json) -> Json:
    conversation = world.joined(arguments["channel"])
    if utf16_length(arguments["topic"]) > MAX_TOPIC:
        raise Refusal("too_long")
    conversation.topic = arguments["topic"]
    return {"channel": conversation.json()}


def conversations_invite(world: World, arguments: Json) -> Json:
    """With `force`, whoever can be invited is; without, one bad user fails the call."""
    conversation = world.joined(arguments["channel"])
    people = arguments["users"].split(",")
    if len(people) > MAX_INVITED:
        raise Refusal("too_many_users")
    errors = [
        {"user": user, "ok": False, "error": code}
        for user in people
        if (code := _uninvitable(world, conversation, user)) is not None
    ]
    failed = {str(error["user"]) for error in errors}
    if failed and (not arguments.get("force") or failed == set(people)):
        raise Refusal(str(errors[0]["error"]), errors=errors)
    conversation.members |= set(people) - failed
    return {"channel": conversation.json()} | ({"errors": errors} if errors else {})


def _uninvitable(world: World, conversation: Conversation, user: str) -> str | None:
    if user not in world.users or world.users[user].deleted:
        return "user_not_found"
    if user == BOT_USER:
        return "cant_invite_self"
    return "already_in_channel" if user in conversation.members else None


def conversations_open(world: World, arguments: Json) -> Json:
    people = arguments.get("users", "").split(",")
    if people == [""]:
        raise Refusal("users_list_not_supplied")
    for user in people:
        _person(world, user)
    if len(people) > 1:
        raise Refusal("not_enough_users" if BOT_USER in people else "missing_scope", needed="mpim:write")
    return {"channel": {"id": world.direct(people[0]).id}, "no_op": False, "already_open": False}


def _person(world: World, user: str) -> Json:
    found = world.users.get(user)
    if found is None:
        raise Refusal("user_not_found")
    if found.deleted:
        raise Refusal("user_disabled")
    return found.json()


def conversations_info(world: World, arguments: Json) -> Json:
    return {"channel": world.visible(arguments["channel"], "read").json()}


def conversations_members(world: World, arguments: Json) -> Json:
    return _page(sorted(world.visible(arguments["channel"], "read").members), "members", arguments)


def users_conversations(world: World, arguments: Json) -> Json:
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im"}
    wanted = {kinds[kind] for kind in arguments.get("types", "public_channel").split(",")}
    for kind in wanted:
        world.need({"public": "channels:read", "private": "groups:read", "im": "im:read"}[kind])
    member = arguments.get("user", BOT_USER)
    found = [
        known.json()
        for known in world.conversations.values()
        if member in known.members and known.kind in wanted
        if not (arguments.get("exclude_archived") and known.is_archived)
    ]
    return _page(found, "channels", arguments)


def users_info(world: World, arguments: Json) -> Json:
    found = world.users.get(arguments["user"])
    if found is None:
        raise Refusal("user_not_found")
    return {"user": found.json()}


def conversations_history(world: World, arguments: Json) -> Json:
    """Newest first, without the replies in threads."""
    conversation = world.joined(arguments["channel"], "history")
    top = [m for m in conversation.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"]]
    return _messages(sorted(top, key=lambda m: str(m["ts"]), reverse=True), arguments)


def conversations_replies(world: World, arguments: Json) -> Json:
    """The root and its replies, oldest first."""
    conversation = world.joined(arguments["channel"], "history")
    root = _root(conversation, arguments["ts"])
    replies = [
        m for m in conversation.messages.values() if m.get("thread_ts") == root["ts"] and m is not root
    ]
    return _messages([root, *sorted(replies, key=lambda m: str(m["ts"]))], arguments)


def _messages(found: list[Json], arguments: Json) -> Json:
    with_metadata = bool(arguments.get("include_all_metadata"))
    oldest, latest = arguments.get("oldest", "0"), arguments.get("latest", "9" * 10)
    within = [m for m in found if float(oldest) < float(m["ts"]) < float(latest)]
    return _page([_shown(m, with_metadata=with_metadata) for m in within], "messages", arguments)


def _shown(message: Json, *, with_metadata: bool) -> Json:
    """Without include_all_metadata only the event type is shown."""
    if with_metadata or "metadata" not in message:
        return dict(message)
    return message | {"metadata": {"event_type": message["metadata"]["event_type"]}}


def _page(items: list[Any], name: str, arguments: Json) -> Json:
    limit, start = arguments.get("limit", 100), int(arguments.get("cursor") or 0)
    if not 1 <= limit <= MAX_PAGE:
        raise Refusal("invalid_limit")
    end = start + limit
    cursor = str(end) if end < len(items) else ""
    return {name: items[start:end], "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def pins_add(world: World, arguments: Json) -> Json:
    conversation = world.joined(arguments["channel"])
    message = _message(conversation, arguments["timestamp"])
    if message["ts"] in conversation.pins:
        raise Refusal("already_pinned")
    conversation.pins.append(message["ts"])
    return {}


def reactions_add(world: World, arguments: Json) -> Json:
    message = _message(world.joined(arguments["channel"]), arguments["timestamp"])
    if not _EMOJI.match(arguments["name"]):
        raise Refusal("invalid_name")
    users = message.setdefault("reactions", {}).setdefault(arguments["name"], [])
    if BOT_USER in users:
        raise Refusal("already_reacted")
    users.append(BOT_USER)
    return {}


def _message(conversation: Conversation, ts: str) -> Json:
    if not _TS.match(ts):
        raise Refusal("bad_timestamp")
    if ts not in conversation.messages:
        raise Refusal("message_not_found")
    return conversation.messages[ts]


def _root(conversation: Conversation, ts: str) -> Json:
    """The root of a thread. A reply's own ts names no thread."""
    message = conversation.messages.get(ts)
    if message is None or message.get("thread_ts", ts) != ts:
        raise Refusal("thread_not_found")
    return message


BEHAVIOURS: dict[str, Callable[[World, Json], Json]] = {
    "auth.test": auth_test,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "conversations.create": conversations_create,
    "conversations.setTopic": conversations_set_topic,
    "conversations.invite": conversations_invite,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "pins.add": pins_add,
    "reactions.add": reactions_add,
}
