"""A strict mail server on loopback that does what a test planned: refuses, cuts off, falls silent, drips."""

import asyncio
import base64
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from enum import Enum, auto
from typing import Any, AnyStr, TypeAlias, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword
from bot.clock import SystemClock

from tests.servers.strict import faults, read

WAIT = 10.0
USER, PASSWORD, ACCESS_TOKEN = "support@ops.test", "correct horse/battery", "ya29.good"
_DRIP = timedelta(milliseconds=10)


class Wire(Enum):
    """What can happen in place of an answer."""

    CUT = auto()
    """The connection is gone. Of a whole mail: after the mail was taken."""
    CUT_AFTER = auto()
    """The answer is given; then the connection is gone."""
    SILENCE = auto()
    DRIP = auto()
    """An answer that comes a byte at a time and never ends."""


Step: TypeAlias = str | Wire | None
"""An answer ("550 5.1.1 no such user"), a fault, or None: it goes well."""


@dataclass(frozen=True)
class Taken:
    """A mail the server has taken. `session` counts the connections."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    session: int

    @property
    def message(self) -> EmailMessage:
        return read(self.content)


@dataclass(frozen=True)
class Manners:
    """`implicit`: encrypted from the first byte. `starttls`: None: not offered; else whether it is required.
    `sign_in`: a mail is taken only after it."""

    implicit: bool = False
    starttls: bool | None = None
    sign_in: bool = False
    utf8: bool = False
    size: int = 1_000_000


@dataclass(eq=False)
class MailServer:
    """`plan` is by stage: CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, CONTENT (a whole mail), RSET. RCPT and
    CONTENT also for one address alone: "RCPT dana@acme.test". `refused`: mails that came whole and were not
    taken."""

    manners: Manners
    tls: ssl.SSLContext | None
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refused: list[Taken] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Every command, without its arguments."""
    opened: int = 0
    most: int = 0
    """So many connections at once."""
    sessions: "set[Session]" = field(default_factory=set)
    _plan: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    def plan(self, stage: str, *steps: Step) -> None:
        self._plan[stage].extend(steps)

    def next(self, stage: str, address: str = "") -> Step:
        steps = self._plan[f"{stage} {address}"] or self._plan[stage]
        return steps.popleft() if steps else None

    @property
    def messages(self) -> list[EmailMessage]:
        return [each.message for each in self.taken]

    def hang_up(self, farewell: bytes = b"") -> None:
        """On everybody who is connected, as servers do to the idle."""
        for session in tuple(self.sessions):
            session.leave(farewell)

    async def changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), WAIT)

    def session(self) -> "Session":
        return Session(self)

    def entered(self, session: "Session", task: "asyncio.Task[None]") -> int:
        self._tasks.append(task)
        self.sessions.add(session)
        self.opened += 1
        self.most = max(self.most, len(self.sessions))
        return self.opened

    def left(self, session: "Session") -> None:
        self.sessions.discard(session)
        self._tasks.append(asyncio.ensure_future(self.changed()))

    async def stopped(self) -> None:
        for session in tuple(self.sessions):
            session.cut()
        while waiting := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(waiting, timeout=WAIT)


class Session(SMTP):
    """One connection. What is planned for a stage happens in place of the answer."""

    def __init__(self, server: MailServer) -> None:
        manners = server.manners
        super().__init__(
            Hooks(),
            hostname="relay.test",
            data_size_limit=manners.size,
            enable_SMTPUTF8=manners.utf8,
            tls_context=server.tls if manners.starttls is not None else None,
            require_starttls=bool(manners.starttls),
            auth_require_tls=not manners.implicit,
            authenticator=self.judge,
            loop=asyncio.get_running_loop(),
        )
        self._auth_required = manners.sign_in
        self.world = server
        self._clock = SystemClock()
        self._number = 0
        self._greeted = False
        self._parting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._number:
            assert self._handler_coroutine is not None
            self._number = self.world.entered(self, self._handler_coroutine)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.world.left(self)

    def leave(self, farewell: bytes) -> None:
        transport = cast(asyncio.WriteTransport, self.transport)
        transport.write(farewell)
        transport.close()

    def cut(self) -> None:
        for each in (self.transport, self._original_transport):
            if each is not None:
                cast(asyncio.WriteTransport, each).abort()

    async def push(self, status: AnyStr) -> None:
        greeting, self._greeted = not self._greeted, True
        answer = await self.planned("CONNECT") if greeting else None
        await (super().push(answer) if answer else super().push(status))
        if self._parting and self.transport is not None:
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:
        refused = await self.planned("DATA")
        await (self.push(refused) if refused else super().smtp_DATA(arg))

    async def planned(self, stage: str, address: str = "") -> str | None:
        """The answer planned for this stage; None: the usual one."""
        return await self._act(stage, self.world.next(stage, address))

    async def take(self, sender: str, recipients: tuple[str, ...], content: bytes) -> str:
        step = self.world.next("CONTENT", recipients[0])
        where = self.world.refused if isinstance(step, str) else self.world.taken
        where.append(Taken(sender, recipients, content, self._number))
        return await self._act("CONTENT", step) or "250 2.0.0 queued"

    async def _act(self, stage: str, step: Step) -> str | None:
        self.world.said.append(stage)
        await self.world.changed()
        match step:
            case str():
                return step
            case Wire.CUT:
                self.cut()
                await asyncio.Event().wait()
            case Wire.SILENCE:
                await asyncio.Event().wait()
            case Wire.DRIP:
                await self._drip()
            case Wire.CUT_AFTER:
                self._parting = True
        return None

    async def _drip(self) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now() + _DRIP)
            cast(asyncio.WriteTransport, self.transport).write(b"2")

    def judge(self, _: SMTP, __: object, ___: object, mechanism: str, data: LoginPassword) -> AuthResult:
        # handled=False: else nobody answers a wrong password.
        right = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False, auth_data=data)


class Hooks:
    """What aiosmtpd asks on the way."""

    async def handle_EHLO(
        self, on: Session, session: Any, _: object, host: str, answers: list[str]
    ) -> list[str]:
        refused = await on.planned("EHLO")
        session.host_name = host
        return [refused] if refused else answers

    async def handle_AUTH(self, on: Session, *_: object) -> object:
        return await on.planned("AUTH") or MISSING

    async def handle_MAIL(self, on: Session, *_: object) -> object:
        return await on.planned("MAIL") or MISSING

    async def handle_RCPT(self, on: Session, _: object, __: object, address: str, *___: object) -> object:
        return await on.planned("RCPT", address) or MISSING

    async def handle_RSET(self, on: Session, *_: object) -> object:
        return await on.planned("RSET") or MISSING

    async def handle_QUIT(self, on: Session, *_: object) -> object:
        return await on.planned("QUIT") or MISSING

    async def handle_DATA(self, on: Session, _: object, envelope: Any) -> str:
        eight_bit = "BODY=8BITMIME" in envelope.mail_options
        wrong = faults(envelope.content, eight_bit=eight_bit, utf8=envelope.smtp_utf8)
        if wrong:
            on.world.violations += wrong
            return "554 5.6.0 this is no proper mail"
        return await on.take(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content)

    async def auth_XOAUTH2(self, on: Session, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1]).decode()
        if said == f"user={USER}\x01auth=Bearer {ACCESS_TOKEN}\x01\x01":
            return AuthResult(success=True)
        await on.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)


@asynccontextmanager
async def mail_server(
    manners: Manners | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """Running; at the end everybody is cut off. Fails when it was ever sent something it should not be."""
    mine = MailServer(manners or Manners(), tls)
    implicit = tls if mine.manners.implicit else None
    listening = await asyncio.get_running_loop().create_server(mine.session, "127.0.0.1", 0, ssl=implicit)
    mine.port = listening.sockets[0].getsockname()[1]
    try:
        yield mine
    finally:
        listening.close()
        await mine.stopped()
        await listening.wait_closed()
    assert mine.violations == []
