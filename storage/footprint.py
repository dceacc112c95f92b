"""What statements look at and change, so far as it can be told from their texts and values.

Units that wait together look before any of them has written. Whoever looked at something that an earlier one
writes, or writes what that one writes too, must look again. A statement without a value that names something
concerns its whole tables. Something may be suspected for nothing; that only costs a second look.

A row that two statements name in different ways (a page by its key, and by its ticket) is not known to be
one. Whatever depends on it also reads or writes the ticket's own row, which has one name, or is fenced.
Two that write one row, as its key tells, are in each other's way whatever else they say of it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from storage.session import Statement

PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)")
_KEYED = re.compile(r"\bINSERT INTO ([a-z_]+)\b.*\bON CONFLICT \(([a-z_, ]+)\)", re.DOTALL)
_BEYOND = re.compile(r"[<>]=?\s*:([a-z_]+)")
NAMING = frozenset(
    [
        "conversation",
        "event_key",
        "message_id",
        "reply_to",
        "topic",
        "number",
        "ticket",
        "key",
        "name",
        "id",
        "customer",
        "value",
        "old",
        "new",
        "engineer",
        "assignee",
        "schedule",
        "scope",
        "worker",
        "duty",
    ]
)
"""Parameters whose value names what a statement is about. A test knows all the others by name."""


@lru_cache(maxsize=512)
def tables(sql: str) -> frozenset[str]:
    """Every table a statement reads or writes."""
    return frozenset(_TABLE.findall(sql))


@lru_cache(maxsize=512)
def names(sql: str) -> tuple[str, ...]:
    """A statement's parameters, in the order of their first use."""
    return tuple(dict.fromkeys(PARAMETER.findall(sql)))


@lru_cache(maxsize=512)
def _naming(sql: str) -> tuple[str, ...]:
    """Those that name what it is about; what is only less or more than a value may be anything."""
    beyond = frozenset(_BEYOND.findall(sql))
    return tuple(name for name in names(sql) if name in NAMING - beyond)


@lru_cache(maxsize=512)
def _adds_only(sql: str) -> bool:
    """It changes nothing that is there already: whoever does the same is not in its way."""
    return "DO NOTHING" in sql and sql.lstrip().startswith("INSERT")


@lru_cache(maxsize=512)
def _key(sql: str) -> tuple[str, ...]:
    """The table, then the columns by which a row it writes is told from others; nothing when that is not
    said, or not by parameters of the columns' names."""
    keyed = _KEYED.search(sql)
    columns = keyed[2].split(", ") if keyed else []
    return (keyed[1], *columns) if keyed and set(columns) <= set(names(sql)) else ()


def _row(statement: Statement) -> tuple[Any, ...]:
    """The row it writes; () for one that is not told by its key."""
    sql, values = statement
    key = _key(sql)
    return (key[0], *(values[name] for name in key[1:])) if key else ()


class Footprint:
    """What has been written, by table and by the values that name it."""

    def __init__(self) -> None:
        self._touched: set[str] = set()
        self._whole: set[str] = set()
        self._named: dict[tuple[str, Any], list[Mapping[str, Any]]] = {}
        self._rows: set[tuple[Any, ...]] = set()

    def touch(self, statements: Iterable[Statement]) -> None:
        for sql, values in statements:
            named = {name: values[name] for name in _naming(sql)}
            self._touched |= tables(sql)
            self._rows.add(_row((sql, values)))
            if not named:
                self._whole |= tables(sql)
            for table in tables(sql):
                for value in named.values():
                    self._named.setdefault((table, value), []).append(named)

    def concerns(self, statement: Statement) -> bool:
        """Whether what it answers or changes may be another thing after what was written."""
        sql, values = statement
        theirs = self._touched & tables(sql)
        if not theirs:
            return False
        named = {name: values[name] for name in _naming(sql)}
        row = _row(statement)
        if not named or not theirs.isdisjoint(self._whole) or (row and row in self._rows):
            return True
        same = (self._named.get((table, value), ()) for table in theirs for value in named.values())
        return any(_may_be_one(named, other) for others in same for other in others)

    def hinders(self, asked: Iterable[Statement], writes: Iterable[Statement]) -> bool:
        """Whether a unit that went by these questions to these writes must look again."""
        changes = (write for write in writes if not _adds_only(write[0]))
        return bool(self._touched) and (any(map(self.concerns, asked)) or any(map(self.concerns, changes)))


def _may_be_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Not when the same name stands for different things."""
    return all(other.get(name, value) == value for name, value in one.items())
