"""Whether ids look like the platform's own: the usual slip is a name (@mei) in place of an id. Pure rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.configuration.outline import Found, Outline, table
from bot.configuration.saying import did_you_mean, listed, shown


@dataclass(frozen=True, slots=True)
class IdForm:
    """`words` continue "it must be ..."."""

    pattern: re.Pattern[str]
    words: str

    def fits(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None


def _form(pattern: str, words: str) -> IdForm:
    return IdForm(re.compile(pattern), words)


DOMAIN = _form(r"[^\s@,;<>.]+(\.[^\s@,;<>.]+)+", "a domain, such as example.com")
EMAIL = _form(rf"[^\s@,;<>]+@{DOMAIN.pattern.pattern}", "an e-mail address, such as mei@example.com")
PHONE = _form(r"\+[1-9][0-9]{6,14}", "a number with country code, such as +4930123456")
PEOPLE: Mapping[str, IdForm] = {
    "slack": _form(
        r"[UW][A-Za-z0-9_-]{0,40}", "a Slack member id, such as U012AB3CD (profile, ⋮, Copy member ID)"
    ),
    "telegram": _form(r"[1-9][0-9]{0,15}", "a numeric Telegram user id, such as 501234567 (never an @name)"),
    "email": EMAIL,
    "phone": PHONE,
    "push": _form(r"[A-Za-z0-9_-]{1,64}", "a topic on the ntfy server, 1 to 64 of A-Z a-z 0-9 _ -"),
    "terminal": _form(r"\S+", "a name"),
}
CONVERSATIONS: Mapping[str, IdForm] = {
    "slack": _form(
        r"[CGD][A-Za-z0-9_-]{0,40}",
        "a Slack channel id, such as C012AB3CD (channel name, About, at the bottom)",
    ),
    "telegram": _form(r"-[1-9][0-9]{0,15}", "a Telegram group id, such as -1001234567890"),
}


def platform_faults(data: dict[str, Any]) -> Iterator[Found]:
    """Ids of people and conversations that no platform could have given out."""
    for place, engineer in Outline.of(data).engineers():
        yield from _misfits((*place, "identities"), engineer.get("identities"), PEOPLE)
    yield from _misfits(
        ("desk", "conversations"), table(data.get("desk")).get("conversations"), CONVERSATIONS
    )


def _misfits(place: tuple[str | int, ...], ids: object, forms: Mapping[str, IdForm]) -> Iterator[Found]:
    for channel, value in table(ids).items():
        if channel not in forms:
            near = did_you_mean(channel, forms)
            yield (*place, channel), f"there is no such channel{near}; allowed: {listed(forms)}"
        elif isinstance(value, str) and not forms[channel].fits(value):
            yield (*place, channel), f"{shown(value)} is not allowed; it must be {forms[channel].words}"
