"""Socket Mode: the SDK's client made to survive a spent address; events and bolt behind it.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
from contextlib import suppress

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.events import CONFIRMED, Events
from adapters.slack.wire import library_logger

# Seconds. The first is also how soon a dead connection is noticed (four unanswered pings) and replaced.
PING, URL_PATIENCE, DRAIN = 3.0, 20.0, 10.0


class PersistentClient(SocketModeClient):
    """The SDK's client, which left alone tries one address for ever; each is good for one connection only."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, ping: float, url_patience: float) -> None:
        super().__init__(app_token, logger=library_logger(), web_client=web_client, ping_interval=ping)
        self._url_patience = url_patience

    async def connect(self) -> None:
        """Connect, however long it takes; with a fresh address whenever one did not work out."""
        while not self.closed:
            try:
                async with asyncio.timeout(self._url_patience):
                    await super().connect()  # type: ignore[no-untyped-call]  # the SDK leaves it bare
                    return
            except TimeoutError:
                self.wss_uri = None

    @property
    def connected(self) -> bool:
        session = self.current_session
        return session is not None and not session.closed and not self.stale and not self.closed

    async def close(self) -> None:
        await super().close()  # type: ignore[no-untyped-call]  # the SDK leaves it bare
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


class SocketLink:
    """A connection whose envelopes are confirmed only after what they tell is committed."""

    def __init__(
        self,
        events: Events,
        bolt: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        ping: float,
        url_patience: float,
    ) -> None:
        """Make it inside a running event loop."""
        self._events = events
        self._bolt = bolt
        self._client = PersistentClient(app_token, client, ping, url_patience)
        self._client.socket_mode_request_listeners.append(self._handle)
        self._in_hand = 0
        self._closing = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def connect(self) -> None:
        """Returns when connected; from then on a lost connection is replaced in the background."""
        await self._client.connect()

    @property
    def connected(self) -> bool:
        return self._client.connected

    async def close(self) -> None:
        """Finish what is in hand, take nothing new (Slack delivers that again), and hang up."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                await self._idle.wait()
        await self._client.close()

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._closing:
            return
        self._in_hand += 1
        self._idle.clear()
        try:
            await self._answer(client, request)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Any status but 200 sends no confirmation, so Slack delivers the envelope again."""
        if request.type != "events_api":
            response = await run_async_bolt_app(self._bolt, request)
            await send_async_response(client, request, response, 0.0)
        elif await self._events.take(request.payload) == CONFIRMED:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
