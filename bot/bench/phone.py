"""How long a telephone provider waits for what is said next, with calls coming in beside chat messages.

The desk is a process of its own (see `http_server`), with one SQLite database; this process beside it is the
provider and Slack, signing included. Calls come in openly, so many a second whether or not the earlier ones
are through; each is a whole call of five requests. A wait counts from when a request was due, so a desk that
falls behind cannot hide it. First the calls come alone, then beside chat messages, then once more while the
engine pages everybody whom all that concerns, on channels that take everything.
"""

import asyncio
import gc
import platform
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from bot.bench.child import Server, running
from bot.bench.ground import Customers, scratch
from bot.bench.offering import arrivals
from bot.bench.phone_side import Asked, ask, steps
from bot.bench.progress import Bar, watched
from bot.bench.report import Figure, Goal, Report, percentile
from bot.bench.slack_side import Delivery, Line, deliveries, lines, slack_api
from bot.clock import SystemClock
from storage.sqlite.store import open_store

P99_MS = 200.0
_MOST = 600.0
"""Seconds: it never takes longer."""
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
Send = Callable[[Line], Awaitable[str]]
_LINES = 64
"""Connections of the provider, and of Slack."""


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    calls: float = 50.0
    """A second."""
    messages: float = 200.0
    seconds: float = 20.0

    @property
    def customers(self) -> int:
        return int(2 * self.messages * self.seconds) + 1000


QUICK = PhoneOptions(seconds=4.0)


@dataclass(slots=True)
class Waits:
    """Seconds, of requests of calls and of chat messages."""

    phone: list[float] = field(default_factory=list)
    chat: list[float] = field(default_factory=list)


def run_phone(options: PhoneOptions = PhoneOptions()) -> Report:
    """Takes a little more than three times `seconds`."""
    with scratch() as directory, watched() as stages:
        bar = stages.stage("calls alone, beside chat, while paging", 3)
        alone, beside, paging = asyncio.run(_bounded(directory, options, bar))
    figures: dict[str, Figure] = {
        "calls_per_second": options.calls,
        "messages_per_second": options.messages,
        "webhooks": len(beside.phone),
        **_figures("", beside.phone),
        **_figures("alone_", alone.phone),
        **_figures("while_paging_", paging.phone),
        **_figures("chat_", beside.chat),
        "python": platform.python_version(),
    }
    p99 = percentile(sorted(beside.phone), 0.99) * 1000
    while_paging = percentile(sorted(paging.phone), 0.99) * 1000
    goals = (
        Goal("p99 of a webhook, beside chat", p99, P99_MS, "ms (at most)"),
        Goal("p99 of a webhook, while everybody is paged", while_paging, P99_MS, "ms (at most)"),
    )
    return Report("phone", figures, goals)


def _figures(prefix: str, waits: list[float]) -> dict[str, Figure]:
    ordered = sorted(waits)
    return {f"{prefix}{name}_ms": percentile(ordered, share) * 1000 for name, share in _SHARES.items()}


async def _bounded(directory: Path, options: PhoneOptions, bar: Bar) -> tuple[Waits, Waits, Waits]:
    async with asyncio.timeout(_MOST), slack_api() as api:
        quiet, loud = directory / "quiet.db", directory / "loud.db"
        for each in (quiet, loud):
            await _prepare(each, options.customers)
        async with running("phone", quiet, api) as desk:
            alone = await _offered(desk, options, range(1_000_000, 2_000_000), None)
            bar.advance()
            coming = _coming(options.customers)
            beside = await _offered(desk, options, range(2_000_000, 3_000_000), coming)
            bar.advance()
        async with running("paging", loud, api) as desk:
            coming = _coming(options.customers)
            paging = await _offered(desk, options, range(3_000_000, 4_000_000), coming)
            bar.advance()
    return alone, beside, paging


async def _prepare(database: Path, customers: int) -> None:
    store = await open_store(database)
    await Customers(customers).introduce(store)
    await store.close()


def _coming(customers: int) -> Iterator[Delivery]:
    return iter(list(deliveries(range(customers), SystemClock().now())))


async def _offered(
    desk: Server, options: PhoneOptions, numbers: range, messages: Iterator[Delivery] | None
) -> Waits:
    gc.collect()
    waits = Waits()
    async with lines(desk.port, _LINES) as phones, lines(desk.port, _LINES) as chats:
        provider, slack = _Pool(phones), _Pool(chats)
        calls = [
            provider.call(number, at, waits.phone)
            for number, at in zip(numbers, arrivals(options.calls, options.seconds), strict=False)
        ]
        said = [
            slack.deliver(each, at, waits.chat)
            for each, at in zip(messages or (), arrivals(options.messages, options.seconds, 9), strict=False)
        ]
        await asyncio.gather(*calls, *said)
    return waits


class _Pool:
    """Connections that are kept; whoever finds none free waits, and that counts."""

    def __init__(self, connections: list[Line]) -> None:
        self._free: asyncio.Queue[Line] = asyncio.Queue()
        for each in connections:
            self._free.put_nowait(each)
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time() + 0.2
        self._tokens = count()

    async def call(self, number: int, at: float, waits: list[float]) -> None:
        """A caller presses half a second after they have heard what to press."""
        script = steps(number)
        asked, due = next(script), self._start + at
        while True:
            answer = await self._timed(due, waits, partial(self._ask, number, asked))
            try:
                asked = script.send(answer)
            except StopIteration:
                return
            due = self._loop.time() + 0.5

    async def _ask(self, number: int, asked: Asked, line: Line) -> str:
        return await ask(line, asked, f"{number}-{next(self._tokens)}")

    async def deliver(self, delivery: Delivery, at: float, waits: list[float]) -> None:
        async def delivered(line: Line) -> str:
            await line.deliver(delivery)
            return ""

        await self._timed(self._start + at, waits, delivered)

    async def _timed(self, due: float, waits: list[float], send: Send) -> str:
        here = self._loop.create_future()
        self._loop.call_at(due, here.set_result, None)
        await here
        line = await self._free.get()
        try:
            answer = await send(line)
        finally:
            self._free.put_nowait(line)
        waits.append(self._loop.time() - due)
        return answer
