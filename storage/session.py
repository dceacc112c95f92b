"""The narrow waist between the rooms' SQL and a database driver.

SQL is written once, with `:name` parameters and in the dialect both stores share. Writes are noted and sent
in order with the next read or at the end, so that a whole use case costs few trips to the driver.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Statement = tuple[str, Mapping[str, Any]]
Row = tuple[Any, ...]


class Fenced(str):
    """SQL that changes exactly what a lease gives the right to change. Where that is nothing (any more), the
    driver raises LeaseLost, and its whole unit is undone."""

    __slots__ = ()


LOST = "the lease ran out, and the work is somebody else's now"
"""What a driver says with LeaseLost."""


class Driver(Protocol):
    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Execute the writes in order, then answer the queries; one trip. Raises StoreError."""


class Session:
    """One transaction's statements, in order. `taken`: the ticket numbers it was given."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.taken: list[int] = []
        self._writes: list[Statement] = []

    def write(self, sql: str, **values: Any) -> None:
        self._writes.append((sql, values))

    async def rows(self, sql: str, **values: Any) -> list[Row]:
        return (await self.answers((sql, values)))[0]

    async def row(self, sql: str, **values: Any) -> Row | None:
        rows = await self.rows(sql, **values)
        return rows[0] if rows else None

    async def answers(self, *queries: Statement) -> list[list[Row]]:
        """Several queries in one trip; their rows in the same order."""
        return await self._driver.run(self.drain(), queries)

    def drain(self) -> list[Statement]:
        """The writes nobody has read behind yet; the store ends the transaction with them."""
        writes, self._writes = self._writes, []
        return writes


Body = Callable[[Session], Awaitable[T]]
"""A unit of work as the store runs it."""


class ReadingSession(Session):
    """What is written in it is lost."""

    def write(self, sql: str, **values: Any) -> None:
        """Not even sent: a reader must never wait for the writers' lock."""
