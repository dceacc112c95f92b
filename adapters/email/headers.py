"""Lines of a mail's head, written so that every program reads back what was meant, and nothing else.

They are folded here (RFC 5322 section 2.2.3) and encoded (RFC 2047): the standard library folds long
Message-IDs into encoded words, and unquotes some names.
"""

import base64
import re
from collections.abc import Iterable, Iterator

FOLD = "\r\n "
# What can begin a new line, or can be in no line at all.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_LONGEST_ID = 900
_LINE, _LONGEST_WORD, _LONGEST_NAME = 60, 200, 60
_OCTETS = 39
"""Of one encoded word: with the name of its field before it, the line keeps to RFC 2047's 76 characters."""


def one_line(text: str) -> str:
    """All of it in one line, with single spaces."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def shortened(line: str, length: int) -> str:
    return line if len(line) <= length else f"{line[: length - 1]}…"


def is_message_id(text: str) -> bool:
    return len(text) <= _LONGEST_ID and _MESSAGE_ID.fullmatch(text) is not None


def unstructured(text: str) -> str:
    """A Subject. Reads back as `one_line(text)`."""
    line = one_line(text)
    plain = line.isascii() and "=?" not in line
    if plain and all(len(word) <= _LONGEST_WORD for word in line.split()):
        return FOLD.join(_lines(line.split()))
    return _encoded(line)


def mailbox(name: str, address: str) -> str:
    """An address with the name of whom it is (RFC 5322 section 3.4)."""
    line = one_line(name)
    if not line:
        return address
    if line.isascii() and "=?" not in line and len(line) <= _LONGEST_NAME:
        escaped = re.sub(r'(["\\])', r"\\\1", line)
        return f'"{escaped}"{FOLD}<{address}>'
    return f"{_encoded(line)}{FOLD}<{address}>"


def one_a_line(items: Iterable[str], separator: str = "") -> str:
    """Message-IDs, or addresses with a comma as `separator`."""
    return f"{separator}{FOLD}".join(items)


def _lines(words: list[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) >= _LINE:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


def _encoded(line: str) -> str:
    words = (base64.b64encode(piece.encode()).decode() for piece in _pieces(line))
    return FOLD.join(f"=?utf-8?B?{word}?=" for word in words)


def _pieces(line: str) -> Iterator[str]:
    """Whole characters, at most `_OCTETS` of them in UTF-8."""
    start, size = 0, 0
    for place, letter in enumerate(line):
        octets = len(letter.encode())
        if size + octets > _OCTETS:
            yield line[start:place]
            start, size = place, 0
        size += octets
    yield line[start:]
