"""Files that old programs put into the text itself: begin 644 name ... end. Pure rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.email.reading.transfer import uudecoded_line

_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\n]{1,300})\n", re.MULTILINE)
_LINE = re.compile(r"[!-`][ -`]{0,90}")
_END = re.compile(r"(?:[`~ ]?\n)?end[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """`start` and `end`: where it stands in the text."""

    start: int
    end: int
    name: str
    data: bytes


def enclosed_files(text: str) -> Iterator[Enclosed]:
    """In order; line ends are \\n. Only what is uuencoded line by line up to its end."""
    at = 0
    while found := _BEGIN.search(text, at):
        at = found.end()
        read = _read(text, at)
        if read is not None:
            data, at = read
            yield Enclosed(found.start(), at, found[1].strip(), data)


def _read(text: str, at: int) -> tuple[bytes, int] | None:
    data: list[bytes] = []
    while at < len(text):
        end = _END.match(text, at)
        if end:
            return (b"".join(data), end.end()) if data else None
        line = _LINE.match(text, at)
        if line is None or text[line.end() : line.end() + 1] not in ("\n", ""):
            return None
        data.append(uudecoded_line(line[0].encode("ascii")))
        at = line.end() + 1
    return None
