"""Names of attached files, made safe to save under and to show, and a note of what was wrong with them. Pure
rules."""

import re

from adapters.email.reading.budget import Budget
from bot.filenames import bare_name, without_folders

_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def safe_name(name: str | None, budget: Budget) -> str | None:
    """A bare name (`bot.filenames`); None if nothing is left of it."""
    if not name:
        return None
    if _TURNING.search(name):
        budget.note("a file name that turned the direction of writing: straightened")
    if without_folders(name) != name.rstrip("/\\ "):
        budget.note("a file name with folders in it: only its last part is kept")
    return bare_name(name) or None
