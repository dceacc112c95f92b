"""The terminal put together: lines in, panels out."""

import asyncio
import contextlib
import itertools
import sys
import threading
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from starlette.routing import Route

from adapters.terminal.channel import CHANNEL, CUSTOMER, TerminalChannel
from bot.inbound import Address, Inbound, MessagePosted, Person, VerbInvoked
from bot.messages.catalogue import Voice
from bot.ports import Channel, Clock, Inbox


class TerminalApp:
    """Made once. Ends quietly when the input does; the desk then goes on without it.

    `names`: engineer id to name. A command is typed by whoever was paged last, else by the first engineer;
    "@mei /ack" speaks for Mei.
    """

    def __init__(
        self, inbox: Inbox, clock: Clock, voice: Voice, names: dict[str, str], lines: TextIO = sys.stdin
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._voice = voice
        self._names = names
        self._lines = lines
        self._ids = itertools.count(1)
        self._started = clock.now()
        self._stopping = asyncio.Event()
        self.channel = TerminalChannel(Console(), clock, names)

    @property
    def name(self) -> str:
        return self.channel.name

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        return True

    def routes(self) -> Sequence[Route]:
        return ()

    async def run(self) -> None:
        """Returns after `stop`, or at the end of the input."""
        self.channel.note(self._voice.say("terminal.hello", first=next(iter(self._names))))
        heard: asyncio.Queue[str] = asyncio.Queue()
        read_lines(self._lines, heard)
        stopping = asyncio.create_task(self._stopping.wait())
        while not self._stopping.is_set():
            reading = asyncio.create_task(heard.get())
            await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done() or not (line := reading.result()):
                reading.cancel()
                break
            await self._take(line.strip())
        stopping.cancel()

    def stop(self) -> None:
        self._stopping.set()

    async def close(self) -> None:
        """Nothing is held open."""

    async def _take(self, line: str) -> None:
        if line:
            answer = await self._inbox.receive(self._inbound(line))
            if answer.text:
                self.channel.note(answer.text)

    def _inbound(self, line: str) -> Inbound:
        key = f"{self._started.timestamp():.0f}-{next(self._ids)}"
        now = self._clock.now()
        who, words = self._speaker(line)
        if words.startswith("/"):
            person = Person(CHANNEL, who, self._names.get(who, who))
            return VerbInvoked(key, Address(CHANNEL, who), person, words[1:], now)
        return MessagePosted(key, Address(CHANNEL, CUSTOMER), key, Person(CHANNEL, "you", "you"), words, now)

    def _speaker(self, line: str) -> tuple[str, str]:
        first, _, rest = line.partition(" ")
        if first.startswith("@") and first[1:] in self._names:
            return first[1:], rest.strip()
        return self.channel.last_paged or next(iter(self._names)), line


def read_lines(lines: TextIO, heard: asyncio.Queue[str]) -> None:
    """Every line into the queue, and "" at the end; read on a daemon thread, so that a desk can stop while
    nobody types."""
    loop = asyncio.get_running_loop()

    def listen() -> None:
        with contextlib.suppress(RuntimeError, ValueError):  # the desk has stopped, or the input is closed
            for line in iter(lines.readline, ""):
                loop.call_soon_threadsafe(heard.put_nowait, line)
            loop.call_soon_threadsafe(heard.put_nowait, "")

    threading.Thread(target=listen, name="terminal", daemon=True).start()
