"""Large mails, and mails made to take long."""

import base64
import random
import tracemalloc

import pytest
from adapters.email.reading import read_mail

from tests.unit.email.made import HEADER, html

SIZE = 25_000_000
RANDOM = random.Random(7).randbytes(1_000_000)
FILE = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def file_of(size: int) -> bytes:
    return HEADER + FILE + base64.encodebytes(RANDOM * (size * 3 // 4 // len(RANDOM))).replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        file_of(SIZE),
        HEADER + b"\r\n" + b"The video is black.\r\n" * (SIZE // 21),
        HEADER + b"Content-Type: text/html\r\n\r\n" + ("<p>" + "会议室" * 1_000).encode() * (SIZE // 9_003),
    ],
    ids=["file", "text", "HTML"],
)
def test_a_mail_takes_less_than_four_times_its_size_in_memory(raw: bytes) -> None:
    tracemalloc.start()
    try:
        mail = read_mail(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert mail.attachments or mail.text
    assert len(raw) + peak < 4 * len(raw)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<a ", '<a "', "<!--", "<style>", "<style></style>", "<b id='", "&", "&#9", "<td>", "<blockquote>",
     "<br>", "<a href=x>y", "<p style='display:none'>", "</", "<ul><li>", '" \'<a '],
)  # fmt: skip
def test_html_made_to_take_long(piece: str) -> None:
    mail = read_mail(html(piece * (300_000 // len(piece))))
    assert not [defect for defect in mail.defects if "seconds" in defect or "not read (" in defect]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["From", "References", "Content-Type", "Date", "Authentication-Results", "X"]
)
@pytest.mark.parametrize(
    "piece", [b"=?a?q?", b"<", b"(", b'"', b'\\"', b",", b" ", b"a@b,", b"=?utf-8?B?", b"\xff"]
)
def test_headers_made_to_take_long(name: str, piece: bytes) -> None:
    mail = read_mail(
        name.encode() + b": " + piece * (100_000 // len(piece)) + b"\r\n" + HEADER + b"\r\nwords"
    )
    assert mail.message_id == "<1@example.com>"
    assert mail.text == "words"
    assert not [defect for defect in mail.defects if "seconds" in defect or "not read (" in defect]
