"""The header block of a mail or of a part, as bytes: which fields there are, and where the body begins.

RFC 5322 section 2.2, and what is found in its place: lines that are no field, missing blank lines, folding
in strange places, any line ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.email.reading.budget import Budget

_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,100}+)[ \t]*:[ \t]*")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|received|message-id|mime-version|return-path|reply-to|content-[a-z-]+"
    rb"|x-[a-z0-9-]+|dkim-signature|references|in-reply-to)[ \t]*:",
    re.IGNORECASE,
)
MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """`name` as written; `value` unfolded (RFC 5322 section 2.2.3), not decoded."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """`fields` from top to bottom, `body`: where the body begins in the mail."""

    fields: tuple[Field, ...]
    body: int

    def get(self, name: str) -> bytes | None:
        """The first of that name, which is given in lower case."""
        return next((field.value for field in self.fields if field.name.lower() == name), None)


def read_block(raw: bytes, start: int, end: int, budget: Budget) -> Block:
    """The header block that begins at `start`, and its body, which ends at `end`."""
    first = _LINE_END.match(raw, start, end)
    if first:
        return Block((), first.end())
    blank = _BLANK.search(raw, start, end)
    stop, body = (blank.start(), blank.end()) if blank else (end, end)
    if stop - start > budget.limits.header:
        budget.note(f"header of more than {budget.limits.header} bytes: the rest of it is left out")
        stop = start + budget.limits.header
    return _lines_read(raw, start, stop, body, budget)


def _lines_read(raw: bytes, start: int, stop: int, body: int, budget: Budget) -> Block:
    lines = raw[start:stop].splitlines(keepends=True)
    fields: list[tuple[str, list[bytes]]] = []
    at = start
    for number, line in enumerate(lines):
        found = _FIELD.match(line)
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(line.strip(b"\r\n"))
        elif found:
            fields.append((found[1].decode("ascii"), [line[found.end() :].rstrip(b"\r\n")]))
        elif _is_noise(lines, number):
            budget.note("a line in the header that is no field: ignored")
        else:
            budget.note("no blank line between header and body")
            return Block(tuple(_joined(fields, budget)), at)
        at += len(line)
    return Block(tuple(_joined(fields, budget)), body)


def _is_noise(lines: list[bytes], number: int) -> bool:
    """Known fields go on behind it; otherwise the body has begun."""
    if lines[number].startswith((b"From ", b">From ")):
        return True
    following = lines[number + 1] if number + 1 < len(lines) else b""
    return _KNOWN.match(following) is not None


def _joined(fields: list[tuple[str, list[bytes]]], budget: Budget) -> Iterator[Field]:
    if len(fields) > MOST_FIELDS:
        budget.note(f"more than {MOST_FIELDS} header fields: the rest is left out")
    for name, lines in fields[:MOST_FIELDS]:
        yield Field(name, b"".join(lines))
