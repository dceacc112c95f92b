"""A desk that is a process of its own, as an operator runs it, and that is killed again and again."""

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.integration.run.process import Process, dawnline
from tests.integration.whole_mail.again import by_message_id, contradictions
from tests.integration.whole_mail.stage import Desk, until_seen
from tests.servers.imap import ImapServer
from tests.servers.imap import Wire as ImapWire
from tests.servers.proxy import Proxy
from tests.servers.smtp import MailServer


@dataclass(slots=True)
class Lives:
    """`wire`: from the desk to its mailbox; `others`: further wires of the desk's, which end with it."""

    desk: Desk
    imap: ImapServer
    wire: ImapWire
    relay: MailServer
    others: tuple[Proxy, ...] = ()

    async def killed_when(self, condition: Callable[[], object]) -> None:
        """One life, from its start to the moment when that is so."""
        async with self._started() as process:
            await self.desk.so(lambda: condition() or process.ended, "the moment to die")
            assert await process.end(signal.SIGKILL) == -signal.SIGKILL, "".join(process.said)
            for wire in (self.wire, *self.others):
                wire.cut()  # what it had not said is never said
                wire.release()

    async def ends_well(self, *mails: int) -> None:
        """The last one: all these mails are accounted for and marked, each has its receipt and its page, and
        the desk stops when asked to. Whatever was sent twice is the same mail."""
        async with self._started() as process:
            for uid in mails:
                await until_seen(self.imap, uid)
            await self.desk.so(lambda: self._told >= 2 * len(mails) or process.ended, "receipts and pages")
            await self.desk.quiet()
            assert await process.end(signal.SIGTERM) == 0, "".join(process.said)
        assert len(self.desk.ledger) == len(mails)
        assert {each.outcome for each in self.desk.ledger} == {"opened"}
        assert len({each.ticket for each in self.desk.ledger}) == len(mails)
        assert self.desk.house.rows("SELECT count(*) FROM tickets") == [(len(mails),)]
        assert self._told == 2 * len(mails)
        assert contradictions(self.relay.taken) == []

    @property
    def _told(self) -> int:
        return len(by_message_id(self.relay.taken))

    @asynccontextmanager
    async def _started(self) -> AsyncIterator[Process]:
        async with dawnline(self.desk.house.settings.directory, {}, "run") as process:
            yield process
