"""Many units' writes in few runs of the same statement, for drivers that execute a run at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.footprint import Footprint, tables
from storage.session import Statement

FAR = 64
"""So many runs back a statement looks for its like."""


@dataclass(slots=True)
class Run:
    """One statement, many times. What it touches is only made out when somebody else of its tables asks."""

    sql: str
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    _touched: Footprint = field(default_factory=Footprint)
    _seen: int = 0

    def hinders(self, statement: Statement) -> bool:
        """Whether the statement may be about a row that this run writes: then it must stay behind it."""
        if tables(statement[0]).isdisjoint(tables(self.sql)):
            return False
        self._touched.touch((self.sql, row) for row in self.rows[self._seen :])
        self._seen = len(self.rows)
        return self._touched.concerns(statement)


def arranged(writes: Iterable[Statement]) -> list[Run]:
    """The same writes, those of one text together. The order of whatever may touch the same row is kept."""
    runs: list[Run] = []
    for statement in writes:
        _run_for(runs, statement).rows.append(statement[1])
    return runs


def _run_for(runs: list[Run], statement: Statement) -> Run:
    for run in reversed(runs[-FAR:]):
        if run.sql == statement[0]:
            return run
        if run.hinders(statement):
            break
    runs.append(Run(statement[0]))
    return runs[-1]
