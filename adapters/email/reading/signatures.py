"""Where the sender's words end: above a signature, a program's own line, a disclaimer. Pure rules."""

import re
from collections.abc import Sequence

from adapters.email.reading.attributions import LONGEST
from adapters.email.reading.phrases import CONFIDENTIAL, DEVICES
from adapters.email.reading.phrases.finding import of_all, plain

_LONGEST_SIGNATURE = 15
"""Lines."""
_LONGEST_DISCLAIMER = 60
_LONGEST_LINE = 2_000
_SHORTEST_DISCLAIMER = 25
_AT_MOST = 10
"""Things below one another. Nobody signs more often."""
_ENDS_OF_SENTENCES = (".", "!", "?", "。", "！", "？")
_MOBILE = tuple(tuple(each.split("*")) for each in of_all("mobile"))
_DEVICES = frozenset(DEVICES.split())
_NO_SPACES = tuple(device for device in _DEVICES if ord(device[0]) > 0x2E80)
_LEGAL = of_all("legal")
_RULE = re.compile(r"[-_=*—─]{3,}")
_LINK = re.compile(r"[<(\[][^<>()\[\]]*[>)\]]")
_NOT_A_WORD = re.compile(r"[^\w'’.-]+")


def words_end(lines: Sequence[str], start: int, end: int) -> int:
    """Of lines `start` up to `end`: where those end that the sender wrote."""
    for _ in range(_AT_MOST):
        end = _above_blanks(lines, start, end)
        shorter = min(
            above(lines, start, end) for above in (_above_program, _above_signature, _above_disclaimer)
        )
        if shorter == end:
            break
        end = shorter
    return _above_blanks(lines, start, end)


def _above_blanks(lines: Sequence[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _above_signature(lines: Sequence[str], start: int, end: int) -> int:
    """RFC 3676 section 4.3: "-- ". Where a program took its space away, what follows has to look like one."""
    for place in range(end - 1, max(end - _LONGEST_SIGNATURE - 2, start - 1), -1):
        line = lines[place].replace("\xa0", " ")
        if line == "-- ":
            return place
        if line == "--" and place > start and _looks_signed(lines[place - 1], lines[place + 1 : end]):
            return place
    return end


def _looks_signed(above: str, below: Sequence[str]) -> bool:
    """A paragraph of its own, of short lines that are no sentences."""
    short = all(len(line) <= 60 and not line.rstrip().endswith(_ENDS_OF_SENTENCES) for line in below)
    return not above.strip() and short and sum(bool(line.strip()) for line in below) <= 6


def _above_program(lines: Sequence[str], start: int, end: int) -> int:
    """ "Sent from my iPhone"."""
    return end - 1 if end > start and _is_program(lines[end - 1]) else end


def _is_program(line: str) -> bool:
    if len(line) > LONGEST:
        return False
    words = plain(_LINK.sub(" ", line)).strip(" .。*_-|")
    return len(words) <= 80 and any(_names_device(words, each) for each in _MOBILE)


def _names_device(words: str, form: tuple[str, ...]) -> bool:
    """`form`: what stands before the device, and what after it. A sentence has more words than devices."""
    before, after = form
    if not (words.startswith(before) and words.endswith(after)) or len(words) < len(before) + len(after):
        return False
    named = words[len(before) : len(words) - len(after)]
    parts = _NOT_A_WORD.split(named)
    known = sum(part in _DEVICES for part in (*parts, after.strip()))
    return known * 3 >= len(parts) or (len(named) <= 20 and any(device in named for device in _NO_SPACES))


def _above_disclaimer(lines: Sequence[str], start: int, end: int) -> int:
    """The last paragraph, or all that is below a rule, if it begins as they do and speaks of secrecy."""
    lowest = max(start, end - _LONGEST_DISCLAIMER)
    paragraph = end
    while paragraph > lowest and lines[paragraph - 1].strip() and not _is_rule(lines[paragraph - 1]):
        paragraph -= 1
    rules = (place for place in range(lowest, end) if _is_rule(lines[place]))
    return next((each for each in (*rules, paragraph) if _is_disclaimer(lines[each:end])), end)


def _is_disclaimer(below: Sequence[str]) -> bool:
    worded = [line for line in below if line.strip() and not _is_rule(line)]
    if not worded or not plain(worded[0][:LONGEST]).strip("*_ \"'([").startswith(_LEGAL):
        return False
    words = plain(" ".join(line[:_LONGEST_LINE] for line in worded))
    return len(words) >= _SHORTEST_DISCLAIMER and any(phrase in words for phrase in CONFIDENTIAL)


def _is_rule(line: str) -> bool:
    return len(line) <= LONGEST and bool(_RULE.fullmatch(line.strip()))
