"""Message-ID, In-Reply-To, References (RFC 5322 section 3.6.4), also without their brackets. Pure rules."""

import re

_BRACKETED = re.compile(r"<([^<>]*+)>")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_BARE = re.compile(r"[^\s<>()\",;]{1,900}@[^\s<>()\",;]{1,900}")
LONGEST = 998
"""Characters: one line (RFC 5322 section 2.1.1)."""
MOST = 100


def first_id(value: str | None) -> str | None:
    """With its brackets and without any white space; None if there is none."""
    return next(iter(all_ids(value)), None)


def all_ids(value: str | None) -> tuple[str, ...]:
    """In order, each once. Bare ones count only where no brackets are used, and nothing else is said: an
    address in "jane@example.com's message of Monday" is no Message-ID."""
    if not value:
        return ()
    inside = [_BLANK.sub("", found) for found in _BRACKETED.findall(value)]
    if not inside:
        words = value.replace(",", " ").split()
        bare = [word.strip("<>") for word in words]
        inside = bare if bare and all(_BARE.fullmatch(word) for word in bare) else []
    return tuple(dict.fromkeys(f"<{each}>" for each in inside if 0 < len(each) < LONGEST))


def thread(references: str | None) -> tuple[str, ...]:
    """At most `MOST`: the mail that began it, and the latest."""
    found = all_ids(references)
    return found if len(found) <= MOST else (found[0], *found[1 - MOST :])
