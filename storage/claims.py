"""Who claims, and how the database is told to pass over what somebody else is just changing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claims:
    """`worker` holds what is claimed. `skip_locked` is the store's words for it; SQLite has and needs
    none."""

    worker: str
    skip_locked: str = ""
