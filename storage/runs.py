"""Many units' writes in few runs of the same statement, for drivers that execute a run at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.footprint import tables
from storage.session import Statement

FAR = 64
"""So many runs back a statement looks for its like."""


@dataclass(slots=True)
class Run:
    """One statement, many times."""

    sql: str
    rows: list[Mapping[str, Any]] = field(default_factory=list)


def arranged(writes: Iterable[Statement]) -> list[Run]:
    """The same writes, those of one text together. The order of whatever touches the same table is kept."""
    runs: list[Run] = []
    for sql, values in writes:
        _run_for(runs, sql).rows.append(values)
    return runs


def _run_for(runs: list[Run], sql: str) -> Run:
    mine = tables(sql)
    for run in reversed(runs[-FAR:]):
        if run.sql == sql:
            return run
        if not mine.isdisjoint(tables(run.sql)):
            break
    runs.append(Run(sql))
    return runs[-1]
