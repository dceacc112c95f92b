"""The whole desk in this process, between a real mailbox and a strict mail server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from bot.bootstrap import RunningDesk, build_desk
from bot.clock import SystemClock
from bot.settings import load_policy
from bot.tickets.ticket import Ticket
from storage.encoding import to_micros

from tests.chaos.waiting import until
from tests.integration.whole_mail.house import ADA, DANA, House
from tests.integration.whole_mail.letterbox import Letterbox
from tests.servers.imap import ImapServer
from tests.servers.smtp import Taken

WAIT = 20.0
LOOK = timedelta(milliseconds=20)
SOON = timedelta(seconds=5)
_BUSY = """
SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting')
     + (SELECT count(*) FROM timers WHERE wake_at < {})
"""
_LEDGER = "SELECT outcome, ticket, reason, message_id FROM ledger ORDER BY received_at, event_key"


class Entry(NamedTuple):
    """What became of a mail."""

    outcome: str
    ticket: int | None
    reason: str
    message_id: str


class Opened(NamedTuple):
    """What the first mail brings about."""

    receipt: Taken
    page: Taken


@dataclass(slots=True)
class Desk:
    """`running` starts it; what it has on record can be asked for at any time."""

    house: House
    _now: RunningDesk | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningDesk]:
        """At the end it has nothing more to do."""
        policy = load_policy(self.house.settings.config_path)
        async with build_desk(self.house.settings, policy) as desk:
            stop = asyncio.Event()
            task = asyncio.create_task(desk.run(stop))
            try:
                await self.so(lambda: all(app.ready for app in desk.apps), "ready")
                self._now = desk
                yield desk
                await self.quiet()
            finally:
                stop.set()
                await asyncio.wait_for(task, WAIT)

    async def quiet(self) -> None:
        """It has nothing to send, and nothing will be due for a while."""
        await self.so(lambda: not self.busy, "quiet")

    async def accounted(self, before: list[Entry]) -> Entry:
        """The one entry that is not among these, as soon as it is there."""
        await self.so(lambda: len(self.ledger) > len(before), f"one more than {before}")
        (fresh,) = [each for each in self.ledger if each not in before]
        return fresh

    async def ticket(self, number: int) -> Ticket:
        """As it is now, while the desk runs."""
        assert self._now is not None
        return await self._now.store.read(lambda tx: tx.tickets.get(number))

    async def events(self, ticket: int, kind: str) -> list[Mapping[str, object]]:
        """What the ticket's log says under that word."""
        assert self._now is not None
        found = await self._now.store.read(lambda tx: tx.events.of(ticket))
        return [each.data for each in found if each.kind == kind]

    @property
    def ledger(self) -> list[Entry]:
        return [Entry(*row) for row in self.house.rows(_LEDGER)]

    @property
    def busy(self) -> int:
        """So much waits to be sent, or is due before long."""
        soon = to_micros(SystemClock().now() + SOON)
        count: int = self.house.rows(_BUSY.format(soon))[0][0]
        return count

    async def so(self, condition: Callable[[], object], what: str) -> None:
        async def holds() -> bool:
            return bool(condition())

        await until(holds, lambda: f"{what}; the ledger: {self.ledger}", WAIT, LOOK)


@dataclass(slots=True)
class Stage:
    """The desk, its mailbox and the mail server that takes what it sends."""

    desk: Desk
    imap: ImapServer
    letters: Letterbox

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At the end every mail the desk sent was expected."""
        async with self.desk.running():
            yield
        assert self.letters.left == [], self.letters.left

    async def brought(self, raw: bytes) -> Entry:
        """Put into the mailbox; what became of it."""
        before = self.desk.ledger
        await self.imap.deliver(raw)
        return await self.desk.accounted(before)

    async def opened(self, raw: bytes) -> Opened:
        """A mail of Dana's, its receipt and Ada's page."""
        entry = await self.brought(raw)
        assert (entry.outcome, entry.ticket) == ("opened", 1)
        receipt = await self.letters.take(DANA, "T-1")
        return Opened(receipt, await self.letters.take(ADA, "T-1"))


async def until_seen(imap: ImapServer, uid: int, folder: str = "INBOX") -> None:
    """The desk has done with that mail."""

    async def is_seen() -> bool:
        return await imap.seen(uid, folder)

    await until(is_seen, lambda: f"mail {uid} marked as read", WAIT, LOOK)
