"""Pages that change by themselves: every line that is added to a ticket's log goes to whoever looks at it,
and what waits in quarantine to whoever looks at all of the desk.

Each worker looks for new lines of the log while anybody looks at a page: what another worker wrote is seen
like its own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from starlette.responses import StreamingResponse

from adapters.web.reader import NotAllowed, SignInNeeded
from bot.errors import Refused, StoreError
from bot.window import T, Unit, Window
from bot.work import Work

log = structlog.get_logger()
LOOK_EVERY = 0.1
"""Seconds between looks, while somebody watches."""
AT_ONCE = 1000
"""Lines of the log in one look."""
BEAT_EVERY = 20.0
"""Seconds: proxies close what is silent for half a minute."""
GONE = (SignInNeeded, NotAllowed, Refused)
"""What is raised to whoever may not look, or not any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened on that ticket of that customer."""

    ticket: int
    customer: str


QUARANTINE = Change(0, "")
"""More, or less, waits for a human; it is of no ticket."""
Cares = Callable[[Change], bool]
Welcome = Callable[[], Awaitable[object]]
"""Raises one of `GONE` for whoever would not be let in now; StoreError: nobody can tell."""


@dataclass(eq=False, slots=True)
class Watcher:
    """Somebody who looks at a page; `news` are the tickets that changed since they were last told."""

    cares: Cares
    news: set[int] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, change: Change) -> None:
        if self.cares(change):
            self.news.add(change.ticket)
            self.woken.set()


class Live:
    """Run it beside the server; `stop` ends every stream. `beat_every`: seconds between two beats of a
    stream, and so between two looks at whether its reader is still welcome."""

    def __init__(self, window: Window, beat_every: float = BEAT_EVERY) -> None:
        self.beat_every = beat_every
        self._window = window
        self._watchers: set[Watcher] = set()
        self._watched = asyncio.Event()
        self._stopping = asyncio.Event()
        self._marked = asyncio.Event()
        """Everything that happens from now on will be seen."""
        self._seen = 0
        self._waiting = 0

    @property
    def watchers(self) -> int:
        return len(self._watchers)

    async def run(self) -> None:
        """Returns after `stop`."""
        while not self._stopping.is_set():
            await self._either(self._watched)
            if not self._stopping.is_set():
                await self._watch()

    def stop(self) -> None:
        self._stopping.set()
        for watcher in self._watchers:
            watcher.woken.set()

    async def newest(self) -> int:
        """The newest line of the log: whoever begins to look at a page asks for it before they read the page.
        0 while the store is away."""
        return await self._look(_newest) or 0

    async def _watch(self) -> None:
        while self._is_watched:
            newest = await self._look(_newest)
            if newest is not None:
                self._seen = newest
                self._marked.set()
                break
            await self._pause()
        while self._is_watched:
            await self._pause()
            await self._tell()
        self._marked.clear()

    @property
    def _is_watched(self) -> bool:
        return bool(self._watchers) and not self._stopping.is_set()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), LOOK_EVERY)

    async def _catch_up(self, watcher: Watcher, after: int) -> None:
        """What happened between the look at the page and now."""
        await self._either(self._marked)
        while not self._stopping.is_set():
            lines = await self._look(partial(_beyond, after))
            if lines is None:
                await self._pause()
                continue
            for _, ticket, customer in lines:
                watcher.tell(Change(ticket, customer))
            if len(lines) < AT_ONCE:
                return
            after = lines[-1][0]

    async def _tell(self) -> None:
        seen = self._seen
        lines, waiting = await self._look(lambda work: _since(work, seen)) or ((), self._waiting)
        changes = [Change(ticket, customer) for _, ticket, customer in lines]
        changes += [QUARANTINE] if waiting != self._waiting else []
        self._seen, self._waiting = max([seen, *(line[0] for line in lines)]), waiting
        for watcher in self._watchers:
            for change in changes:
                watcher.tell(change)

    async def _look(self, unit: Unit[T]) -> T | None:
        """None while the store is away: what happens meanwhile is seen afterwards."""
        try:
            return await self._window.look(unit)
        except StoreError as error:
            log.warning("pages are not kept current", reason=str(error))
            return None

    async def _either(self, event: asyncio.Event) -> None:
        waits = [asyncio.create_task(event.wait()), asyncio.create_task(self._stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    @contextmanager
    def watching(self, cares: Cares) -> Iterator[Watcher]:
        watcher = Watcher(cares)
        self._watchers.add(watcher)
        self._watched.set()
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._watched.clear()

    def response(self, cares: Cares, welcome: Welcome, after: int = 0) -> StreamingResponse:
        """`after`: the newest line of the log when the page was read, as `newest` said; 0: not known."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        stream = self.stream(cares, welcome, after)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def stream(self, cares: Cares, welcome: Welcome, after: int = 0) -> AsyncIterator[bytes]:
        """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): `changed` with
        the tickets, and a comment with every beat. Ends soon after the reader is not welcome any more."""
        with self.watching(cares) as watcher:
            yield b"retry: 2000\n: hello\n\n"
            if after:
                await self._catch_up(watcher, after)
            while not self._stopping.is_set() and await _is_welcome(welcome):
                async for told in self._for_a_beat(watcher):
                    yield told
                yield b": still here\n\n"

    async def _for_a_beat(self, watcher: Watcher) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.beat_every
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(watcher.woken.wait(), until - loop.time())
            except TimeoutError:
                return
            told = ",".join(f"T-{number}" for number in sorted(watcher.news))
            watcher.news.clear()
            watcher.woken.clear()
            if told:
                yield f"event: changed\ndata: {told}\n\n".encode()


async def _is_welcome(welcome: Welcome) -> bool:
    try:
        await welcome()
    except GONE:
        return False
    except StoreError:  # their pages cannot be read either, so nothing is shown to the wrong one
        return True
    return True


async def _since(work: Work, seen: int) -> tuple[tuple[tuple[int, int, str], ...], int]:
    """The lines of the log after that one, and how much waits in quarantine."""
    return await work.tx.events.beyond(seen), await work.tx.ledger.waiting()


async def _beyond(number: int, work: Work) -> tuple[tuple[int, int, str], ...]:
    return await work.tx.events.beyond(number, AT_ONCE)


async def _newest(work: Work) -> int:
    return await work.tx.events.newest()
