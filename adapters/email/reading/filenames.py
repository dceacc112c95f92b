"""Names of attached files, made safe to save under and to show. Pure rules.

What a name is dressed up with to look like another ("exe.<RLO>fdp" shows as "fdp.exe" turned round) and what
leads out of a folder is taken away.
"""

import re
import unicodedata

from adapters.email.reading.budget import Budget

LONGEST = 200
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u2028\u2029\u00ad]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""On Windows; elsewhere they are merely awkward."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe_name(name: str | None, budget: Budget) -> str | None:
    """A bare name of at most `LONGEST` characters; None if nothing is left of it."""
    if not name:
        return None
    straight = _TURNING.sub("", name)
    if straight != name:
        budget.note("a file name that turned the direction of writing: straightened")
    bare = _tidy(_without_folders(straight, budget))
    if _DEVICE.match(bare):
        bare = f"_{bare}"
    return _shortened(bare) or None


def _without_folders(name: str, budget: Budget) -> str:
    whole = name.replace("\\", "/").rstrip("/ ")
    _, slash, last = whole.rpartition("/")
    if slash:
        budget.note("a file name with folders in it: only its last part is kept")
    return last if slash else whole


def _tidy(name: str) -> str:
    """Control characters, line breaks and what cannot be seen are gone; Windows ignores dots at the end."""
    visible = "".join(" " if char in "\t\r\n" else char for char in _INVISIBLE.sub("", name))
    kept = "".join(char for char in visible if unicodedata.category(char) not in ("Cc", "Cs"))
    return " ".join(_FORBIDDEN.sub("_", kept).split()).strip(". ")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    extension = _EXTENSION.search(name)
    end = extension[0] if extension else ""
    return name[: LONGEST - len(end)].rstrip(". ") + end
