"""Slack put together: one client, the channel out, and the way in by Socket Mode or HTTP."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from starlette.routing import Route

from adapters.slack.answers import PATIENCE, Answers
from adapters.slack.channel import SlackChannel
from adapters.slack.events import Events
from adapters.slack.listeners import Listeners, build_bolt
from adapters.slack.people import Introduction, People
from adapters.slack.settings import EVENTS_PATH, SlackSettings
from adapters.slack.socket_mode import PING, URL_PATIENCE, SocketLink
from adapters.slack.webhook import Webhook
from adapters.slack.wire import new_session, web_client
from bot.errors import DeliveryError
from bot.ports import Channel, Clock, Inbox
from bot.roles import WayIn

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)


class SlackApp:
    """Made once. `channel` can send at once; `run` connects, takes events and returns after `stop`.

    With a public URL, serve `routes()` over HTTP as well. The times (seconds) are shorter in tests.
    """

    def __init__(
        self,
        settings: SlackSettings,
        inbox: Inbox,
        clock: Clock,
        *,
        patience: float = PATIENCE,
        ping: float = PING,
        url_patience: float = URL_PATIENCE,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._ping, self._url_patience = ping, url_patience
        self._client = web_client(settings.bot_token, settings.api_url)
        self._introduction = Introduction(self._client)
        self._answers = Answers(inbox, settings.late_failure, patience)
        people = People(self._client, clock)
        self._events = Events(inbox, clock, self._introduction, people)
        listeners = Listeners(clock, self._introduction, self._answers)
        self._bolt = build_bolt(settings, self._introduction, listeners)
        self._link: SocketLink | None = None
        self._ready, self._stopping = asyncio.Event(), asyncio.Event()
        self.channel = SlackChannel(self._client, self._introduction)

    @property
    def name(self) -> str:
        return self.channel.name

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        """Slack takes our token, and events are on their way in."""
        return self._ready.is_set() and (self._link is None or self._link.connected)

    async def until_ready(self) -> None:
        await self._ready.wait()

    def routes(self) -> Sequence[Route]:
        """Where Slack calls us; nothing in Socket Mode."""
        if self._settings.door is not WayIn.CALLED:
            return ()
        webhook = Webhook(self._events, self._bolt, self._settings.signing_secret or "")
        return (Route(EVENTS_PATH, webhook, methods=["POST"]),)

    async def run(self) -> None:
        """Returns after `stop`. Being cancelled is safe too: what was not committed is not confirmed."""
        self._client.session = new_session()
        connecting = asyncio.create_task(self._connect())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                connecting.result()
            await stopping
        finally:
            self._ready.clear()
            connecting.cancel()
            stopping.cancel()
            await asyncio.gather(connecting, stopping, return_exceptions=True)
            await self._hang_up()

    def stop(self) -> None:
        """Take no more events; `run` returns when those in hand are committed and answered."""
        self._stopping.set()

    async def close(self) -> None:
        """Close the client, after the last message was sent through the channel."""
        if self._client.session is not None:
            await self._client.session.close()

    async def _connect(self) -> None:
        await self._introduce()
        if self._settings.door is WayIn.CALLS:
            app_token = self._settings.app_token or ""
            self._link = SocketLink(
                self._events, self._bolt, app_token, self._client, self._ping, self._url_patience
            )
            await self._link.connect()
        self._ready.set()
        log.info("slack connected", events_url=self._settings.events_url)

    async def _introduce(self) -> None:
        """Repeat with growing pauses until Slack says who we are; a wrong token may be mended meanwhile."""
        pause = _FIRST_PAUSE
        while not self._introduction.done:
            try:
                await self._introduction.identity()
            except DeliveryError as error:
                log.error("slack not ready", error=str(error))
                await self._clock.sleep_until(self._clock.now() + pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _hang_up(self) -> None:
        if self._link is not None:
            await self._link.close()
        await self._answers.close()
