"""A message of the core as ntfy takes it. https://docs.ntfy.sh/publish/#publish-as-json"""

from typing import Any

from adapters.push.settings import ACT_PATH, PushSettings
from adapters.push.tokens import LASTS, Act, Tokens
from bot.outgoing import Post, Sound
from bot.ports import Clock

PRIORITIES = {Sound.SILENT: 2, Sound.NORMAL: 3, Sound.LOUD: 4, Sound.ALARM: 5}
"""https://docs.ntfy.sh/publish/#message-priority: 5 goes through "do not disturb" where that is allowed."""
_TAGS = {Sound.LOUD: ["bell"], Sound.ALARM: ["rotating_light"]}
MOST = 4095
"""Bytes of a message. ntfy's limit is 4,096 (https://docs.ntfy.sh/publish/#limitations), and a message that
fills it counts as too long (`util.Peek` in its source): it becomes a file, or is refused."""
_TITLE = 250
"""Bytes of a title."""
_BUTTONS = 3


class Writer:
    def __init__(self, settings: PushSettings, clock: Clock) -> None:
        self._settings = settings
        self._tokens = Tokens(settings.secret)
        self._clock = clock

    def written(self, post: Post) -> dict[str, Any]:
        """The first line is the title; one too long for that stands in the message as well."""
        first, _, rest = post.text.partition("\n")
        title = shortened(first, _TITLE)
        said: dict[str, Any] = {
            "topic": post.at.conversation,
            "title": title,
            "message": shortened(rest if rest and title == first else post.text, MOST),
            "priority": PRIORITIES[post.sound],
        }
        if tags := _TAGS.get(post.sound):
            said["tags"] = tags
        if post.buttons and self._settings.public_url:
            said["actions"] = [self._action(post, each.label, each.verb) for each in post.buttons[:_BUTTONS]]
        return said

    def answer(self, topic: str, text: str) -> dict[str, Any]:
        """What came of a button, for whoever pressed it."""
        return {
            "topic": topic,
            "message": shortened(text, MOST),
            "priority": PRIORITIES[Sound.SILENT],
        }

    def _action(self, post: Post, label: str, verb: str) -> dict[str, Any]:
        """https://docs.ntfy.sh/publish/#send-http-request"""
        act = Act(post.at.conversation, verb, post.key, self._clock.now() + LASTS)
        url = f"{self._settings.public_url}{ACT_PATH}/{self._tokens.written(act)}"
        return {"action": "http", "label": label, "url": url, "method": "POST", "clear": True}


def shortened(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, no character cut in two."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= most:
        return text
    return raw[: most - len("…".encode())].decode("utf-8", "ignore") + "…"
