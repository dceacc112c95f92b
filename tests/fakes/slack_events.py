"""What Slack sends to an app: events, slash commands and button presses, and the signature on them.

https://docs.slack.dev/apis/events-api, .../interactivity/implementing-slash-commands,
.../reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack_blocks import Json
from tests.fakes.slack_world import APP_ID, BOT_ID, BOT_USER, TEAM

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
OTHER_TEAM = "T0ACME"
_numbers = count(1)


def signature(body: str, timestamp: int | str, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The two headers that vouch for a body. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def callback(event: Json, event_id: str | None = None, **outer: Any) -> Json:
    """The envelope of the Events API round one event."""
    number = next(_numbers)
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP_ID,
        "type": "event_callback",
        "event_id": event_id or f"Ev{number:08d}",
        "event_time": int(float(event.get("event_ts", "1780000000"))),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event": event,
        **outer,
    }


def stamp() -> str:
    """A message's ts: about June 2026, never the same twice."""
    return f"{1_780_000_000 + next(_numbers)}.000100"


def message(channel: str, user: str, text: str, ts: str | None = None, **fields: Any) -> Json:
    """A message as a member of our workspace writes it; a channel id with D is a direct message."""
    ts = ts or stamp()
    return {
        "type": "message",
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "user": user,
        "team": TEAM,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "client_msg_id": f"client-{ts}",
        **fields,
    }


def reply(channel: str, user: str, text: str, thread_ts: str, **fields: Any) -> Json:
    return message(channel, user, text, thread_ts=thread_ts, **fields)


def app_mention(original: Json) -> Json:
    """The second event Slack sends for a message that mentions the app."""
    kept = {name: value for name, value in original.items() if name != "channel_type"}
    return kept | {"type": "app_mention"}


def message_changed(original: Json, text: str) -> Json:
    ts = stamp()
    inner = {
        name: value for name, value in original.items() if name not in ("channel", "channel_type", "event_ts")
    }
    return _hidden(original, "message_changed", ts) | {
        "message": inner | {"text": text, "edited": {"user": original.get("user"), "ts": ts}},
        "previous_message": inner,
    }


def message_unfurled(original: Json) -> Json:
    """Slack also says message_changed when it only adds a link preview."""
    changed = message_changed(original, original["text"])
    changed["message"].pop("edited")
    changed["message"]["attachments"] = [{"id": 1, "from_url": "https://example.com", "title": "Example"}]
    return changed


def message_deleted(original: Json) -> Json:
    inner = {
        name: value for name, value in original.items() if name not in ("channel", "channel_type", "event_ts")
    }
    return _hidden(original, "message_deleted", stamp()) | {
        "deleted_ts": original["ts"],
        "previous_message": inner,
    }


def thread_root_deleted(original: Json) -> Json:
    """A deleted message that has replies stays as a tombstone."""
    changed = message_changed(original, "This message was deleted.")
    changed["message"] |= {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True}
    return changed


def _hidden(original: Json, subtype: str, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": original["channel"],
        "channel_type": original.get("channel_type", "channel"),
        "ts": ts,
        "event_ts": ts,
    }


def file_share(channel: str, user: str, text: str, files: list[Json]) -> Json:
    return message(channel, user, text, subtype="file_share", files=files, upload=False)


def file(file_id: str, name: str, mimetype: str, size: int) -> Json:
    return {
        "id": file_id,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "size": size,
        "mode": "hosted",
        "permalink": f"https://home.slack.com/files/U1/{file_id}/{name}",
        "url_private": f"https://files.slack.com/files-pri/{TEAM}-{file_id}/{name}",
    }


def bot_message(channel: str, text: str, bot_id: str = "B0OTHER", username: str = "Grafana") -> Json:
    """A message of an integration without a user of its own."""
    made = message(channel, "", text, subtype="bot_message", bot_id=bot_id, username=username)
    return {name: value for name, value in made.items() if name not in ("user", "client_msg_id")}


def own_message(channel: str, text: str) -> Json:
    return message(channel, BOT_USER, text, bot_id=BOT_ID, app_id=APP_ID)


def connect_message(channel: str, user: str, text: str, team: str = OTHER_TEAM) -> Json:
    """A message of somebody from another workspace in a Slack Connect channel."""
    made = message(channel, user, text, user_team=team, source_team=team)
    return made | {
        "team": team,
        "user_profile": {"display_name": "Wang Li", "real_name": "Wang Li", "team": team},
    }


def reaction_added(channel: str, user: str, ts: str, name: str) -> Json:
    return {
        "type": "reaction_added",
        "user": user,
        "reaction": name,
        "item_user": "U1",
        "item": {"type": "message", "channel": channel, "ts": ts},
        "event_ts": stamp(),
    }


def slash_command(command: str, text: str, *, user: str, channel: str, response_url: str) -> Json:
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": "home",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "support",
        "user_id": user,
        "user_name": "eve",
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"{next(_numbers)}.1.abcdef",
    }


def button_press(
    value: str, *, user: str, channel: str, posted: Json, response_url: str, team: str = TEAM
) -> Json:
    """Somebody presses the button with this value under `posted`."""
    thread = {"thread_ts": posted["thread_ts"]} if "thread_ts" in posted else {}
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "eve", "name": "eve", "team_id": team},
        "api_app_id": APP_ID,
        "token": "deprecated",
        "container": {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
            **thread,
        },
        "trigger_id": f"{next(_numbers)}.2.abcdef",
        "team": {"id": TEAM, "domain": "home"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "support"},
        "message": posted,
        "response_url": response_url,
        "actions": [_pressed(value, posted)],
    }


def _pressed(value: str, posted: Json) -> Json:
    """The action of the real button under the message: a value no button carries cannot be pressed."""
    buttons = [
        element
        for block in posted.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("value") == value
    ]
    if not buttons:
        raise AssertionError(f"no button with value {value!r} under the message")
    return {
        "type": "button",
        "block_id": "b1",
        "action_id": buttons[0]["action_id"],
        "text": buttons[0]["text"],
        "value": value,
        "action_ts": stamp(),
    }


def form_body(fields: Json) -> str:
    """A slash command's body."""
    return urlencode(fields)


def payload_body(payload: Json) -> str:
    """A button press's body."""
    return urlencode({"payload": json.dumps(payload)})
