"""The workers of one desk as the test holds them: started, killed, held, let go on, asked to stop."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.inbound import MessagePosted
from storage.encoding import ITEM, document

from tests.chaos.waiting import LONG, until
from tests.chaos.worker import LINE, Orders

REPOSITORY = Path(__file__).parents[2]


class Gone(Exception):
    """The worker ended before it answered."""


@dataclass(eq=False, slots=True)
class Hand:
    """One worker. `port` is that of its web server; `reached`: it has come to its fate."""

    orders: Orders
    child: asyncio.subprocess.Process
    log: Path
    port: int = 0
    takes: bool = True
    """Whether anybody is sent to it."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    _listening: "asyncio.Task[None] | None" = None

    @property
    def name(self) -> str:
        return self.orders.name

    async def offer(self, item: MessagePosted) -> str:
        """Why it was not accepted; "" when it was. Raises Gone."""
        answer = self._asked.setdefault(item.event_key, asyncio.get_running_loop().create_future())
        self._tell(f"offer {document(ITEM, item)}")
        return await asyncio.shield(answer)

    def meet(self, point: str, visit: int, number: signal.Signals) -> None:
        """From now on its `visit`-th visit of `point` ends or holds it."""
        self.reached.clear()
        self._tell(f"fate {point} {visit} {int(number)}")

    async def kill(self) -> None:
        self.takes = False
        with suppress(ProcessLookupError):
            self.child.kill()
        await asyncio.wait_for(self.child.wait(), LONG)

    async def hold(self) -> None:
        """Stopped in the middle of whatever it does, when this returns."""
        self.child.send_signal(signal.SIGSTOP)
        await self.held()

    async def held(self) -> None:
        self.takes = False

        async def stands() -> bool:
            return self._stands()

        await until(stands, lambda: f"{self.name} stands still")

    def let_go(self) -> None:
        self.takes = True
        self.child.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """Gracefully; the exit code."""
        self.takes = False
        self.child.terminate()
        return await asyncio.wait_for(self.child.wait(), LONG)

    def says(self, words: str) -> list[str]:
        """The lines of its log that hold the words."""
        return [line for line in self.log.read_text("utf-8").splitlines() if words in line]

    def listen(self) -> None:
        self._listening = asyncio.create_task(self._hear())

    async def bury(self) -> None:
        """Whatever state it is in, it is gone afterwards."""
        await self.kill()
        if self._listening is not None:
            await asyncio.wait_for(self._listening, LONG)

    def _stands(self) -> bool:
        return os.waitid(os.P_PID, self.child.pid, os.WSTOPPED | os.WNOWAIT | os.WNOHANG) is not None

    def _tell(self, line: str) -> None:
        assert self.child.stdin is not None
        if self.child.returncode is not None or self.child.stdin.is_closing():
            raise Gone(self.name)
        self.child.stdin.write(f"{line}\n".encode())

    async def _hear(self) -> None:
        assert self.child.stdout is not None
        while line := await self.child.stdout.readline():
            said = json.loads(line)
            if "port" in said:
                self.port = said["port"]
                self.ready.set()
            elif "at" in said:
                self.reached.set()
            elif (answer := self._asked.pop(said["key"], None)) is not None and not answer.done():
                answer.set_result(said["why"])
        self.takes = False
        for answer in self._asked.values():
            answer.set_exception(Gone(self.name))
            answer.exception()  # whoever asked may have gone elsewhere
        self._asked.clear()


@dataclass(eq=False, slots=True)
class Fleet:
    """All the workers there ever were, in `hands`. `url`: their database."""

    directory: Path
    url: str
    slack: str = ""
    hands: list[Hand] = field(default_factory=list)

    @property
    def working(self) -> list[Hand]:
        return [hand for hand in self.hands if hand.takes and hand.ready.is_set()]

    async def start(self, count: int = 1, url: str = "") -> list[Hand]:
        """So many more, each ready for work. `url`: another way to the same database."""
        numbers = range(len(self.hands) + 1, len(self.hands) + count + 1)
        started = [await self._spawn(f"w{number}", url or self.url) for number in numbers]
        for hand in started:
            await asyncio.wait_for(hand.ready.wait(), LONG)
        return started

    async def stop(self) -> None:
        """All that still work, gracefully and at once."""
        running = [hand for hand in self.hands if hand.child.returncode is None]
        codes = await asyncio.gather(*(hand.stop() for hand in running))
        assert set(codes) <= {0}, {hand.name: hand.says("")[-5:] for hand in running}

    async def _spawn(self, name: str, url: str) -> Hand:
        orders = Orders(name, url, str(self.directory), self.slack)
        log = self.directory / f"{name}.log"
        with log.open("ab") as errors:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.chaos.worker",
                json.dumps(asdict(orders)),
                cwd=REPOSITORY,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                limit=LINE,
            )
        hand = Hand(orders, child, log)
        self.hands.append(hand)
        hand.listen()
        return hand

    def lines(self, words: str) -> Iterator[str]:
        """What any of them said with these words."""
        for hand in self.hands:
            yield from hand.says(words)


@asynccontextmanager
async def fleet(directory: Path, url: str, size: int, slack: str = "") -> AsyncIterator[Fleet]:
    """`size` workers at work; at the end none is left, whatever happened to them."""
    fleet = Fleet(directory, url, slack)
    try:
        await fleet.start(size)
        yield fleet
    finally:
        await asyncio.gather(*(hand.bury() for hand in fleet.hands))
