"""Which domains belong together (RFC 7489 section 3.1, relaxed alignment). Pure rules.

The public suffix list would say which domains are sold below; it changes weekly and is a dependency. Here a
domain speaks for its subdomains and they for it, unless it is one under which anybody may register.
"""

import re

_ANYBODYS = re.compile(
    r"(?:ac|ad|co|com|edu|ed|firm|gen|go|gob|gouv|gov|gv|id|ind|info|ltd|me|mil|ne|net|nhs|nom|or|org|plc|police"
    r"|re|sch|school|store|web)\.[a-z]{2}"
    r"|(?:eu|uk|us|de|jp|cn|gb|br|ru|za|in|co|com|net|org)\.(?:com|net|org)"
)
"""co.uk, com.cn, or.jp and the like: a country's domain with a general word before it."""


def are_aligned(one: str, other: str) -> bool:
    """Whether they are the same, or one is below the other and that one is somebody's own."""
    shorter, longer = sorted((_bare(one), _bare(other)), key=len)
    if not shorter or not longer:
        return False
    if shorter == longer:
        return True
    return longer.endswith(f".{shorter}") and "." in shorter and not _ANYBODYS.fullmatch(shorter)


def domain_of(address: str | None) -> str:
    """In lower case; "" if there is none. A bare domain is its own."""
    return _bare((address or "").rpartition("@")[2])


def _bare(domain: str) -> str:
    return domain.strip().strip("<>\"'").rstrip(".").lower()
