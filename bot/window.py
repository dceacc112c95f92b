"""What the web asks of the desk beside handing it messages: to look, and to change what is its own."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.work import House, Work

T = TypeVar("T")
Unit = Callable[[Work], Awaitable[T]]


class Window(Protocol):
    """Keeps nothing: every look is a fresh, committed view."""

    @property
    def house(self) -> House: ...

    async def look(self, unit: Unit[T]) -> T:
        """Run `unit`, which only reads. Never waits for writers, nor lets the engine or intake wait. Raises
        StoreError."""

    async def act(self, unit: Unit[T]) -> T:
        """Run `unit` in one transaction, on disk when it returns. Raises StoreError, and what `unit` raises;
        then nothing was changed."""
