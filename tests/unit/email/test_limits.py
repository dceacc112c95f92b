"""Beyond a limit the rest is left out, and a defect says so."""

import base64
import struct

import pytest
from adapters.email.mail import Limits, Mail
from adapters.email.reading import read_mail

from tests.unit.email.made import HEADER, html, multipart

PLAIN = b"Content-Type: text/plain\r\n\r\nwords"
FILE = b"Content-Type: image/gif; name=a.gif\r\n\r\nGIF"


def nested(depth: int) -> bytes:
    body = PLAIN
    for level in range(depth):
        boundary = b"l%d" % level
        divided = b"--" + boundary + b"\r\n" + body + b"\r\n--" + boundary + b"--"
        body = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + divided
    return HEADER + body


def winmail(body: bytes) -> bytes:
    """A mail that is a winmail.dat with one packed rich text."""
    value = struct.pack("<IHHII", 1, 0x102, 0x1009, 1, len(body)) + body + b"\0" * (-len(body) % 4)
    tnef = struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BII", 1, 0x69003, len(value)) + value + b"\0\0"
    content = b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return HEADER + content + base64.encodebytes(tnef)


def packed_rtf(size: int) -> bytes:
    """Seventeen bytes out of each two: the same stretch again and again."""
    data = b"\x00{aaaaaaa" + (b"\xff" + b"\x0d\xff" * 8) * (size // 17)
    return struct.pack("<IIII", len(data) + 12, 2**31, 0x75465A4C, 0) + data


def said(mail: Mail, words: str) -> bool:
    return any(words in defect for defect in mail.defects)


def test_size() -> None:
    mail = read_mail(HEADER + b"\r\n" + b"words\r\n" * 1_000, limits=Limits(size=1_000))
    assert mail.message_id == "<1@example.com>"
    assert mail.text.startswith("words\nwords")
    assert len(mail.text) < 1_000
    assert said(mail, "larger than 1000 bytes")


def test_header() -> None:
    mail = read_mail(HEADER + b"X-Long: " + b"y" * 5_000 + b"\r\n\r\nwords", limits=Limits(header=1_000))
    assert (mail.message_id, mail.text) == ("<1@example.com>", "words")
    assert said(mail, "header of more than 1000 bytes")


def test_parts() -> None:
    mail = read_mail(multipart(*[PLAIN] * 9), limits=Limits(parts=3))
    assert mail.text == "words\nwords\nwords"
    assert said(mail, "more than 3 parts")


@pytest.mark.parametrize("depth", [13, 30])
def test_as_deep_as_allowed(depth: int) -> None:
    mail = read_mail(nested(depth))
    assert (mail.text, mail.defects) == ("words", ())


def test_deeper_than_allowed() -> None:
    mail = read_mail(nested(6), limits=Limits(depth=5))
    assert mail.text == ""
    assert said(mail, "more than 5 deep")


def test_attachments() -> None:
    mail = read_mail(multipart(PLAIN, *[FILE] * 9), limits=Limits(attachments=4))
    assert len(mail.attachments) == 4
    assert said(mail, "more than 4 attachments")


@pytest.mark.parametrize("raw", [HEADER + b"\r\n" + b"words " * 1_000, html("<p>words</p>" * 1_000)])
def test_text(raw: bytes) -> None:
    mail = read_mail(raw, limits=Limits(text=500))
    assert mail.text.startswith("words")
    assert 400 < len(mail.text) <= 500
    assert said(mail, "more text than is kept")


def test_rich_text_unpacks_up_to_what_is_kept() -> None:
    mail = read_mail(winmail(packed_rtf(200_000)), limits=Limits(text=10_000))
    assert len(mail.text) <= 10_000


@pytest.mark.parametrize("limits", [Limits(unpacked=100), Limits(ratio=0)])
def test_unpacked(limits: Limits) -> None:
    mail = read_mail(winmail(b"x" * 500), limits=limits)
    assert len(mail.attachments) == 1
    assert said(mail, "unpacks to more than is allowed")


def test_time() -> None:
    times = iter([0.0, 0.1, 0.2])
    mail = read_mail(multipart(PLAIN, FILE), limits=Limits(seconds=1), seconds=lambda: next(times, 9.0))
    assert mail.message_id == "<1@example.com>"
    assert said(mail, "took more than 1 seconds")


def test_what_was_read_before_the_time_was_up_stays() -> None:
    """The clock runs out within the second text."""
    raw = multipart(PLAIN, b"Content-Type: text/html\r\n\r\n" + b"<p>more</p>" * 2_000)
    times = iter([0.0] * 18)
    mail = read_mail(raw, limits=Limits(seconds=1), seconds=lambda: next(times, 9.0))
    assert mail.text.startswith("words\nmore\n\nmore")
    assert len(mail.text) < 2_000 * len("more\n\n")
    assert said(mail, "text: took more than 1 seconds")
