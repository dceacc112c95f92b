"""What the tests put round the reader: a mail server, the wire to it, a desk that records."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from adapters.email.app import EmailApp
from adapters.email.mail import Limits
from adapters.email.settings import EmailSettings, Mailbox
from adapters.email.tokens import Bearer, Token, Tokens
from bot.configuration.mail_urls import MailServer, Tls
from bot.inbound import Inbound, MessagePosted
from bot.ports import Turn

from tests.fakes.manual_clock import START, ManualClock
from tests.fakes.memory import MemoryFiles, MemoryReading
from tests.fakes.recording_inbox import RecordingInbox
from tests.fakes.turns import MyTurn
from tests.servers.imap import PASSWORD, USER, WAIT, ImapServer, Wire

PROMPT = 1.0
"""Seconds in which a stopped reader is gone, whatever it waited for."""
IDLE, STORE = b"IDLE\r\n", b"UID STORE"
ONE_SERVER = pytest.mark.parametrize("server", ["pymap"], indirect=True)
"""For what does not depend on how a mail server does it."""
RELAY = MailServer("localhost", 25, Tls.OFF)
TOKEN = "inbound-token-of-ours"


def mail(subject: str, text: str = "The video is black", size: int = 0) -> bytes:
    """At least of this many bytes."""
    head = (
        f"From: wei@acme.example\r\nTo: {USER}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@acme.example>"
    )
    body = f"{head}\r\n\r\n{text}\r\n".encode()
    lines = b"\r\n".join([b"x" * 70] * ((size - len(body)) // 72 + 1)) if size > len(body) else b""
    return body + lines


def days_ago(days: int) -> datetime:
    return START - timedelta(days=days)


def subject_of(item: Inbound) -> str:
    assert isinstance(item, MessagePosted)
    assert item.formal is not None
    return item.formal.subject


def at(port: int, password: str = PASSWORD, **more: Any) -> MailServer:
    return MailServer(
        **{"host": "127.0.0.1", "port": port, "tls": Tls.OFF, **more}, user=USER, password=password
    )


@dataclass
class Stage:
    """One desk; `server` and `wire` are those of its first mailbox."""

    server: ImapServer
    wire: Wire
    port: int
    inbox: RecordingInbox = field(default_factory=RecordingInbox)
    clock: ManualClock = field(default_factory=ManualClock)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    reading: MemoryReading = field(default_factory=MemoryReading)

    def settings(self, *boxes: MailServer, most: int = 1 << 20, **more: Any) -> EmailSettings:
        servers = boxes or (at(self.port),)
        names = ["IMAP_URL", *(f"IMAP_URL_{number}" for number in range(1, len(servers)))]
        plain = EmailSettings(
            address=USER,
            name="Desk",
            secret=b"secret",
            relay=RELAY,
            mailboxes=tuple(map(Mailbox, names, servers)),
            check_dkim=False,
            limits=Limits(size=most),
        )
        return replace(plain, **more)

    def app(self, settings: EmailSettings | None = None, turn: Turn | None = None) -> EmailApp:
        chosen = settings or self.settings()
        return EmailApp(chosen, self.inbox, self.clock, self.files, self.reading, turn or MyTurn())

    def token(self, ticket: int) -> str:
        """As the desk signs it."""
        return Tokens(b"secret").written(Token(Bearer.TICKET, ticket))

    async def until_idle(self, times: int = 1) -> None:
        """The reader waits for the server, for the so manieth time."""
        await self.wire.until(IDLE, times)

    @property
    def subjects(self) -> list[str]:
        """Of everything committed so far."""
        return [subject_of(item) for item in self.inbox.committed if isinstance(item, MessagePosted)]

    async def until_taken(self, *subjects: str) -> None:
        await self.inbox.until(lambda: len(self.subjects) >= len(subjects))
        assert self.subjects == list(subjects)


@asynccontextmanager
async def running(app: EmailApp, within: float = WAIT) -> AsyncIterator[EmailApp]:
    """At the end it is stopped and must be gone by then (seconds)."""
    task = asyncio.create_task(app.run())
    try:
        yield app
    finally:
        app.stop()
        await asyncio.wait_for(task, within)
        await app.close()


async def until_ready(app: EmailApp) -> None:
    async with asyncio.timeout(WAIT):
        while not app.ready:
            await asyncio.to_thread(lambda: None)  # others have their turn


@contextmanager
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as found:
        yield found


def events(found: Sequence[structlog.typing.EventDict]) -> list[str]:
    return [each["event"] for each in found]
