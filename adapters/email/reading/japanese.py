"""ISO-2022-JP as it is really sent. Pure rules.

RFC 1468 allows JIS X 0208 only; Windows also sends NEC's and IBM's rows (circled numbers, company signs) and
half-width kana under that name (Microsoft's code page 50221). Its double bytes are those of Shift_JIS in
another arrangement, and Windows' Shift_JIS (cp932) has these rows.
"""

import re

_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\([@BD]|\([BJIH])|([\x0e\x0f])")
_DOUBLE = (b"$@", b"$B", b"$(@", b"$(B")
_KANA = b"(I"


def decode_japanese(data: bytes) -> str | None:
    """None if something in it is neither in the standard nor in Windows' charset."""
    for codec in ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3"):
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    try:
        return "".join(_runs(data)) if data.isascii() else None
    except UnicodeError:
        return None


def _runs(data: bytes) -> list[str]:
    """Each run between two shifts. Raises UnicodeError."""
    found, start, shift = [], 0, b"(B"
    for each in _SHIFT.finditer(data):
        found.append(_run(data[start : each.start()], shift))
        start, shift = each.end(), each[1] or (_KANA if each[2] == b"\x0e" else b"(B")
    return [*found, _run(data[start:], shift)]


def _run(data: bytes, shift: bytes) -> str:
    if shift in _DOUBLE:
        return b"".join(_shift_jis(data[at], data[at + 1]) for at in range(0, len(data) - 1, 2)).decode(
            "cp932"
        )
    if shift == _KANA:
        return bytes(each | 0x80 for each in data).decode("cp932")
    return data.decode("ascii")


def _shift_jis(high: int, low: int) -> bytes:
    """The same character in Shift_JIS. Line ends inside a run stand for themselves."""
    if high < 0x21 or low < 0x21:
        return bytes((high, low))
    row = (high - 0x21) // 2
    lead = row + (0x81 if row < 0x1F else 0xC1)
    if high % 2:
        return bytes((lead, low + (0x1F if low < 0x60 else 0x20)))
    return bytes((lead, low + 0x7E))
