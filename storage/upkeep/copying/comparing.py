"""Two streams of one table's rows, held against each other row by row and column by column."""

from collections.abc import Iterable

from storage.session import Row
from storage.upkeep.copying.tables import Key, Table

NAMED = 5
"""So many of the rows that differ are named."""
LOST = 10_000
"""With so many rows that only one side has, the rest need not be looked at."""


class Comparison:
    """Both sides bring their rows in nearly the same order (a key with a NUL in it sorts elsewhere), equally
    many at a time. A row that only one has brought yet waits for its other half; at the end none may."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._ours: dict[Key, Row] = {}
        self._theirs: dict[Key, Row] = {}
        self._differing: list[str] = []

    def ours(self, rows: Iterable[Row]) -> None:
        self._match(rows, self._ours, self._theirs)

    def theirs(self, rows: Iterable[Row]) -> None:
        self._match(rows, self._theirs, self._ours)

    @property
    def hopeless(self) -> bool:
        return len(self._ours) + len(self._theirs) > LOST

    def faults(self) -> list[str]:
        """What is not the same, a line each; the first few of every kind."""
        missing = [f"{key} was not copied" for key in list(self._ours)[:NAMED]]
        strange = [f"{key} is only in the copy" for key in list(self._theirs)[:NAMED]]
        return [f"{self._table.name} {each}" for each in (*self._differing[:NAMED], *missing, *strange)]

    def _match(self, rows: Iterable[Row], mine: dict[Key, Row], others: dict[Key, Row]) -> None:
        for row in rows:
            key = self._table.key_of(row)
            other = others.pop(key, None)
            if other is None:
                mine[key] = row
            elif other != row:
                self._differing.append(f"{key} differs in {', '.join(self._columns(row, other))}")

    def _columns(self, one: Row, other: Row) -> list[str]:
        pairs = zip(self._table.columns, one, other, strict=True)
        return [column for column, mine, theirs in pairs if mine != theirs]
