"""What `dawnline doctor` finds when it tries the outside world."""

from dataclasses import dataclass
from datetime import timedelta

MAX_SKEW = timedelta(seconds=30)
"""Clocks further apart than this make promised times and message times visibly disagree."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `text` says what is so or, where it is not `ok`, how to mend it."""

    about: str
    ok: bool
    text: str
