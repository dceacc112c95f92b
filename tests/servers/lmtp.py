"""Where a real mail server hands in what it takes (RFC 2033)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.lmtp import LMTP

WAIT = 20.0


@dataclass(eq=False)
class Mailbox:
    """`taken`: by the envelope from whom and for whom, and the mail."""

    port: int = 0
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _sessions: "set[LMTP]" = field(default_factory=set)

    async def until(self, condition: Callable[[], object]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), WAIT)

    async def handle_DATA(self, _: LMTP, __: object, envelope: Any) -> str:
        async with self._changed:
            self.taken += [
                (envelope.mail_from, recipient, envelope.content) for recipient in envelope.rcpt_tos
            ]
            self._changed.notify_all()
        # One answer for each recipient (RFC 2033 section 4.2).
        return "\r\n".join(["250 2.0.0 kept"] * len(envelope.rcpt_tos))

    def session(self) -> LMTP:
        loop = asyncio.get_running_loop()
        fresh = LMTP(self, hostname="box.test", enable_SMTPUTF8=True, loop=loop)
        self._sessions.add(fresh)
        return fresh

    async def closed(self) -> None:
        tasks = [each._handler_coroutine for each in self._sessions if each._handler_coroutine]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    mine = Mailbox()
    listening = await asyncio.get_running_loop().create_server(mine.session, "127.0.0.1", 0)
    mine.port = listening.sockets[0].getsockname()[1]
    try:
        yield mine
    finally:
        listening.close()
        await mine.closed()
        await listening.wait_closed()
