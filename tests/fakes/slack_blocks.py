"""Block Kit and message metadata as Slack checks them: what it refuses, the fake refuses too.

Limits: https://docs.slack.dev/reference/block-kit/blocks and .../composition-objects/text-object.
Slack counts characters the way JavaScript does, in UTF-16 code units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Problems = list[str]

MAX_BLOCKS = 50
# Not documented; above it Slack answers msg_blocks_too_long.
MAX_ALL_TEXT = 13_200
MAX_METADATA_BYTES = 8_192
_EVENT_TYPE = re.compile(r"^[A-Za-z0-9_]{1,255}$")


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def block_problems(blocks: list[Any]) -> Problems:
    """Everything wrong with the blocks of one message, in Slack's words with a JSON pointer."""
    problems: Problems = []
    if len(blocks) > MAX_BLOCKS:
        problems.append(f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]")
    for number, block in enumerate(blocks):
        problems += _block(block, f"/blocks/{number}")
    names = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(names) != len(set(names)):
        problems.append("block_id is not unique [json-pointer:/blocks]")
    return problems


def all_text(blocks: list[Any]) -> list[tuple[str, str]]:
    """Every text object in the blocks as (type, text): what people will see."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        found += _texts(block)
    return found


def metadata_problem(metadata: Any) -> str | None:
    """Slack's error code for unusable metadata, or None."""
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        return "invalid_metadata_format"
    if not _EVENT_TYPE.match(str(metadata["event_type"])) or not isinstance(metadata["event_payload"], dict):
        return "invalid_metadata_schema"
    if len(json.dumps(metadata["event_payload"])) > MAX_METADATA_BYTES:
        return "metadata_too_large"
    return None


def _texts(node: Any) -> list[tuple[str, str]]:
    if isinstance(node, list):
        return [text for child in node for text in _texts(child)]
    if not isinstance(node, dict):
        return []
    own = [(str(node["type"]), str(node["text"]))] if node.get("type") in {"plain_text", "mrkdwn"} else []
    return own + [text for child in node.values() for text in _texts(child)]


def _block(block: Any, at: str) -> Problems:
    if not isinstance(block, dict):
        return [f"must be an object [json-pointer:{at}]"]
    check = _CHECKS.get(str(block.get("type")))
    if check is None:
        return [f"unsupported type: {block.get('type')} [json-pointer:{at}/type]"]
    return _string(block, "block_id", 255, at) + check(block, at)


def _section(block: Json, at: str) -> Problems:
    problems = _keys(block, {"type", "block_id", "text", "fields", "accessory", "expand"}, at)
    if "text" not in block and "fields" not in block:
        problems.append(f"missing required field: text or fields [json-pointer:{at}]")
    if "text" in block:
        problems += _text(block["text"], 3000, {"plain_text", "mrkdwn"}, f"{at}/text")
    fields = block.get("fields", [])
    if len(fields) > 10:
        problems.append(f"no more than 10 items allowed [json-pointer:{at}/fields]")
    for number, field in enumerate(fields):
        problems += _text(field, 2000, {"plain_text", "mrkdwn"}, f"{at}/fields/{number}")
    return problems + (_button(block["accessory"], f"{at}/accessory") if "accessory" in block else [])


def _header(block: Json, at: str) -> Problems:
    return _keys(block, {"type", "block_id", "text"}, at) + _text(
        block.get("text"), 150, {"plain_text"}, f"{at}/text"
    )


def _divider(block: Json, at: str) -> Problems:
    return _keys(block, {"type", "block_id"}, at)


def _context(block: Json, at: str) -> Problems:
    problems = _keys(block, {"type", "block_id", "elements"}, at) + _count(block, 10, at)
    for number, element in enumerate(block.get("elements", [])):
        problems += _text(element, 3000, {"plain_text", "mrkdwn"}, f"{at}/elements/{number}")
    return problems


def _actions(block: Json, at: str) -> Problems:
    problems = _keys(block, {"type", "block_id", "elements"}, at) + _count(block, 25, at)
    elements = block.get("elements", [])
    for number, element in enumerate(elements):
        problems += _button(element, f"{at}/elements/{number}")
    names = [element.get("action_id") for element in elements if isinstance(element, dict)]
    if len(names) != len(set(names)):
        problems.append(f"action_id is not unique [json-pointer:{at}/elements]")
    return problems


_CHECKS: dict[str, Callable[[Json, str], Problems]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
}


def _button(element: Any, at: str) -> Problems:
    if not isinstance(element, dict) or element.get("type") != "button":
        return [f"unsupported element [json-pointer:{at}]"]
    allowed = {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}
    problems = _keys(element, allowed, at) + _text(element.get("text"), 75, {"plain_text"}, f"{at}/text")
    for name, limit in (("action_id", 255), ("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        problems += _string(element, name, limit, at)
    if element.get("style", "primary") not in {"primary", "danger"}:
        problems.append(f"invalid style [json-pointer:{at}/style]")
    return problems


def _text(node: Any, limit: int, kinds: set[str], at: str) -> Problems:
    if not isinstance(node, dict) or node.get("type") not in kinds:
        return [f"failed to match all allowed schemas [json-pointer:{at}]"]
    extra = "emoji" if node["type"] == "plain_text" else "verbatim"
    problems = _keys(node, {"type", "text", extra}, at)
    if not isinstance(node.get(extra, False), bool):
        problems.append(f"must be a boolean [json-pointer:{at}/{extra}]")
    text = node.get("text")
    if not isinstance(text, str) or not text:
        return [*problems, f"must be more than 0 characters [json-pointer:{at}/text]"]
    if utf16_length(text) > limit:
        problems.append(f"must be less than {limit + 1} characters [json-pointer:{at}/text]")
    return problems


def _keys(node: Json, allowed: set[str], at: str) -> Problems:
    return [
        f"invalid additional property: {name} [json-pointer:{at}]" for name in sorted(set(node) - allowed)
    ]


def _count(block: Json, limit: int, at: str) -> Problems:
    elements = block.get("elements")
    if isinstance(elements, list) and 1 <= len(elements) <= limit:
        return []
    return [f"must have between 1 and {limit} items [json-pointer:{at}/elements]"]


def _string(node: Json, name: str, limit: int, at: str) -> Problems:
    value = node.get(name)
    if value is None:
        return []
    if not isinstance(value, str) or not value or utf16_length(value) > limit:
        return [f"must be a string of 1 to {limit} characters [json-pointer:{at}/{name}]"]
    return []
