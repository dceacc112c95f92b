"""Telegram put together: one client, the channel out, and the way in by polling or webhook."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
from starlette.routing import Route
from telegram.error import TelegramError

from adapters.telegram import commands
from adapters.telegram.answers import Answers
from adapters.telegram.channel import TelegramChannel
from adapters.telegram.inbound import ALLOWED_UPDATES, Translator
from adapters.telegram.intake import Intake
from adapters.telegram.polling import Poller
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.webhook import Webhook
from adapters.telegram.wire import Client, redacted
from bot.messages.catalogue import Catalogue
from bot.patience import Patience, unless
from bot.ports import Channel, Clock, Inbox, Turn
from bot.roles import WayIn

# Updates Telegram may deliver to the webhook at the same time.
_CONNECTIONS = 40

log = structlog.get_logger(__name__)


class TelegramApp:
    """Made once. `channel` can send at once; `run` connects, takes updates and returns after `stop`.

    With a public URL, serve `routes()` over HTTP as well; until `run` has connected they answer 503.
    """

    def __init__(
        self, settings: TelegramSettings, inbox: Inbox, clock: Clock, catalogue: Catalogue, turn: Turn
    ) -> None:
        """`turn`: Telegram gives a bot's updates to one reader at a time."""
        self._settings = settings
        self._turn = turn
        self._inbox = inbox
        self._clock = clock
        self._menu = commands.menu(catalogue)
        self._client = Client(settings)
        self._bot = self._client.bot
        self._answers = Answers(self._bot, settings)
        self._patience = Patience(clock)
        self._intake: Intake | None = None
        self._ready = asyncio.Event()
        self.channel = TelegramChannel(self._bot, settings)

    @property
    def name(self) -> str:
        return self.channel.name

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        """Connected, and updates are on their way in."""
        return self._ready.is_set()

    async def until_ready(self) -> None:
        await self._ready.wait()

    def routes(self) -> Sequence[Route]:
        """Where Telegram calls us; nothing when polling."""
        if self._settings.door is not WayIn.CALLED:
            return ()
        return (Webhook(self._settings.webhook_secret or "", lambda: self._intake).route(),)

    async def run(self) -> None:
        """Returns after `stop`. Being cancelled is safe too: what was not committed is not confirmed."""
        try:
            if await self._insist(self._connect):
                await self._receive()
        finally:
            self._ready.clear()
            self._intake = None
            await self._answers.drain()

    def stop(self) -> None:
        """Take no more updates; `run` returns when the batch at hand is committed."""
        self._patience.stop()

    async def close(self) -> None:
        """Close the client, after the last message was sent through the channel."""
        await self._client.close()

    async def _connect(self) -> None:
        await self._bot.initialize()
        translator = Translator(self._settings.bot_id, self._bot.username)
        self._intake = Intake(self._inbox, self._clock, translator, self._answers)

    async def _receive(self) -> None:
        """What waits at Telegram stays there: nothing pending is dropped when the way changes."""
        await self._register()
        match self._settings.door:
            case WayIn.CALLED:
                if await self._insist(self._set_webhook):
                    await self._until_stopped()
            case WayIn.CALLS:
                while not self._patience.over:
                    await self._poll_in_turn()
            case WayIn.CLOSED:
                await self._until_stopped()

    async def _until_stopped(self) -> None:
        self._be_ready()
        await self._patience.until_stopped()

    def _be_ready(self) -> None:
        self._ready.set()
        log.info("telegram connected", bot=self._bot.username, webhook=self._settings.webhook_url)

    async def _set_webhook(self) -> None:
        await self._bot.set_webhook(
            self._settings.webhook_url or "",
            secret_token=self._settings.webhook_secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=_CONNECTIONS,
            drop_pending_updates=False,
        )

    async def _delete_webhook(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _poll_in_turn(self) -> None:
        """Fetch updates while it is this worker's turn. Whoever goes on is given again what was not
        committed."""
        self._ready.set()
        await self._patience.unless_stopped(self._turn.taken())
        if self._patience.over or not await self._insist(self._delete_webhook):
            return
        self._be_ready()
        if self._intake:
            poller = Poller(self._bot, self._intake, self._patience, self._settings)
            await unless(self._turn.lost(), poller.run())

    async def _register(self) -> None:
        """The menu is a convenience; the desk works without it."""
        try:
            await commands.register(self._bot, self._menu)
        except TelegramError as error:
            log.warning("commands not registered", error=redacted(error.message, self._settings.token))

    async def _insist(self, step: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Repeat `step` with growing pauses until it succeeds; False when the desk stops first."""
        while not self._patience.over:
            try:
                await self._patience.unless_stopped(step())
            except Exception as error:
                log.warning("telegram not reached", error=redacted(str(error), self._settings.token))
                await self._patience.pause()
            else:
                self._patience.renew()
                return not self._patience.over
        return False
