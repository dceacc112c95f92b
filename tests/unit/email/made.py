"""Mails made for tests, and what holds for whatever is read."""

import json
from pathlib import Path

from adapters.email.mail import Mail
from adapters.email.reading import attachment
from bot.cli.mail_json import mail_json

CORPUS = Path(__file__).parents[2] / "data" / "mail"
HEADER = (
    b"From: Jane Doe <jane@example.com>\r\nSubject: Video is black\r\nMessage-ID: <1@example.com>\r\n"
    b"Date: Mon, 2 Mar 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n"
)


def corpus() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]


def multipart(*parts: bytes) -> bytes:
    """`parts`: each with its own header, a blank line and its body."""
    divided = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return HEADER + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + divided + b"--b--\r\n"


def html(body: str) -> bytes:
    return HEADER + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def hold(raw: bytes, mail: Mail) -> None:
    """What is true of every mail, whatever its bytes are."""
    written = json.dumps(mail_json(mail), ensure_ascii=False)
    written.encode("utf-8")  # raises for half a character
    assert "\\u0000" not in written
    for each in (mail.message_id, mail.in_reply_to, *mail.references):
        assert each is None or (each == "".join(each.split()) and each[0] + each[-1] == "<>")
    for person in (*mail.senders, *mail.reply_to, *mail.to, *mail.cc):
        assert person.name or person.address
        assert person.address is None or "@" in person.address
    assert mail.sender == next(iter(mail.senders), None)
    _hold_files(raw, mail)


def _hold_files(raw: bytes, mail: Mail) -> None:
    for file in mail.attachments[:10]:
        name = file.filename or "x"
        assert not set(name) & set("/\\\u202d\u202e")
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in name)
        assert name.strip(". ") != ""
        found = attachment(raw, file.sha256)
        assert found is not None
        assert len(found) == file.size
