"""The tables, as numbered scripts that only ever go forward.

`0007_name.sql` may run while workers of the version before are still at work (it only adds);
`0008_name.after.sql` may run only when none is (it takes away what they used).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

BEFORE, AFTER = "before", "after"
_MADE = re.compile(
    r"^\s*(CREATE|DROP) (?:UNIQUE )?(?:TABLE|INDEX|SEQUENCE) (?:IF (?:NOT )?EXISTS )?(\w+)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Script:
    """`phase`: BEFORE the new code runs everywhere, or AFTER."""

    number: int
    name: str
    phase: str
    text: str

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


def scripts_of(package: str) -> tuple[Script, ...]:
    """In the order of their numbers, which have no gaps."""
    found = sorted(
        (each for each in files(package).iterdir() if each.name.endswith(".sql")), key=lambda each: each.name
    )
    return tuple(
        _script(number, each.name, each.read_text(encoding="utf-8")) for number, each in enumerate(found, 1)
    )


def _script(number: int, file: str, text: str) -> Script:
    named, _, name = file.removesuffix(".sql").partition("_")
    if int(named) != number:
        raise ValueError(f"{file}: the script after {number - 1:04} must be {number:04}")
    phase = AFTER if name.endswith(".after") else BEFORE
    return Script(number, name.removesuffix(".after"), phase, text)


def made_by(scripts: Iterable[Script]) -> frozenset[str]:
    """The names of the tables, indexes and sequences that are there when these have run."""
    there: set[str] = set()
    for script in scripts:
        for verb, name in _MADE.findall(script.text):
            (there.add if verb == "CREATE" else there.discard)(name)
    return frozenset(there)
