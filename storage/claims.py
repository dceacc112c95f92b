"""Who claims, and how the database is told to pass over what somebody else is just changing."""

from dataclasses import dataclass

BY_KEY = "key = :key AND coalesce(token, 0) = :token"
"""What is held under a lease, found by its key. Without `coalesce` PostgreSQL may go by an index of what is
held, for such an index is short; in a storm it is so no longer, and statistics tell only minutes later."""


@dataclass(frozen=True, slots=True)
class Claims:
    """`worker` holds what is claimed. `skip_locked` is the store's words for it; SQLite has and needs
    none."""

    worker: str
    skip_locked: str = ""
