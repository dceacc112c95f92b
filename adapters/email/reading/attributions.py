"""The line that a mail program writes above what it quotes: "On Mon, 4 May 2026, Ann <ann@x.example> wrote:".

Programs break it over as many as four lines. Pure rules.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.email.reading.phrases import OTHER_WROTE
from adapters.email.reading.phrases.finding import any_of, of_all, plain

LONGEST = 400
"""Characters. A longer line is prose."""
_BROKEN_INTO = 4
_ON = of_all("on")
_WROTE = any_of((*of_all("wrote"), *OTHER_WROTE))
_DATE = re.compile(r"(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{1,2}")
_TIME = re.compile(r"(?<!\d)\d{1,2} ?[:h시時时点點] ?\d\d(?!\d)|(?<!\w)klo?\.? \d{1,2}\.\d\d")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_ENDS_IN_ADDRESS = re.compile(r"[>)\]] ?[:：]$")
_ADDRESS_WROTE = re.compile(rf"[>)\]] (?:{_WROTE.pattern}) ?[:：]$")
_BEGINS_WITH_DAY = re.compile(r"[^\W\d]{1,14}\.?,? \d|\d")
_BEGINS_WITH_NAME = re.compile(r"[^\d<>@]{0,60}[<(\[] ?\S{1,100}@")
_DASHES = "-—–*_ "
_ENDS = (":", "：", "---")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Lines `start` up to `end`. `sure`: whatever follows is quoted, with or without ">". Else it has to have
    it, since people write "On 4 May at 10:22 the server wrote:" and paste a log."""

    start: int
    end: int
    sure: bool


def attributions(lines: Sequence[str]) -> dict[int, Attribution]:
    """By their first lines."""
    ends = (last for last, line in enumerate(lines) if line.rstrip(" *_").endswith(_ENDS))
    found = (each for last in ends if (each := _attribution(lines, last)))
    return {each.start: each for each in found}


def _attribution(lines: Sequence[str], last: int) -> Attribution | None:
    """The shortest that ends in line `last` and has the form; else that line if it has some of it."""
    for start in range(last, max(last - _BROKEN_INTO, -1), -1):
        if not lines[start].strip() or len(lines[start]) > LONGEST:
            break
        if is_marked(lines[start]) and not _closes_address(lines, start):
            break
        words = _words(lines, start, last)
        if _has_form(words):
            return Attribution(_beginning(lines, start), last + 1, bool(_ADDRESS.search(words)))
    if not is_marked(lines[last]) and _is_likely(_words(lines, last, last)):
        return Attribution(last, last + 1, sure=False)
    return None


def _closes_address(lines: Sequence[str], place: int) -> bool:
    """The line's ">" belongs to an address that is broken off above it."""
    above = lines[place - 1] if place else ""
    return above.rfind("<") > above.rfind(">")


def _words(lines: Sequence[str], start: int, last: int) -> str:
    return plain(" ".join(lines[start : last + 1])).strip(_DASHES)


def is_marked(line: str) -> bool:
    """Quoted with ">", maybe behind a space, as some programs do."""
    return line.lstrip(" ").startswith((">", "＞", "|>"))


def _has_form(words: str) -> bool:
    """A day, an hour or an address, and the verb; or all but the verb; or all but the year and the hour."""
    if len(words) > LONGEST or not _begins(words):
        return False
    time, address = _TIME.search(words), _ADDRESS.search(words)
    if not _DATE.search(words):
        return words.startswith(_ON) and any(map(str.isdigit, words)) and bool(_ADDRESS_WROTE.search(words))
    if _WROTE.search(words):
        return bool(time or address)
    return bool(time and address and _ENDS_IN_ADDRESS.search(words))


def _is_likely(words: str) -> bool:
    """If ">" follows: two of day, address and verb. "The server wrote:" is somebody's own, above a log."""
    if len(words) > LONGEST:
        return False
    return bool(_DATE.search(words)) + bool(_ADDRESS.search(words)) + bool(_WROTE.search(words)) > 1


def _begins(words: str) -> bool:
    """As one does: with "on", a day, or somebody's name and address. What stands before it is prose."""
    return bool(words.startswith(_ON) or _BEGINS_WITH_DAY.match(words) or _BEGINS_WITH_NAME.match(words))


def _beginning(lines: Sequence[str], start: int) -> int:
    """The line above belongs to it when it is a broken "On Mon, May 4,"."""
    if start == 0 or is_marked(lines[start - 1]):
        return start
    above = plain(lines[start - 1][:LONGEST])
    broken = above.startswith(_ON) and any(map(str.isdigit, above)) and len(above) <= 90
    return start - 1 if broken and not above.endswith((".", "!", "?", "。", ":", "：")) else start
