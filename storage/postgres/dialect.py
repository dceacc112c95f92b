"""The rooms' SQL as PostgreSQL takes it: one by one, or many of one text as one statement over arrays.

The set forms are made from the text alone. A question becomes a LATERAL subquery of the values; an INSERT
selects its VALUES from them; an UPDATE or DELETE joins them. Where a form does not exist (a LIMIT cannot
vary, a row may change only once) there is none, and the statements go one by one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from storage.footprint import PARAMETER, names

_INSERT = re.compile(r"\s*(INSERT INTO .*?)\bVALUES \(([^()]*)\)(.*)", re.DOTALL)
_TARGET = re.compile(r"ON CONFLICT \(([a-z_, ]+)\)\s+DO UPDATE")
_COLUMNS = re.compile(r"INSERT INTO [a-z_]+ \(([^()]*)\)")
_UPDATE = re.compile(r"\s*(UPDATE .*?)\bWHERE\b(.*)", re.DOTALL)
_DELETE = re.compile(r"\s*(DELETE FROM .*?)\bWHERE\b(.*)", re.DOTALL)

# Else a question without a LIMIT is made a join, which may read a whole table.
_APART = " OFFSET 0"

_ESCAPE, _NUL = "\uf8f0", "\0"
_CODE = {_ESCAPE: _ESCAPE + "e", _NUL: _ESCAPE + "0"}
_MEANING = {written: meant for meant, written in _CODE.items()}
_ODD = re.compile(f"[{_ESCAPE}{_NUL}]")
_WRITTEN = re.compile(f"{_ESCAPE}[e0]")


def to_text(value: Any) -> Any:
    """PostgreSQL holds any character but U+0000: that is written with a private one, which is then
    doubled."""
    if isinstance(value, str) and (_NUL in value or _ESCAPE in value):
        return _ODD.sub(lambda found: _CODE[found[0]], value)
    return value


def from_text(value: Any) -> Any:
    if isinstance(value, str) and _ESCAPE in value:
        return _WRITTEN.sub(lambda found: _MEANING[found[0]], value)
    return value


@lru_cache(maxsize=512)
def single(sql: str) -> str:
    """With `$1`, `$2` in the place of `:names`; a name used twice is one parameter."""
    places = {name: f"${number}" for number, name in enumerate(names(sql), start=1)}
    return PARAMETER.sub(lambda found: places[found[1]], sql)


def arguments(sql: str, values: Mapping[str, Any]) -> list[Any]:
    return [to_text(values[name]) for name in names(sql)]


def arrays(sql: str, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    return [_texts([row[name] for row in rows]) for name in names(sql)]


def _texts(column: list[Any]) -> list[Any]:
    """As `to_text` of each, most of whom need none of it."""
    together = "".join([each for each in column if isinstance(each, str)])
    return [to_text(each) for each in column] if _ODD.search(together) else column


@dataclass(frozen=True, slots=True)
class SetForm:
    """`sql` takes an array for each parameter of the statement it was made of. `once`: the parameters that
    tell the rows it changes apart; no two of a set may have the same there."""

    sql: str
    once: tuple[str, ...] = ()

    def sets(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
        """The rows in their order, in as few sets as may be."""
        chosen: list[Mapping[str, Any]] = []
        there: set[tuple[Any, ...]] = set()
        for row in rows:
            key = tuple(row[name] for name in self.once)
            if self.once and key in there:
                yield chosen
                chosen, there = [], set()
            chosen.append(row)
            there.add(key)
        yield chosen


def set_form(sql: str, types: Sequence[str]) -> SetForm | None:
    """The statement over arrays of these types (one for each of its parameters), or None."""
    used = names(sql)
    if not used or "LIMIT :" in sql:
        return None
    columns = {name: f"p.a{number}" for number, name in enumerate(used)}
    given = ", ".join(f"${number}::{each}[]" for number, each in enumerate(types, start=1))
    named = ", ".join(f"a{number}" for number in range(len(used)))
    text = _over(sql, PARAMETER.sub(lambda found: columns[found[1]], sql), f"unnest({given})", named)
    return None if text is None else SetForm(text, _once(sql))


def _over(sql: str, replaced: str, values: str, named: str) -> str | None:
    if sql.lstrip().startswith("SELECT"):
        return (
            f"SELECT p.i, q.* FROM {values} WITH ORDINALITY AS p({named}, i) "  # noqa: S608 - texts of our own
            f"CROSS JOIN LATERAL ({replaced}{_APART}) AS q"
        )
    if (insert := _INSERT.match(replaced)) and ":" not in insert[3]:
        return (
            f"{insert[1]} SELECT {insert[2]} FROM {values} WITH ORDINALITY AS p({named}, i) "  # noqa: S608
            f"ORDER BY p.i {insert[3]}"
        )
    if _once(sql) and (update := _UPDATE.match(replaced)) and "SELECT" not in replaced:
        return f"{update[1]} FROM {values} AS p({named}) WHERE {update[2]}"
    if _once(sql) and (delete := _DELETE.match(replaced)) and "SELECT" not in replaced:
        return f"{delete[1]} USING {values} AS p({named}) WHERE {delete[2]}"
    return None


@lru_cache(maxsize=512)
def _once(sql: str) -> tuple[str, ...]:
    """An upsert's conflict target; what an UPDATE or DELETE looks for."""
    if target := _TARGET.search(sql):
        columns = _COLUMNS.search(sql)
        inserted = _INSERT.match(sql)
        if not columns or not inserted:
            return ()
        meant = dict(zip(_listed(columns[1]), _listed(inserted[2]), strict=True))
        return tuple(meant[column].removeprefix(":") for column in _listed(target[1]))
    changed = _UPDATE.match(sql) or _DELETE.match(sql)
    looked_for = names(changed[2]) if changed else ()
    return ("key",) if "key" in looked_for else looked_for


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]
