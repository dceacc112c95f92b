"""The example mails, each part looked at by one module. The contract tests read them as a whole."""

from dataclasses import asdict
from typing import Any

import pytest
from adapters.email.mail import Bounce, Ours
from adapters.email.reading.bounces import read_bounce
from adapters.email.reading.language import language_of
from adapters.email.reading.nature import judge
from adapters.email.reading.newtext import new_text

from tests.unit.email.mails import Example, example, names

_OURS = Ours(addresses=frozenset(("support@desk.example",)), mark="dawnline-desk-1")
_MINE = ("reply-", "auto-", "bounce-", "list-", "loop-")


def _bounce(mail: Example) -> Bounce | None:
    return read_bounce(mail.headers, mail.parts, mail.text)


@pytest.mark.parametrize("name", names(*_MINE))
def test_who_wrote_it(name: str) -> None:
    mail = example(name)
    kind, automatic = judge(
        mail.headers,
        sender=mail.expected.get("from", {}).get("address") or _address(mail),
        subject=mail.headers.get("Subject"),
        text=mail.text,
        content_type=mail.headers.get("Content-Type") or "",
        report=_bounce(mail),
        ours=_OURS,
    )
    assert kind == mail.expected["kind"]
    assert automatic == mail.expected["automatic"]


def _address(mail: Example) -> str:
    return (mail.headers.get("From") or "").rpartition("<")[2].rstrip(">")


@pytest.mark.parametrize("name", names(*_MINE))
def test_what_a_bounce_says(name: str) -> None:
    mail = example(name)
    bounce = _bounce(mail)
    assert (bounce is None) == (mail.expected["bounce"] is None)
    if bounce is not None:
        assert _told(bounce) == mail.expected["bounce"]


def _told(bounce: Bounce) -> dict[str, Any]:
    told = asdict(bounce)
    told["recipients"] = [
        {key: value for key, value in recipient.items() if key != "diagnostic"}
        for recipient in told["recipients"]
    ]
    return told


@pytest.mark.parametrize("name", names("reply-"))
def test_new_words(name: str) -> None:
    mail = example(name)
    assert new_text(mail.text, is_reply=True) == mail.expected["new_text"]


@pytest.mark.parametrize("name", names(*_MINE))
def test_language(name: str) -> None:
    mail = example(name)
    if "language" in mail.expected:
        assert language_of(mail.expected.get("new_text") or mail.text) == mail.expected["language"]
