"""What the tests put round the adapter: a desk that records, a clock set by hand, a running app."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from adapters.telegram.app import TelegramApp
from adapters.telegram.settings import TelegramSettings
from bot.inbound import Answer, Inbound, VerbInvoked
from bot.messages.catalogue import Catalogue

from tests.fakes.manual_clock import ManualClock as ManualClock
from tests.fakes.telegram_server import TOKEN, WAIT, FakeTelegram

SECRET = "a-Secret_of-our-own"
PUBLIC_URL = "https://desk.example"
ACME, FORUM = -1001000000001, -1001000000002

# Reading the authorities' certificates takes longer than most tests.
TLS = httpx.create_ssl_context()
CATALOGUE = Catalogue.load()

T = TypeVar("T", bound=Inbound)


class RecordingInbox:
    """Keeps `bot.ports.Inbox`. `faults` are raised first, one a call; a closed `gate` holds commits back."""

    def __init__(self) -> None:
        self.offered: list[Inbound] = []
        self.committed: list[Inbound] = []
        self.faults: deque[Exception] = deque()
        self.faulty: Callable[[Inbound], Exception | None] = lambda item: None
        self.answer: Callable[[VerbInvoked], Answer] = lambda invoked: Answer()
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def receive(self, item: Inbound) -> Answer:
        await self._note(self.offered, item)
        await self.gate.wait()
        fault = self.faults.popleft() if self.faults else self.faulty(item)
        if fault is not None:
            raise fault
        if any(known.event_key == item.event_key for known in self.committed):
            return Answer()
        await self._note(self.committed, item)
        return self.answer(item) if isinstance(item, VerbInvoked) else Answer()

    async def _note(self, where: list[Inbound], item: Inbound) -> None:
        async with self._changed:
            where.append(item)
            self._changed.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), WAIT)

    async def next(self, kind: type[T]) -> T:
        """The only item committed so far, which must be of this kind."""
        await self.until(lambda: self.committed)
        (item,) = self.committed
        assert isinstance(item, kind)
        return item


def settings(
    telegram: FakeTelegram,
    *,
    token: str = TOKEN,
    public_url: str | None = None,
    secret: str | None = None,
    forum: int | None = None,
) -> TelegramSettings:
    desk_forum = None if forum is None else str(forum)
    return TelegramSettings(token, telegram.url, public_url, secret, desk_forum, TLS)


@asynccontextmanager
async def running(app: TelegramApp) -> AsyncIterator[TelegramApp]:
    """The app, connected; at the end it is stopped gracefully and must come home."""
    task = asyncio.create_task(app.run())
    ready = asyncio.create_task(app.until_ready())
    try:
        done, _ = await asyncio.wait({task, ready}, timeout=WAIT, return_when=asyncio.FIRST_COMPLETED)
        assert ready in done
        yield app
    finally:
        ready.cancel()
        app.stop()
        await asyncio.wait_for(task, WAIT)
        await app.close()
