"""What servers answer to FETCH, in whatever order and form they say it."""

from datetime import UTC, datetime

import pytest
from adapters.email.imap.answers import Head, Part, body, head

AT = datetime(2026, 11, 25, 8, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([b'3 (UID 7 INTERNALDATE "25-Nov-2026 09:45:00 +0100" RFC822.SIZE 120)'], Head(120, AT)),
        ([b'3 (RFC822.SIZE 120 INTERNALDATE "25-Nov-2026 08:45:00 +0000" UID 7)'], Head(120, AT)),
        (
            [b'3 (uid 7 rfc822.size 120 internaldate " 5-Nov-2026 08:45:00 +0000")'],
            Head(120, AT.replace(day=5)),
        ),
        ([b"9 (FLAGS (\\Seen))", b"3 (UID 7 RFC822.SIZE 120)"], Head(120, None)),
        ([b"9 (UID 77 RFC822.SIZE 9)", b"3 (UID 7 RFC822.SIZE 120)"], Head(120, None)),
        ([b'3 (UID 7 RFC822.SIZE 120 INTERNALDATE "99-Nov-2026 08:45:00 +0000")'], Head(120, None)),
        ([b'3 (UID 7 RFC822.SIZE 120 INTERNALDATE "yesterday")'], Head(120, None)),
        ([b"9 (UID 77 RFC822.SIZE 9)"], None),
        ([b"3 (UID 7 FLAGS ())"], None),
        ([None], None),
        ([], None),
    ],
)
def test_head(parts: list[Part], found: Head | None) -> None:
    assert head(parts, 7) == found


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([(b"3 (UID 7 BODY[] {5}", b"From:"), b")"], b"From:"),
        ([(b"3 (BODY[]<0> {5}", b"From:"), b" UID 7)"], b"From:"),
        ([b"9 (FLAGS (\\Seen))", (b"3 (body[] {5}", b"From:"), b")"], b"From:"),
        ([b'3 (UID 7 BODY[] "")'], b""),
        ([b'3 (UID 7 BODY[]<0> "a \\"b\\" \\\\")'], b'a "b" \\'),
        ([b"3 (UID 7 BODY[] NIL)"], None),
        ([b"9 (FLAGS (\\Seen))"], None),
        ([None], None),
    ],
)
def test_body(parts: list[Part], found: bytes | None) -> None:
    assert body(parts) == found
