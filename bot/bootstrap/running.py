"""A desk that runs: its ways in, its engine and its web server, begun and ended in order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from starlette.routing import BaseRoute

from adapters.web.server import WebServer
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Answer, Inbound
from bot.ports import Channel, Store
from bot.roles import Role
from bot.telephone import Heard, Script
from bot.window import T, Unit
from bot.work import House

log = structlog.get_logger()


class ChannelApp(Protocol):
    """What every channel's package offers: ways out (a telephone has two), and a way in that runs until it is
    stopped."""

    @property
    def name(self) -> str: ...
    @property
    def channels(self) -> Sequence[Channel]: ...
    @property
    def ready(self) -> bool: ...
    def routes(self) -> Sequence[BaseRoute]: ...
    async def run(self) -> None: ...
    def stop(self) -> None: ...
    async def close(self) -> None: ...


class Door:
    """Keeps `bot.ports.Inbox`, `bot.ports.Switchboard` and `bot.window.Window`. The channels are
    made before the desk they lead to, because the desk must know what they can do; nothing comes in before
    `leads_to` was said."""

    def __init__(self) -> None:
        self._desk: Desk | None = None

    def leads_to(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def desk(self) -> Desk:
        assert self._desk is not None, "the channels run only after the desk is made"  # noqa: S101
        return self._desk

    @property
    def house(self) -> House:
        return self.desk.house

    async def receive(self, item: Inbound) -> Answer:
        return await self.desk.receive(item)

    async def hear(self, heard: Heard) -> Script:
        return await self.desk.hear(heard)

    async def look(self, unit: Unit[T]) -> T:
        return await self.desk.look(unit)

    async def act(self, unit: Unit[T]) -> T:
        return await self.desk.act(unit)


class AtWork(Protocol):
    """See `bot.engine.presence`: Presence, or Alone."""

    async def begin(self) -> None: ...
    async def run(self, stop: asyncio.Event) -> None: ...
    async def leave(self) -> None: ...


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """Everything that runs. `run` returns after `stop` is set and all that was under way is done."""

    store: Store
    engine: Engine
    apps: tuple[ChannelApp, ...]
    web: WebServer
    presence: AtWork
    role: Role = Role.ALL

    async def run(self, stop: asyncio.Event) -> None:
        """Ways in close first, then the engine finishes, then the ways out close.

        A part that fails ends the desk with its error: a supervisor restarts it, and nothing is lost.
        """
        channels = [channel.name for app in self.apps for channel in app.channels]
        log.info("desk started", role=self.role.value, channels=channels, port=self.web.port)
        await self.presence.begin()
        engine_stop = asyncio.Event()
        engine = asyncio.create_task(self._engine(engine_stop), name="engine")
        present = asyncio.create_task(self.presence.run(engine_stop), name="presence")
        ways_in = [asyncio.create_task(app.run(), name=app.name) for app in self.apps]
        web = asyncio.create_task(self.web.run(), name="web")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await _until_first_failure([engine, present, web, *ways_in], stopping)
        for app in self.apps:
            app.stop()
        self.web.stop()
        results = await asyncio.gather(*ways_in, web, return_exceptions=True)
        engine_stop.set()
        results += await asyncio.gather(engine, present, return_exceptions=True)
        await self.presence.leave()
        for app in self.apps:
            await app.close()
        _raise_first(results)
        log.info("desk stopped")

    async def _engine(self, stop: asyncio.Event) -> None:
        await (self.engine.run(stop) if self.role.runs_engine else stop.wait())


async def _until_first_failure(tasks: list[asyncio.Task[None]], stopping: asyncio.Task[bool]) -> None:
    """Return when asked to stop or when a part failed. A way in that ends by itself (the terminal's input
    was closed) is no failure."""
    waiting: set[asyncio.Task[None] | asyncio.Task[bool]] = {*tasks, stopping}
    while not stopping.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(task.exception() for task in done):
            break
    stopping.cancel()


def _raise_first(results: Sequence[object]) -> None:
    for result in results:
        if isinstance(result, Exception):
            raise result
