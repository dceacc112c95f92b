"""Plain text as it is meant: line ends, and lines that format=flowed has broken (RFC 3676). Pure rules."""

import re
from itertools import takewhile

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SIGNATURE = "-- "


def tidy(text: str) -> str:
    """Line ends as \\n, no control characters but tab, no blank lines at the ends."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("", even).strip("\n").rstrip()


def unflowed(text: str, del_sp: bool) -> str:
    """Paragraphs put together again. `del_sp`: the space that marks a flowed line is not the text's
    (section 4, for languages without spaces)."""
    done: list[str] = []
    flows = False
    depth = 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        quotes = sum(1 for _ in takewhile(lambda char: char == ">", line))
        words = line[quotes:].removeprefix(" ")  # space-stuffed (section 4.4)
        if flows and quotes == depth and words != _SIGNATURE:
            done.append(words)
        else:
            done.append(_begun(quotes, words, is_first=not done))
        flows = words.endswith(" ") and words != _SIGNATURE
        if flows and del_sp:
            done[-1] = done[-1][:-1]
        depth = quotes
    return "".join(done)


def _begun(quotes: int, words: str, is_first: bool) -> str:
    mark = ">" * quotes + " " if quotes else ""
    return f"{'' if is_first else chr(10)}{mark}{words}"
