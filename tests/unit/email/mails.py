"""The example mails of tests/data/mail, taken apart by the standard library alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from adapters.email.reading.bounces import ReportPart
from adapters.email.reading.headers import Headers

MAILS = Path(__file__).parents[2] / "data" / "mail"
_REPORTS = ("message/delivery-status", "message/feedback-report", "message/disposition-notification")


@dataclass(frozen=True, slots=True)
class Example:
    """`parts`: of the mail and of mails within, more than a reader would hand over. `expected`: its JSON."""

    headers: Headers
    parts: tuple[ReportPart, ...]
    text: str
    expected: dict[str, Any]


def names(*prefixes: str) -> list[str]:
    return sorted(path.stem for path in MAILS.glob("*.eml") if path.stem.startswith(prefixes))


def example(name: str) -> Example:
    mail = message_from_bytes((MAILS / f"{name}.eml").read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    parts = tuple(_parts(mail))
    texts = (part.text for part in parts if part.content_type == "text/plain")
    headers = Headers(tuple((key, str(value)) for key, value in mail.items()))
    expected = json.loads((MAILS / f"{name}.json").read_text(encoding="utf-8"))
    return Example(headers, parts, next(texts, ""), expected)


def _parts(mail: EmailMessage) -> Iterator[ReportPart]:
    kind = mail.get_content_type()
    if kind in _REPORTS:
        groups = mail.get_payload()
        yield ReportPart(kind, "\n".join(str(group) for group in groups))
    elif kind == "message/rfc822":
        yield ReportPart(kind, str(mail.get_payload(0)))
    elif kind in ("text/plain", "text/rfc822-headers"):
        yield ReportPart(kind, str(mail.get_content()))
    if mail.is_multipart() and kind not in _REPORTS:
        for part in mail.iter_parts() if kind != "message/rfc822" else [mail.get_payload(0)]:
            assert isinstance(part, EmailMessage)
            yield from _parts(part)
