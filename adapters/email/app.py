"""E-mail put together: mailboxes and POST /email/inbound in, one pool of connections out."""

import asyncio
from collections.abc import Sequence

from starlette.routing import BaseRoute

from adapters.email.channel import EmailChannel
from adapters.email.imap.collecting import Collector
from adapters.email.imap.reader import MailboxReader
from adapters.email.inbound import Translator
from adapters.email.intake import Intake
from adapters.email.mail import Limits
from adapters.email.oauth import AccessTokens
from adapters.email.reading.dkim import check_dkim
from adapters.email.settings import EmailSettings
from adapters.email.tokens import Tokens
from adapters.email.webhook import Take, Webhook
from bot.patience import Patience, unless
from bot.ports import Channel, Clock, Files, Inbox, Reading, Turn


def _fetched(limits: Limits) -> int:
    """Bytes of a mail that are taken: one more than are read, so that the reader says that some were left
    out."""
    return limits.size + 1


class EmailApp:
    """Made once. `channel` can send at once; `run` reads the mailboxes in turn and returns after `stop`.

    Until `run` has begun, and after `stop`, POST /email/inbound answers 503.
    """

    def __init__(
        self,
        settings: EmailSettings,
        inbox: Inbox,
        clock: Clock,
        files: Files,
        reading: Reading,
        turn: Turn,
    ) -> None:
        """`turn`: one worker at a time reads the mailboxes."""
        tokens = Tokens(settings.secret)
        access = AccessTokens(settings.oauth, clock, settings.tls) if settings.oauth else None
        self._settings = settings
        self._turn = turn
        self._intake = Intake(settings, inbox, clock, files, Translator(settings, tokens), check_dkim)
        self._patience = Patience(clock)
        self._running = False
        self._waiting = False
        self._readers = tuple(self._made_readers(inbox, clock, reading, access))
        self.channel = EmailChannel(settings, tokens, clock, access)

    def _made_readers(
        self, inbox: Inbox, clock: Clock, reading: Reading, access: AccessTokens | None
    ) -> list[MailboxReader]:
        settings, one_big = self._settings, asyncio.Lock()
        boxes = settings.mailboxes if settings.reads else ()
        most = _fetched(settings.limits)
        collectors = [Collector(box, most, self._intake, inbox, reading, clock, one_big) for box in boxes]
        pairs = zip(boxes, collectors, strict=True)
        return [MailboxReader(box, settings.tls, collector, access, clock) for box, collector in pairs]

    @property
    def name(self) -> str:
        return self.channel.name

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        """Every mailbox has been reached, or is another worker's to read."""
        return self._running and (self._waiting or all(reader.connected for reader in self._readers))

    def routes(self) -> Sequence[BaseRoute]:
        """Where mails are brought; nothing without a token that says who may."""
        token = self._settings.inbound_token
        most = _fetched(self._settings.limits)
        return (Webhook(token, most, self._door).route(),) if token else ()

    async def run(self) -> None:
        """Returns after `stop`. Being cancelled is safe too: what was not committed is fetched again."""
        self._running = True
        try:
            while self._readers and not self._patience.over:
                await self._read_in_turn()
            await self._patience.until_stopped()
        finally:
            self._running = False

    def stop(self) -> None:
        """Take no more mails; `run` returns when those at hand are committed."""
        self._patience.stop()
        for reader in self._readers:
            reader.stop()

    async def close(self) -> None:
        """Close the connections, after the last message was sent through the channel."""
        await self.channel.close()

    def _door(self) -> Take | None:
        return self._intake.take if self._running and not self._patience.over else None

    async def _read_in_turn(self) -> None:
        """While it is this worker's turn. Whoever goes on begins at the bookmarks."""
        self._waiting = True
        await self._patience.unless_stopped(self._turn.taken())
        self._waiting = False
        await unless(self._turn.lost(), self._read_all())

    async def _read_all(self) -> None:
        await asyncio.gather(*(reader.run() for reader in self._readers))
