"""What is copied: every table the desk keeps something in, as the source has it."""

import json
from dataclasses import dataclass

from storage.session import Row

LEFT_BEHIND = {
    "workers": "whoever is at work on the old store is not at work on the new one",
    "duties": "so nobody has a duty there",
}
"""Tables, and why nothing in them is copied."""
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`key`: the columns of the primary key, in its order. `columns` begin with them."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    def key_of(self, row: Row) -> Key:
        return row[: len(self.key)]

    @property
    def everything(self) -> str:
        return f"SELECT {', '.join(self.columns)} FROM {self.name}"  # noqa: S608 - a schema's own names

    @property
    def order(self) -> str:
        return f"ORDER BY {', '.join(self.key)}"


def table_of(name: str, columns: list[tuple[str, int]]) -> Table:
    """`columns`: each with its place in the primary key, from 1, or 0."""
    key = tuple(column for column, place in sorted(columns, key=lambda each: each[1]) if place)
    return Table(name, key, (*key, *(column for column, place in columns if not place)))


def key_text(key: Key) -> str:
    """Pure ASCII, whatever is in the key."""
    return json.dumps(key)


def key_from(text: str) -> Key:
    return tuple(json.loads(text))
