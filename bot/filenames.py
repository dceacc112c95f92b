"""Names of files as others gave them, made safe to show and to save under. Pure rules.

What a name is dressed up with to look like another ("exe.<RLO>fdp" shows as "fdp.exe" turned round), what
cannot be seen and what leads out of a folder is taken away.
"""

import re
import unicodedata

LONGEST = 200
"""Characters."""
LONGEST_ENCODED = 240
"""Bytes in UTF-8: file systems end at 255, and whoever saves it twice gets " (1)" on top."""
NAMELESS = "file"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Controls; unseen marks, among them those that turn the direction of writing; half characters."""
_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""On Windows; elsewhere they are merely awkward."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]) *(?:\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe_name(name: str) -> str:
    """A bare name of at most `LONGEST` characters and `LONGEST_ENCODED` bytes, never empty."""
    return bare_name(name) or NAMELESS


def bare_name(name: str) -> str:
    """The same; "" if nothing is left."""
    tidy = _tidy(without_folders(_seen(name)))
    return _shortened(f"_{tidy}" if _DEVICE.match(tidy) else tidy)


def without_folders(name: str) -> str:
    """Its last part, whichever system's path it is."""
    return name.replace("\\", "/").rstrip("/ ").rpartition("/")[2]


def _seen(name: str) -> str:
    """White space of every kind stays white space; then what looks alike is written alike."""
    spaced = "".join(" " if char.isspace() else char for char in name)
    return unicodedata.normalize("NFC", "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN))


def _tidy(name: str) -> str:
    """Windows ignores dots and spaces at the end; others hide what begins with a dot."""
    return " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")


def _shortened(name: str) -> str:
    """The extension stays: people tell by it what they save."""
    if len(name) <= LONGEST and len(name.encode()) <= LONGEST_ENCODED:
        return name
    extension = _EXTENSION.search(name)
    end = extension[0] if extension else ""
    stem = name[: LONGEST - len(end)].encode()[: LONGEST_ENCODED - len(end)]
    return stem.decode(errors="ignore").rstrip(". ") + end
