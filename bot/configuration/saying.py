"""The words of faults: values shown briefly, near misses, and where in a file something stands. Pure."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from difflib import get_close_matches
from reprlib import Repr
from typing import Any

Place = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxlevel = 2


def shown(value: object) -> str:
    """The value as the file has it, shortened; tables and lists by what they are."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return "a very large number"  # Python refuses to write out really large ones
    if isinstance(value, date | time):
        return value.isoformat()
    return _SHORT.repr(value)


def nearest(word: object, among: Collection[str]) -> str | None:
    """What somebody probably meant."""
    if not isinstance(word, str):
        return None
    folded = {each.casefold(): each for each in among}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.65)
    return folded[near[0]] if near else None


def did_you_mean(word: object, among: Collection[str]) -> str:
    """ "; did you mean 'senior'?", or nothing when there is no near miss."""
    near = nearest(word, among)
    return f"; did you mean {near!r}?" if near is not None and near != word else ""


def listed(words: Collection[str]) -> str:
    return ", ".join(map(_plain, words)) or "none"


def _plain(word: str) -> str:
    """As it is, unless it would disturb the line it is shown on."""
    return word if word.isprintable() else repr(word)


def key_of(place: Place, data: object) -> str:
    """`engineers[3] (mei).time_zone`: the place in `data` as a dotted path. Entries of lists are counted from
    0 and carry their own id or name, if they have one."""
    path = "".join(_steps(place, data))
    return path.removeprefix(".") or "the whole file"


def _steps(place: Place, data: object) -> Iterator[str]:
    for part in place:
        data = _inside(data, part)
        yield f"[{part}]{_label(data)}" if isinstance(part, int) else f".{_quoted(part)}"


def _inside(data: object, part: str | int) -> object:
    if isinstance(data, list) and isinstance(part, int):
        return data[part] if part < len(data) else None
    return data.get(part) if isinstance(data, Mapping) else None


def _label(entry: Any) -> str:
    names = (entry.get("id"), entry.get("name")) if isinstance(entry, Mapping) else ()
    name = next((each for each in names if isinstance(each, str) and each.strip()), None)
    return f" ({_plain(name[:40])})" if name else ""


def _quoted(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=not key.isprintable())
