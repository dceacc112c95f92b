"""Where a quote begins: an attribution, a line between dashes, or the quoted mail's header. Pure rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.email.reading.attributions import LONGEST, Attribution, attributions, is_marked
from adapters.email.reading.phrases.finding import any_of, of_all, plain

_FIELDS = {name: kind for kind in ("sender", "sent", "to", "subject") for name in of_all(kind)}
_ENOUGH = frozenset(("sender", "subject"))
_FIELD = re.compile(r"[|*_ ]*([^:：|\t]{1,30})[:：|\t]")
_BETWEEN_DASHES = frozenset((*of_all("original"), *of_all("forwarded")))
_DASHES = ("--", "__", "==", "**", "——")
_ABOVE = any_of(of_all("above"))
_RULE = re.compile(r"[-_=*—─]{5,}")
_OF_A_RAW_HEADER = re.compile(r"(?:received|message-id|return-path|mime-version|[a-z]+(?:-[a-z]+)+): ?")
"""Field names that no mail program shows: somebody pasted a header."""
_HOUR = re.compile(r"\d:\d\d|@|\d [시時时点]")
_LONGEST_HEADER = 40
_CONTINUED = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """Lines `start` up to `end`. `sure`: what follows is quoted even without ">". `words_may_follow`: before
    the first ">" (somebody wrote between "On ... wrote:" and the quote)."""

    start: int
    end: int
    sure: bool
    words_may_follow: bool


def marks(lines: Sequence[str]) -> Iterator[Mark]:
    """All of them outside ">", in order, none within another."""
    known = attributions(lines)
    place = 0
    while place < len(lines):
        mark = None if is_marked(lines[place]) else _mark(lines, place, known)
        if mark is not None:
            yield mark
        place = mark.end if mark else place + 1


def introduces(line: str) -> bool:
    """What follows was put there by the sender: "The log says:"."""
    return line.rstrip(" *").endswith((":", "：")) and not separates(line)


def separates(line: str) -> bool:
    """A line like "-----Original Message-----"."""
    if len(line) > LONGEST:
        return False
    words = plain(line)
    bare = words.strip("-—–_=*~<>#: ：")
    dashed = words.startswith(_DASHES) or words.endswith(_DASHES)
    announced = words.endswith((":", "：")) and bare in of_all("forwarded")
    return bare in _BETWEEN_DASHES and (dashed or announced)


def _mark(lines: Sequence[str], place: int, known: Mapping[int, Attribution]) -> Mark | None:
    found = known.get(place)
    if found is not None and (found.sure or is_marked("".join(lines[found.end : found.end + 2]).lstrip())):
        return Mark(place, found.end, found.sure, words_may_follow=True)
    return _separator(lines, place, known) or _header(lines, place)


def _separator(lines: Sequence[str], place: int, known: Mapping[int, Attribution]) -> Mark | None:
    """With the header or the attribution below it."""
    line = lines[place]
    if not separates(line) and not _asks_to_reply_above(line):
        return None
    below = _next(lines, place + 1)
    end = _header_end(lines, below, ruled=True)
    if end is None and below in known:
        end = known[below].end
    return Mark(place, end or place + 1, sure=True, words_may_follow=False)


def _asks_to_reply_above(line: str) -> bool:
    """Between signs: "##- Please type your reply above this line -##". People who speak of it write none."""
    words = plain(line[:LONGEST])
    return len(line) <= LONGEST and words[:2].strip("-#=*—_ ") == "" and bool(_ABOVE.search(words))


def _header(lines: Sequence[str], place: int) -> Mark | None:
    """From, Sent, To and Subject in a row, below a rule or not."""
    ruled = bool(_RULE.fullmatch(lines[place].strip()[:LONGEST]))
    first = _next(lines, place + 1) if ruled else place
    if first >= len(lines) or first > place + 2 or _is_pasted(lines, place, first):
        return None
    end = _header_end(lines, first, ruled=ruled)
    if end is None or (end < len(lines) and _OF_A_RAW_HEADER.match(plain(lines[end][:LONGEST]))):
        return None
    return Mark(place, end, sure=True, words_may_follow=False)


def _is_pasted(lines: Sequence[str], place: int, first: int) -> bool:
    """The sender said what it is, or it is in the midst of a raw header."""
    if _kind(lines[first]) is None:
        return True
    above = place - 1
    while above >= max(0, place - 2) and not lines[above].strip():
        above -= 1
    if above < 0 or is_marked(lines[above]):
        return False
    line = lines[above][-LONGEST:]
    return (introduces(line) and _kind(line) is None) or bool(_OF_A_RAW_HEADER.match(plain(line)))


def _header_end(lines: Sequence[str], first: int, *, ruled: bool) -> int | None:
    """Behind the last field; None when it is not enough for a mail's: From, Subject and another, or below a
    rule From and another, with an hour or an address in one of them. A journey has From and To as well."""
    kinds: set[str] = set()
    end, place = first, first
    while place < min(first + _LONGEST_HEADER, len(lines)) and place - end <= _CONTINUED:
        kind = _kind(lines[place])
        if kind is not None:
            kinds.add(kind)
            end = place + 1
        elif not kinds or is_marked(lines[place]):
            break
        place += 1
    told = any(_HOUR.search(line[:LONGEST]) for line in lines[first:end])
    if ruled:
        addressed = any("@" in line[:LONGEST] for line in lines[first:end])
        return end if "sender" in kinds and len(kinds) > 1 and (addressed or "subject" in kinds) else None
    return end if kinds >= _ENOUGH and len(kinds) > 2 and told else None


def _kind(line: str) -> str | None:
    """Of a header's field: sender, sent, to or subject."""
    found = _FIELD.match(line[:LONGEST].replace("&nbsp;", " ").strip())
    return _FIELDS.get(plain(found[1]).strip("*_ ")) if found else None


def _next(lines: Sequence[str], place: int) -> int:
    """The next line that is not blank, at most three further down; else the end."""
    for at in range(place, min(place + 4, len(lines))):
        if lines[at].strip(" |-"):
            return at
    return len(lines)
