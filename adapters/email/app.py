"""E-mail put together: mailboxes and POST /email/inbound in, one pool of connections out."""

import asyncio
from collections.abc import Sequence

from starlette.routing import BaseRoute

from adapters.email.channel import EmailChannel
from adapters.email.inbound import Translator
from adapters.email.intake import Intake
from adapters.email.reading.dkim import check_dkim
from adapters.email.settings import EmailSettings
from adapters.email.tokens import Tokens
from bot.ports import Clock, Files, Inbox, Reading, Turn


class EmailApp:
    """Made once. `channel` can send at once; `run` reads the mailboxes in turn and returns after `stop`."""

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
        self._intake = Intake(settings, inbox, clock, files, Translator(settings, tokens), check_dkim)
        self._stopping = asyncio.Event()
        self.channel = EmailChannel(settings, tokens, clock)

    @property
    def ready(self) -> bool:
        """Every mailbox has been reached, or is another worker's to read."""
        return True

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def run(self) -> None:
        await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()

    async def close(self) -> None:
        await self.channel.close()
