"""What a Bot API method was called with, read strictly: a wrong type or a forgotten parameter is a 400."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

MAX_TEXT = 4096
BUTTON_KINDS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "copy_text",
        "pay",
        "callback_game",
    }
)


class ApiError(Exception):
    """The method is refused, in Telegram's own words (https://core.telegram.org/bots/api#making-requests)."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad_request(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def utf16_length(text: str) -> int:
    """Telegram counts text and entity offsets in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class Params:
    """The parameters of one call. Every parameter that is never read is reported by `unread`."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = dict(raw)
        self._unread = set(raw)

    @property
    def unread(self) -> set[str]:
        return set(self._unread)

    def optional(self, name: str) -> str | None:
        self._unread.discard(name)
        value = self.raw.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.optional(name)
        if value is None or value == "":
            raise bad_request(f'parameter "{name}" is required')
        return value

    def integer(self, name: str) -> int:
        return self._as_integer(name, self.required(name))

    def optional_integer(self, name: str) -> int | None:
        value = self.optional(name)
        return None if value is None else self._as_integer(name, value)

    def _as_integer(self, name: str, value: str) -> int:
        if not re.fullmatch(r"-?\d+", value):
            raise bad_request(f'field "{name}" must be of type Number')
        return int(value)

    def boolean(self, name: str) -> bool:
        value = (self.optional(name) or "false").lower()
        if value not in {"true", "false"}:
            raise bad_request(f'field "{name}" must be of type Boolean')
        return value == "true"

    def json(self, name: str) -> Any:
        value = self.optional(name)
        if value is None:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error

    def message_text(self) -> str:
        """The text of a message: 1 to 4096 characters after trimming."""
        text = (self.optional("text") or "").strip()
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > MAX_TEXT:
            raise bad_request("message is too long")
        return text

    def keyboard(self) -> Json | None:
        """The inline keyboard, each button checked."""
        markup = self.json("reply_markup")
        if markup is None:
            return None
        if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
            raise bad_request("object expected as reply markup")
        for button in (button for row in markup["inline_keyboard"] for button in row):
            _check_button(button)
        return markup if any(markup["inline_keyboard"]) else None


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("text buttons are unallowed in the inline keyboard")
    kinds = BUTTON_KINDS & set(button)
    if len(kinds) != 1:
        raise bad_request("can't parse inline keyboard button: exactly one kind of action is allowed")
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in kinds and not re.match(r"(https?|tg)://.", str(button["url"])):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
