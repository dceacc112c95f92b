"""What is wrong with a mail as it came over the wire; strict where real servers often are not."""

import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_string
from email.errors import NonASCIILocalPartDefect
from email.message import EmailMessage
from email.policy import default

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
AT_MOST_ONCE = ("Cc", "Reply-To", "In-Reply-To", "References", "Auto-Submitted", "Content-Type", "X-Loop")
LONGEST_LINE, LONGEST_HEAD_LINE = 998, 250
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_FIELD = re.compile(rb"[!-9;-~]+: ?\S[^\r\n]*|[ \t][^\r\n]*\S[^\r\n]*")


def faults(content: bytes, *, eight_bit: bool, utf8: bool) -> list[str]:
    """`eight_bit`: BODY=8BITMIME was said; `utf8`: SMTPUTF8 was."""
    return [
        *_lines(content),
        *_octets(content, eight_bit=eight_bit, utf8=utf8),
        *_head(content),
        *_read(content, utf8=utf8),
    ]


def read(content: bytes) -> EmailMessage:
    """A head in UTF-8 (RFC 6532) the library reads from text only."""
    message = message_from_string(content.decode(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _lines(content: bytes) -> Iterator[str]:
    if _BARE.search(content):
        yield "a bare CR or LF"
    if any(len(line) > LONGEST_LINE for line in content.split(b"\r\n")):
        yield "a line of more than 998 octets (RFC 5322 section 2.1.1)"


def _octets(content: bytes, *, eight_bit: bool, utf8: bool) -> Iterator[str]:
    head, _, body = content.partition(b"\r\n\r\n")
    if b"\0" in content:
        yield "a NUL"
    if not head.isascii() and not utf8:
        yield "a head that is not ASCII, without SMTPUTF8 (RFC 6531)"
    if not body.isascii() and not (eight_bit or utf8):
        yield "a body of 8 bit, without 8BITMIME (RFC 6152)"


def _head(content: bytes) -> Iterator[str]:
    lines = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    for line in lines:
        if not _FIELD.fullmatch(line):
            yield f"no line of a head: {line!r}"
        if len(line) > LONGEST_HEAD_LINE or (b"=?" in line and len(line) > 76):
            yield f"a line of the head that should be folded: {line!r}"
    counted = Counter(line.partition(b":")[0].lower().decode() for line in lines if line[:1] not in b" \t")
    yield from (f"{name} {counted[name.lower()]} times" for name in ONCE if counted[name.lower()] != 1)
    yield from (f"{name} more than once" for name in AT_MOST_ONCE if counted[name.lower()] > 1)


def _read(content: bytes, *, utf8: bool) -> Iterator[str]:
    allowed = NonASCIILocalPartDefect if utf8 else ()
    for part in read(content).walk():
        found = [
            *part.defects,
            *(defect for value in part.values() for defect in getattr(value, "defects", ())),
        ]
        yield from (f"{type(each).__name__}: {each}" for each in found if not isinstance(each, allowed))
