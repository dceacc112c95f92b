"""A desk that only remembers what it was handed, for the tests of channels."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from bot.inbound import Answer, Inbound, VerbInvoked

WAIT = 5.0
T = TypeVar("T", bound=Inbound)


class RecordingInbox:
    """Keeps `bot.ports.Inbox`.

    `faults` are raised first, one a call, and nothing is committed then. A cleared `gate` holds commits
    back. `answer` is what the asker of a verb reads.
    """

    def __init__(self) -> None:
        self.offered: list[Inbound] = []
        self.committed: list[Inbound] = []
        self.faults: deque[Exception] = deque()
        self.answer: Callable[[VerbInvoked], Answer] = lambda verb: Answer()
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def receive(self, item: Inbound) -> Answer:
        await self._note(self.offered, item)
        await self.gate.wait()
        if self.faults:
            raise self.faults.popleft()
        if any(known.event_key == item.event_key for known in self.committed):
            return Answer()
        await self._note(self.committed, item)
        return self.answer(item) if isinstance(item, VerbInvoked) else Answer()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(condition)

    def only(self, kind: type[T]) -> T:
        """The one item committed so far, which must be of this kind."""
        (item,) = self.committed
        assert isinstance(item, kind)
        return item

    async def _note(self, where: list[Inbound], item: Inbound) -> None:
        async with self._changed:
            where.append(item)
            self._changed.notify_all()
