"""The parts of a mail (RFC 2045, RFC 2046), as places in its bytes: nothing is copied.

A multipart is divided at its own boundary before its parts are looked at, so an inner one never swallows the
outer one's parts, however it ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.fields import Block, read_block
from adapters.email.reading.parameters import Parametrised, read_parameters
from adapters.email.reading.transfer import Span

_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}", re.ASCII)
_BOUNDARY_LINE = re.compile(rb"(?:\A|(?<=[\r\n]))--(\S[^\r\n]{0,200})\r?\n(?:content-|mime-)", re.IGNORECASE)
_SNIFFED = 64 * 1024
_WORDS_MATTER = 10
"""Vowels behind the last part from which on they are worth a defect."""


@dataclass(slots=True)
class Part:
    """`type` in lower case ("text/plain"), `body`: where its body is. `children`: of a multipart."""

    block: Block
    type: str
    parameters: dict[str, str]
    disposition: Parametrised
    body: Span
    children: list["Part"]

    @property
    def is_multipart(self) -> bool:
        return self.type.startswith("multipart/") and bool(self.children)


@dataclass(slots=True)
class Structure:
    """Reads parts out of `raw`."""

    raw: bytes
    charsets: Charsets
    budget: Budget

    def read(self, block: Block, end: int, depth: int = 0, default: str = "text/plain") -> Part:
        """The part whose body goes from its header to `end`. Raises OutOfTime."""
        content = read_parameters(block.get("content-type"), self.charsets)
        part = Part(
            block,
            self._type(content.value, default),
            content.parameters,
            read_parameters(block.get("content-disposition"), self.charsets),
            (block.body, end),
            [],
        )
        self.charsets.learn(content.parameters.get("charset"))
        if part.type.startswith("multipart/") or (
            depth == 0 and not content.value and self._is_divided(part)
        ):
            self._divide(part, depth)
        return part

    def _type(self, written: str, default: str) -> str:
        """RFC 2045 section 5.2: text/plain for what is no type at all."""
        bare = written.split(" ")[0].strip()
        if _TYPE.fullmatch(bare):
            return bare
        if written:
            self.budget.note(f"Content-Type {written[:60]!r} is no type: taken for {default}")
        return {"text": "text/plain", "html": "text/html"}.get(bare, default)

    def _is_divided(self, part: Part) -> bool:
        start, end = part.body
        return self.raw[start : min(end, start + 200)].lstrip().startswith(b"--") and bool(
            _BOUNDARY_LINE.search(self.raw, start, min(end, start + _SNIFFED))
        )

    def _divide(self, part: Part, depth: int) -> None:
        if depth >= self.budget.limits.depth:
            self.budget.note(f"parts within parts, more than {depth} deep: the inner ones are left out")
            return
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for start, end in self._spans(part):
            if not self.budget.takes_part():
                return
            block = read_block(self.raw, start, end, self.budget)
            part.children.append(self.read(block, end, depth + 1, default))
        if not part.children:
            self.budget.note(f"{part.type} without any parts: read as text")
            part.type = "text/plain"
        elif not part.type.startswith("multipart/"):
            part.type = "multipart/mixed"

    def _spans(self, part: Part) -> list[Span]:
        named = part.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        spans = self._between(part.body, named) if named else []
        if spans:
            return spans
        found = _BOUNDARY_LINE.search(self.raw, part.body[0], min(part.body[1], part.body[0] + _SNIFFED))
        if found is None:
            return []
        self.budget.note("the boundary between parts is not the one that is named" if named else _NO_BOUNDARY)
        return self._between(part.body, found[1].rstrip())

    def _between(self, body: Span, boundary: bytes) -> list[Span]:
        spans: list[Span] = []
        start: int | None = None
        for before, after, is_last in self._delimiters(body, boundary):
            if start is not None:
                spans.append((start, max(start, before)))
            start = None if is_last else after
            if len(spans) > self.budget.limits.parts:
                return spans
            if is_last:
                self._tell_of_rest(after, body[1])
                return spans
        if start is not None:
            self.budget.note("cut off: the last part has no end")
            spans.append((start, body[1]))
        return spans

    def _delimiters(self, body: Span, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
        """Where the text before a delimiter ends, where what follows begins, and whether it is the last."""
        wanted = b"--" + boundary
        at = body[0]
        while (found := self.raw.find(wanted, at, body[1])) >= 0:
            self.budget.check()
            at = found + len(wanted)
            before = self._line_end_before(found, body[0])
            following = _REST_OF_LINE.match(self.raw, at, body[1])
            if before is not None and following:
                at = following.end()
                yield before, at, following[1] is not None

    def _line_end_before(self, at: int, start: int) -> int | None:
        """The line end before a delimiter belongs to it. None if it does not begin a line."""
        if at == start:
            return at
        if self.raw[at - 1] not in b"\r\n":
            return None
        is_pair = at - 2 >= start and self.raw[at - 2 : at] == b"\r\n"
        return at - 2 if is_pair else at - 1

    def _tell_of_rest(self, start: int, end: int) -> None:
        rest = self.raw[start : min(end, start + 2_000)]
        if sum(map(rest.count, _VOWELS)) > _WORDS_MATTER:
            self.budget.note("text behind the last part: left out")


_NO_BOUNDARY = "no boundary between parts is named: found one"
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*+(?:\r\n|\n|\r|\Z)")
_VOWELS = [bytes((each,)) for each in b"aeiou"]
