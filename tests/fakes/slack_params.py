"""What a Web API method was called with, read as strictly as Slack documents it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_blocks import (
    MAX_ALL_TEXT,
    Json,
    all_text,
    block_problems,
    metadata_problem,
    utf16_length,
)

MAX_MESSAGE = 40_000


class Refusal(Exception):
    """Slack answers `{"ok": false, "error": code}` with `details` beside it."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def missing_scope(needed: str, provided: frozenset[str]) -> Refusal:
    return Refusal("missing_scope", needed=needed, provided=",".join(sorted(provided)))


@dataclass(frozen=True, slots=True)
class Method:
    """How a method may be called: arguments by type, scopes of which one is enough, and its encodings.

    Types are text, integer, boolean or json. A method that only reads takes no JSON body.
    `token` is the kind of token it wants: bot or app.
    """

    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    reads: bool = False
    token: str = "bot"


_PAGE = {"cursor": "text", "limit": "integer"}
_WORDS = {"text": "text", "blocks": "json", "metadata": "json", "parse": "text", "link_names": "boolean"}
_HISTORY = _PAGE | {
    "oldest": "text",
    "latest": "text",
    "inclusive": "boolean",
    "include_all_metadata": "boolean",
}
_CHANNEL = {"channel": "text"}
_MANAGE = frozenset({"channels:manage", "groups:write"})
_READ = frozenset({"channels:read", "groups:read", "im:read"})
_HISTORIES = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})
_UNFURL = {
    "unfurl_links": "boolean",
    "unfurl_media": "boolean",
    "mrkdwn": "boolean",
    "reply_broadcast": "boolean",
}

METHODS: dict[str, Method] = {
    "auth.test": Method(),
    "apps.connections.open": Method(token="app", scopes=frozenset({"connections:write"})),
    "chat.postMessage": Method(_CHANNEL, _WORDS | _UNFURL | {"thread_ts": "text"}, frozenset({"chat:write"})),
    "chat.postEphemeral": Method(
        _CHANNEL | {"user": "text"}, _WORDS | {"thread_ts": "text"}, frozenset({"chat:write"})
    ),
    "chat.update": Method(_CHANNEL | {"ts": "text"}, _WORDS, frozenset({"chat:write"})),
    "conversations.create": Method({"name": "text"}, {"is_private": "boolean"}, _MANAGE),
    "conversations.setTopic": Method(_CHANNEL | {"topic": "text"}, {}, _MANAGE),
    "conversations.invite": Method(_CHANNEL | {"users": "text"}, {"force": "boolean"}, _MANAGE),
    "conversations.open": Method({}, {"users": "text", "return_im": "boolean"}, frozenset({"im:write"})),
    "conversations.info": Method(_CHANNEL, {"include_num_members": "boolean"}, _READ, reads=True),
    "conversations.members": Method(_CHANNEL, _PAGE, _READ, reads=True),
    "conversations.history": Method(_CHANNEL, _HISTORY, _HISTORIES, reads=True),
    "conversations.replies": Method(_CHANNEL | {"ts": "text"}, _HISTORY, _HISTORIES, reads=True),
    "users.conversations": Method(
        {}, _PAGE | {"types": "text", "exclude_archived": "boolean", "user": "text"}, _READ, reads=True
    ),
    "users.info": Method(
        {"user": "text"}, {"include_locale": "boolean"}, frozenset({"users:read"}), reads=True
    ),
    "pins.add": Method(_CHANNEL | {"timestamp": "text"}, {}, frozenset({"pins:write"})),
    "reactions.add": Method(
        _CHANNEL | {"timestamp": "text", "name": "text"}, {}, frozenset({"reactions:write"})
    ),
}


def read_arguments(method: Method, raw: Mapping[str, Any]) -> Json:
    """The arguments by name in their own types. An unknown, missing or mistyped one is refused."""
    known = {**method.required, **method.optional}
    unknown = sorted(set(raw) - set(known) - {"token"})
    if unknown:
        raise Refusal("invalid_arg_name", response_metadata={"messages": [f"[ERROR] unknown: {unknown}"]})
    absent = [name for name in method.required if raw.get(name) in (None, "")]
    if absent:
        messages = [f"[ERROR] missing required field: {name}" for name in absent]
        raise Refusal("invalid_arguments", response_metadata={"messages": messages})
    return {name: _typed(name, known[name], value) for name, value in raw.items() if name in known}


def _typed(name: str, kind: str, value: Any) -> Any:
    try:
        return _READERS[kind](value)
    except (KeyError, TypeError, ValueError) as error:
        message = f"[ERROR] must be {kind} [json-pointer:/{name}]"
        raise Refusal("invalid_arguments", response_metadata={"messages": [message]}) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _boolean(value: Any) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": int,
    "boolean": _boolean,
    "json": _json,
}


def check_message(arguments: Json) -> None:
    """Text, blocks and metadata of one message, refused as chat.postMessage would."""
    blocks = arguments.get("blocks")
    if not arguments.get("text") and not blocks:
        raise Refusal("no_text")
    if utf16_length(str(arguments.get("text", ""))) > MAX_MESSAGE:
        raise Refusal("msg_too_long")
    if arguments.get("parse", "none") not in {"none", "full"}:
        raise Refusal("invalid_arguments")
    if blocks is not None:
        _check_blocks(blocks)
    problem = metadata_problem(arguments["metadata"]) if "metadata" in arguments else None
    if problem:
        raise Refusal(problem)


def _check_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = block_problems(blocks)
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise Refusal("invalid_blocks", errors=problems, response_metadata={"messages": messages})
    if sum(utf16_length(text) for _, text in all_text(blocks)) > MAX_ALL_TEXT:
        raise Refusal("msg_blocks_too_long")
