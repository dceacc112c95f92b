"""Ticket numbers: each is given once. One that was taken for nothing is given to the next who asks."""

from collections.abc import Iterable
from heapq import heappop, heappush

from storage.session import Session


class Numbers:
    """Those at hand, the lowest first."""

    def __init__(self) -> None:
        self._free: list[int] = []

    def add(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            heappush(self._free, number)

    def forget(self) -> None:
        """Somebody else may have used them."""
        self._free.clear()

    def take(self, session: Session) -> int | None:
        """The next one, noted with whoever takes it; None when there is none at hand."""
        if not self._free:
            return None
        number = heappop(self._free)
        session.taken.append(number)
        return number

    def __len__(self) -> int:
        return len(self._free)
