"""What the tests put round the adapter: a running app, a real HTTP server, Slack's side of each request."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from adapters.slack.app import SlackApp
from adapters.slack.settings import EVENTS_PATH, SlackSettings
from bot.clock import SystemClock
from starlette.applications import Starlette

from tests.fakes.recording_inbox import WAIT
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_events import FORM, JSON, SIGNING_SECRET, form_body, payload_body, signature
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack

LATE_FAILURE = "That did not work, please repeat."


def http_settings(slack: FakeSlack) -> SlackSettings:
    return SlackSettings(
        BOT_TOKEN,
        signing_secret=SIGNING_SECRET,
        api_url=slack.base_url,
        public_url="https://desk.example",
        late_failure=LATE_FAILURE,
    )


def socket_settings(slack: FakeSlack) -> SlackSettings:
    return SlackSettings(BOT_TOKEN, APP_TOKEN, api_url=slack.base_url, late_failure=LATE_FAILURE)


@asynccontextmanager
async def running(app: SlackApp) -> AsyncIterator[SlackApp]:
    """The app, connected; at the end it is stopped gracefully and must come home."""
    task = asyncio.create_task(app.run())
    ready = asyncio.create_task(app.until_ready())
    try:
        done, _ = await asyncio.wait({task, ready}, timeout=WAIT, return_when=asyncio.FIRST_COMPLETED)
        assert ready in done
        yield app
    finally:
        ready.cancel()
        app.stop()
        await asyncio.wait_for(task, WAIT)
        await app.close()


@asynccontextmanager
async def serving(app: SlackApp) -> AsyncIterator[str]:
    """The app's routes under a real uvicorn; gives the URL of the events endpoint.

    Its `serve` would only add a loop that looks every tenth of a second whether to stop.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Starlette(routes=list(app.routes())), log_config=None, lifespan="off", ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listener])
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{EVENTS_PATH}"
    finally:
        await asyncio.wait_for(server.shutdown([listener]), WAIT)


def http_client() -> httpx.AsyncClient:
    """Loading certificates, which nobody here needs, would take longer than the tests."""
    return httpx.AsyncClient(verify=False)  # noqa: S501 - everything is on loopback, without TLS


class Door:
    """Slack's side of HTTP: everything it sends is signed, with the time of `clock`."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.client = client
        self.url = url
        self.clock = SystemClock()

    async def event(self, body: Json, retry: int = 0) -> httpx.Response:
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        return await self.signed(json.dumps(body), JSON | again)

    async def command(self, fields: Json) -> httpx.Response:
        return await self.signed(form_body(fields), FORM)

    async def button(self, payload: Json) -> httpx.Response:
        return await self.signed(payload_body(payload), FORM)

    async def signed(self, body: str, headers: dict[str, str]) -> httpx.Response:
        return await self.raw(body.encode(), headers | signature(body, self.now))

    async def raw(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return await self.client.post(self.url, content=body, headers=headers)

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())


async def until_told(slack: FakeSlack) -> list[Json]:
    """What was sent to response URLs, once there is something."""
    await slack.until(lambda: slack.responses)
    return slack.responses
