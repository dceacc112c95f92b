"""One mailbox, read for as long as the desk runs: whatever happens to the connection, there is a next one."""

from datetime import timedelta
from ssl import SSLContext

import structlog

from adapters.email.imap.collecting import Collector
from adapters.email.imap.connecting import LoginRefused, said
from adapters.email.imap.idling import IdleRefused
from adapters.email.imap.line import Line
from adapters.email.imap.session import FolderRefused, Session
from adapters.email.oauth import AccessTokens
from adapters.email.settings import Mailbox
from bot.errors import StoreError
from bot.patience import FIRST_PAUSE, Patience
from bot.ports import Clock

POLL = timedelta(seconds=30)
"""How often is looked where the server does not say by itself that a mail came."""
REFUSED_PAUSE = timedelta(minutes=1)
"""Servers lock out who tries a wrong password too often."""
SOUND = timedelta(minutes=1)
"""A connection that lasted so long was a good one."""

log = structlog.get_logger(__name__)
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (LoginRefused, "the mail server refuses the login; check user and password (or EMAIL_OAUTH_...)"),
    (FolderRefused, "the mailbox has no such folder for this user; check the end of the address"),
    (StoreError, "mail not committed, will be fetched again"),
)


class MailboxReader:
    """`tokens`: for mailboxes whose address says xoauth2."""

    def __init__(
        self,
        mailbox: Mailbox,
        tls: SSLContext | None,
        collector: Collector,
        tokens: AccessTokens | None,
        clock: Clock,
    ) -> None:
        self._name = mailbox.name
        self._server = mailbox.server
        self._tls = tls
        self._collector = collector
        self._tokens = tokens
        self._clock = clock
        self._patience = Patience(clock)
        self._line: Line | None = None
        self._idles = True
        self.connected = False
        """It has been so at least once."""

    async def run(self) -> None:
        """Until `stop`. Being cancelled is safe too: what was not committed is fetched again."""
        while not self._patience.over:
            began = self._clock.now()
            try:
                await self._while_connected()
            except Exception as error:
                if self._clock.now() - began >= SOUND:
                    self._patience.renew()
                await self._recover(error)

    def stop(self) -> None:
        """Take no more; the mail at hand is finished."""
        self._patience.stop()
        if self._line is not None:
            self._line.cut()

    async def _while_connected(self) -> None:
        line = self._line = Line(self._server, self._tls)
        try:
            await self._sign_in(line)
            while not self._patience.over:
                folder = await line.call(Session.select)
                self._note_connected()
                await self._collector.collect(line, folder)
                await self._rest(line)
                self._patience.renew()
        finally:
            self._line = None
            await line.hang_up()

    async def _sign_in(self, line: Line) -> None:
        token = await self._token()
        try:
            await self._patience.unless_stopped(line.call(lambda session: session.open(token)))
        except LoginRefused:
            if self._tokens is not None:
                self._tokens.forget()
            raise

    async def _token(self) -> str | None:
        if not self._server.xoauth2:
            return None
        if self._tokens is None:
            raise LoginRefused("it needs an access token, and EMAIL_OAUTH_TOKEN_URL is not set")
        return await self._tokens.current()

    def _note_connected(self) -> None:
        if not self.connected:
            log.info("mailbox connected", mailbox=self._name, user=self._server.user, host=self._server.host)
        self.connected = True

    async def _rest(self, line: Line) -> None:
        """Until there may be something new."""
        if self._idles and await line.call(Session.can_idle):
            try:
                await line.call(Session.idle)
                return
            except IdleRefused as refusal:
                self._idles = False
                log.warning("the mail server cannot IDLE; it is asked instead", error=str(refusal))
        await self._patience.unless_stopped(self._clock.sleep_until(self._clock.now() + POLL))

    async def _recover(self, error: Exception) -> None:
        if self._patience.over:
            return
        words = next((text for kind, text in _WORDS if isinstance(error, kind)), "mailbox not reached")
        log.warning(words, mailbox=self._name, user=self._server.user, error=said(error)[:500])
        await self._patience.pause(REFUSED_PAUSE if self._is_locked_out(error) else FIRST_PAUSE)

    def _is_locked_out(self, error: Exception) -> bool:
        """An access token may simply have run out; the next one is tried soon."""
        return isinstance(error, LoginRefused) and not self._server.xoauth2
