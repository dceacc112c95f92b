"""The new words of a mail: without what it quotes, what a program added, and the signature. Pure rules.

When in doubt words are kept: a quote too many is read over, a lost word is lost. What is quoted with ">" can
be told from what is not, so words between and below such quotes stay. What is quoted without it (Outlook, QQ
Mail, 163, Yahoo) goes on to the mail's end, unless the sender says that there are answers in it, or wrote
nothing above it.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from adapters.email.reading.attributions import is_marked
from adapters.email.reading.marks import Mark, marks
from adapters.email.reading.phrases.finding import any_of, of_all
from adapters.email.reading.quoted import Span, quoted
from adapters.email.reading.signatures import words_end

_ROUNDS = 6
"""What is left when a quote is gone may be a quote again. Whatever needs more rounds is no mail program's."""
_LINES, _CHARACTERS = 10_000, 250_000
"""Quotes are looked for within these. Below them everything is kept, unless it is part of one."""
_SAYS_BELOW = any_of(of_all("below"))
_SAID_WITHIN = 4_000


def new_text(text: str, *, is_reply: bool) -> str:
    """A mail that answers nothing is new as a whole, also what it forwards."""
    lines = _trimmed(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(_settled(lines) if is_reply else lines)


def _settled(lines: list[str]) -> list[str]:
    """Taken away until nothing is left to take, so that new words are all new words."""
    left = lines
    for _ in range(_ROUNDS):
        before, left = left, _new(left)
        if left == before:
            return left
    return lines


def _new(lines: list[str]) -> list[str]:
    looked_at = _beginning(lines)
    found = list(_with_next(list(marks(looked_at)), len(looked_at)))
    told = [mark for mark, following in found if _tells(looked_at, mark, following)]
    untold = (mark for mark, following in found if not _tells(looked_at, mark, following))
    cut = _cut(looked_at, next(untold, None), told)
    end = len(lines) if cut is None else cut
    taken = [(mark.start, mark.end) for mark in told if mark.end <= end]
    quotes = quoted(looked_at[:end], taken)
    return _joined(lines, [*sorted([*taken, *quotes]), (end, len(lines))])


def _beginning(lines: list[str]) -> list[str]:
    ends = accumulate(len(line) + 1 for line in lines[:_LINES])
    return lines[: sum(end <= _CHARACTERS for end in ends)]


def _with_next(found: Sequence[Mark], end: int) -> Iterator[tuple[Mark, int]]:
    """Each mark, and where the next one begins."""
    return zip(found, [*(mark.start for mark in found), end][1:], strict=True)


def _tells(lines: Sequence[str], mark: Mark, following: int) -> bool:
    """Whether what `mark` stands above is quoted with ">"."""
    if mark.words_may_follow:
        return any(is_marked(line) for line in lines[mark.end : following])
    return is_marked(next((line for line in lines[mark.end : following] if line.strip()), ""))


def _cut(lines: Sequence[str], mark: Mark | None, told: Sequence[Mark]) -> int | None:
    """Where a quote begins that has no ">" and goes on to the end. None as well if the sender wrote nothing
    above it, or says to look below; unless there is nothing below to lose."""
    if mark is None:
        return None
    known = {place for each in told for place in range(each.start, each.end)}
    own = (place for place in range(mark.start) if place not in known and not is_marked(lines[place]))
    said = "\n".join(lines[place] for place in own)
    if not any(line.strip() for line in lines[mark.end :]):
        return mark.start
    return mark.start if said.strip() and not _SAYS_BELOW.search(said[-_SAID_WITHIN:].casefold()) else None


def _joined(lines: Sequence[str], taken: Sequence[Span]) -> list[str]:
    """What stands between, each piece without what is below its words, with a blank line between pieces."""
    joined: list[str] = []
    for start, end in _between(taken):
        piece = _trimmed(lines[start : words_end(lines, start, end)])
        joined += ["", *piece] if joined and piece else piece
    return joined


def _between(taken: Sequence[Span]) -> Iterator[Span]:
    """`taken` is in order and ends with a span that reaches the end."""
    place = 0
    for start, end in taken:
        if start > place:
            yield place, start
        place = max(place, end)


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at either end."""
    worded = [place for place, line in enumerate(lines) if line.strip()]
    return list(lines[worded[0] : worded[-1] + 1]) if worded else []
