"""Content-Transfer-Encoding (RFC 2045 section 6) undone, a piece at a time, whatever noise is in it.

Nothing here fails: what is no base64 is skipped, what is no quoted-printable stands for itself.
"""

import binascii
import re
from collections.abc import Callable, Iterator

from adapters.email.reading.budget import Budget

PIECE = 128 * 1024
_NOISE = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_LINE_ENDS = b"\r\n\t "
_SOFT_BREAK = re.compile(rb"=[ \t]*+(?:\r\n|\n|\r)")
_WRONG_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+[\r\n]|\Z)")

Span = tuple[int, int]
"""From and up to which byte of the mail."""
Pieces = Iterator[bytes]


def decoded_pieces(raw: bytes, span: Span, encoding: str, budget: Budget) -> Pieces:
    """The body's bytes. Raises OutOfTime."""
    return _decoder(encoding, budget)(raw, span, budget)


def _decoder(encoding: str, budget: Budget) -> Callable[[bytes, Span, Budget], Pieces]:
    name = encoding.strip().strip("\"';").lower().replace(" ", "-").replace("_", "-")
    if name == "base64" or name.startswith("base-64"):
        return _base64
    if name in ("quoted-printable", "quotedprintable", "qp", "quoted"):
        return _quoted_printable
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded
    if name not in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        budget.note(f"unknown transfer encoding {name[:40]!r}: taken as it is")
    return _as_it_is


def _as_it_is(raw: bytes, span: Span, budget: Budget) -> Pieces:
    for at in range(span[0], span[1], PIECE):
        budget.check()
        yield raw[at : min(at + PIECE, span[1])]


def _base64(raw: bytes, span: Span, budget: Budget) -> Pieces:
    """Padding in the middle ends one stretch of base64 and begins another: some gateways join them."""
    left = b""
    for piece in _as_it_is(raw, span, budget):
        clean = left + piece.translate(None, _NOISE)
        if len(clean) - len(left) + _count_of(piece, _LINE_ENDS) < len(piece):
            budget.note("characters in base64 that do not belong there: skipped")
        *ended, last = clean.split(b"=") if b"=" in clean else [clean]
        yield b"".join(_quads(stretch, budget) for stretch in ended)
        whole = len(last) - len(last) % 4
        yield binascii.a2b_base64(last[:whole])
        left = last[whole:]
    if left:
        budget.note("base64 without its padding or cut off")
        yield _quads(left, budget)


def _count_of(piece: bytes, characters: bytes) -> int:
    return sum(piece.count(bytes((each,))) for each in characters)


def _quads(stretch: bytes, budget: Budget) -> bytes:
    if len(stretch) % 4 == 1:
        budget.note("base64 cut off")
        stretch = stretch[:-1]
    return binascii.a2b_base64(stretch + b"=" * (-len(stretch) % 4))


def _quoted_printable(raw: bytes, span: Span, budget: Budget) -> Pieces:
    left = b""
    for piece in _as_it_is(raw, span, budget):
        joined = left + piece
        cut = _cut(joined)
        yield _unquoted(joined[:cut], budget)
        left = joined[cut:]
    yield _unquoted(left, budget)


def _cut(piece: bytes) -> int:
    """Where a piece may end without an escape or a soft break being torn."""
    line = piece.rfind(b"\n") + 1
    if line:
        return line
    sign = piece.rfind(b"=")
    return sign if sign > len(piece) - 4 else len(piece)


def _unquoted(piece: bytes, budget: Budget) -> bytes:
    if _WRONG_ESCAPE.search(piece):
        budget.note("wrong escapes in quoted-printable: left as they are")
    return binascii.a2b_qp(_SOFT_BREAK.sub(b"", piece))


def _uuencoded(raw: bytes, span: Span, budget: Budget) -> Pieces:
    for line in raw[span[0] : span[1]].splitlines():
        if line.startswith(b"begin ") or line in (b"end", b"`", b""):
            continue
        yield uudecoded_line(line)
        budget.check()


def uudecoded_line(line: bytes) -> bytes:
    """b"" for what is none. Trailing blanks that a program cut off are put back (as Python's uu does)."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        most = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:most])
    except binascii.Error:
        return b""
