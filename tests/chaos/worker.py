"""One worker of the desk under test, with real parts only: core, engine, store, presence, and the order in
which they stop.

    python -m tests.chaos.worker ORDERS        (JSON, see Orders)

It reads lines from its input: "offer ITEM" (a message as JSON; whether it was accepted is said on its output)
and "fate POINT VISIT SIGNAL" (see Fate). It ends gracefully on SIGTERM, and when its input ends.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adapters.slack.app import SlackApp
from adapters.slack.settings import SlackSettings
from adapters.web.health import known
from adapters.web.server import WebServer, web_app
from bot.bootstrap import ChannelApp, Door, RunningDesk
from bot.clock import SystemClock
from bot.desk import Desk
from bot.durable import Worker
from bot.engine.loop import Engine
from bot.engine.presence import Presence, Turn
from bot.errors import StoreError
from bot.logs import configure
from bot.messages.catalogue import Catalogue
from bot.ports import Store
from bot.work import House
from starlette.routing import BaseRoute
from storage.encoding import ITEM, to_micros
from storage.postgres.store import open_store

from tests.fakes.slack_events import SIGNING_SECRET
from tests.fakes.slack_server import BOT_TOKEN
from tests.integration.killed.fate import Fate
from tests.integration.killed.load import policy
from tests.integration.killed.wire import WireChannel, append

ASKABLE, BLIND = "askable", "blind"
PAGED = {"ann": ASKABLE, "bob": BLIND}
SENT, DUTIES = "sent.jsonl", "duties.jsonl"
STRIDE = timedelta(milliseconds=100)
"""How often whoever has the duty does something."""
LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Orders:
    """`slack`: the address of Slack's API, where the worker has that channel too."""

    name: str
    url: str
    directory: str
    slack: str = ""


def say(**what: object) -> None:
    """One line in one write: it is said whole or not at all."""
    os.write(1, f"{json.dumps(what)}\n".encode())


class Counter:
    """Keeps `bot.bootstrap.ChannelApp`: what people say comes in as lines."""

    ready = True

    def __init__(self, channel: WireChannel, door: Door, fate: Fate, ended: asyncio.Event) -> None:
        self.name = channel.name
        self.channels = (channel,)
        self._door = door
        self._fate = fate
        self._ended = ended
        self._stopping = asyncio.Event()
        self._in_hand: set[asyncio.Task[None]] = set()

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def run(self) -> None:
        lines = asyncio.create_task(self._read())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({lines, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (lines, stopping):
            task.cancel()
        await asyncio.gather(lines, stopping, *self._in_hand, return_exceptions=True)

    def stop(self) -> None:
        self._stopping.set()

    async def close(self) -> None:
        """Nothing is open."""

    async def _read(self) -> None:
        reader = asyncio.StreamReader(limit=LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while line := (await reader.readline()).decode():
            word, rest = line.split(" ", 1)
            if word == "offer":
                task = asyncio.create_task(self._offered(rest))
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)
            else:
                point, visit, number = rest.split()
                self._fate.meet(point, int(visit), signal.Signals(int(number)))
        self._ended.set()

    async def _offered(self, text: str) -> None:
        item, why = ITEM.validate_json(text), ""
        try:
            await self._door.receive(item)
        except StoreError as error:
            why = str(error) or type(error).__name__
        say(key=item.event_key, accepted=not why, why=why)


class Rounds:
    """Keeps `bot.bootstrap.ChannelApp`: its way in is a duty that one worker has at a time, as reading a
    bot's updates is. What is done under it is a line of a file."""

    ready = True

    def __init__(self, channel: WireChannel, turn: Turn, notes: Path, name: str) -> None:
        self.name = channel.name
        self.channels = (channel,)
        self._turn = turn
        self._notes = notes
        self._name = name
        self._clock = SystemClock()
        self._stopping = asyncio.Event()

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def run(self) -> None:
        doing = asyncio.create_task(self._do())
        await self._stopping.wait()
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)

    def stop(self) -> None:
        self._stopping.set()

    async def close(self) -> None:
        """Nothing is open."""

    async def _do(self) -> None:
        while True:
            await self._turn.taken()
            lost = asyncio.create_task(self._turn.lost())
            while not lost.done():
                note = {"worker": self._name, "at": to_micros(self._clock.now())}
                append(self._notes, json.dumps(note))
                await asyncio.wait({lost}, timeout=STRIDE.total_seconds())


def _slack(orders: Orders, door: Door, clock: SystemClock) -> Sequence[ChannelApp]:
    if not orders.slack:
        return ()
    settings = SlackSettings(
        BOT_TOKEN, signing_secret=SIGNING_SECRET, api_url=orders.slack, public_url="https://desk.example"
    )
    return (SlackApp(settings, door, clock),)


def desk_of(orders: Orders, store: Store, fate: Fate, ended: asyncio.Event) -> RunningDesk:
    clock, woken, door, turn = SystemClock(), asyncio.Event(), Door(), Turn("rounds")
    directory = Path(orders.directory)
    wires = [
        WireChannel(directory / SENT, can_find=name == ASKABLE, name=name, worker=f"{orders.name}-")
        for name in (ASKABLE, BLIND)
    ]
    rounds = Rounds(wires[1], turn, directory / DUTIES, orders.name)
    apps: tuple[ChannelApp, ...] = (
        Counter(wires[0], door, fate, ended),
        rounds,
        *_slack(orders, door, clock),
    )
    channels = {channel.name: channel for app in apps for channel in app.channels}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house = House.build(policy(PAGED), Catalogue.load(), able)
    engine = Engine(store, clock, house, channels, woken, fate)
    store.on_hint(woken.set)
    door.leads_to(Desk(store, clock, house, woken.set))
    me = Worker(orders.name, "all", "test", store.knows, clock.now(), clock.now())
    routes = [route for app in apps for route in app.routes()]
    web = WebServer(web_app(routes, known(lambda: {app.name: app.ready for app in apps})), "127.0.0.1", 0)
    return RunningDesk(store, engine, apps, web, Presence(store, clock, me, [turn], woken.set))


async def run(orders: Orders) -> None:
    stop, fate = asyncio.Event(), Fate(lambda point: say(at=point))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = await open_store(orders.url, worker=orders.name, observe=fate)
    try:
        desk = desk_of(orders, store, fate, stop)
        running = asyncio.create_task(desk.run(stop))
        await _until_ready(desk, running)
        say(port=desk.web.port)
        await running
    finally:
        await store.close()


async def _until_ready(desk: RunningDesk, running: "asyncio.Task[None]") -> None:
    """Offered anything before, it would only wait."""
    for app in desk.apps:
        if isinstance(app, SlackApp):
            ready = asyncio.create_task(app.until_ready())
            await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()


def main(words: Sequence[str]) -> None:
    configure(sys.stderr, form="json")
    asyncio.run(run(Orders(**json.loads(words[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
