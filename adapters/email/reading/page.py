"""The plain lines that a page of HTML amounts to, while it is being read."""

import re
from dataclasses import dataclass, field

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = re.compile("[\u034f\u200b\u200c\u200d\u2060\u00ad\ufeff\u2007\u00a0 ]+")
"""What newsletters fill up their previews with; a line of nothing else is blank."""
RULE = "_" * 32


@dataclass(slots=True)
class Page:
    """`quotes`: how deep in quotations; `pre`: how deep in what keeps its line breaks. `length`: characters
    so far."""

    done: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    quotes: int = 0
    pre: int = 0
    cell: bool = False
    """A table's cell begins with the next words."""
    length: int = 0

    def say(self, text: str) -> None:
        if self.pre:
            self._say_as_it_is(text)
            return
        plain = _BLANKS.sub(" ", text)
        if not self.words or self.words[-1].endswith(" "):
            plain = plain.lstrip(" ")
        if plain:
            self._add(plain)

    def _say_as_it_is(self, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if first:
            self._add(first)
        for each in others:
            self.end_line()
            if each:
                self._add(each)

    def _add(self, text: str) -> None:
        if self.cell and text.strip():
            self.cell = False
            if any(word.strip() for word in self.words):
                self.words.append(" | ")
        self.words.append(text)
        self.length += len(text)

    def end_line(self) -> None:
        """Also when nothing stands in it."""
        line = "".join(self.words)
        if not line.isascii():
            line = line.replace("\u00a0", " ") if _UNSEEN.sub("", line) else ""
        text = line.rstrip()
        self.done.append(("> " * self.quotes + text).rstrip(" "))
        self.words = []
        self.length += 2 * self.quotes + 1

    def block(self) -> None:
        """What follows stands on a line of its own."""
        if self.words and not "".join(self.words).strip(" "):
            self.words = []
        if self.words:
            self.end_line()

    def paragraph(self) -> None:
        """What follows has a blank line above it."""
        self.block()
        if self.done and self.done[-1].strip("> "):
            self.end_line()

    def rule(self) -> None:
        self.block()
        self.words = [RULE]
        self.end_line()

    def text(self) -> str:
        """Never more than one blank line in a row."""
        self.block()
        lines: list[str] = []
        for line in self.done:
            if line.strip("> ") or (lines and lines[-1].strip("> ")):
                lines.append(line)
        return "\n".join(lines).strip("\n")
