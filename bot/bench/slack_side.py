"""Slack's side of HTTP: signed events on connections that are kept, and an API that knows everybody."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.slack.settings import EVENTS_PATH
from adapters.web.server import WebServer
from bot.bench.ground import WORDS, name_of
from bot.clock import SystemClock

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of nobody
PEOPLE = 200
"""So many write, each for many customers: Slack is asked once for each of them."""
REPEATED = 10
"""One event in so many is delivered again, five deliveries later, while the first may still be in hand."""
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TEAM, _APP, _BOT = "T0BENCH", "A0BENCH", "U0BENCH"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to come. `key` is what stands on the ledger once it is taken in."""

    key: str
    body: bytes
    retry: int = 0

    def request(self, now: int) -> bytes:
        """Signed as of `now`, in seconds."""
        digest = hmac.new(SECRET.encode(), b"v0:%d:%b" % (now, self.body), hashlib.sha256).hexdigest()
        retry = f"x-slack-retry-num: {self.retry}\r\n" if self.retry else ""
        head = (
            f"POST {EVENTS_PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: Slackbot 1.0\r\naccept: */*\r\n"
            f"content-type: application/json\r\ncontent-length: {len(self.body)}\r\n{retry}"
            f"x-slack-request-timestamp: {now}\r\nx-slack-signature: v0={digest}\r\n\r\n"
        )
        return head.encode() + self.body


def deliveries(numbers: Sequence[int], now: datetime) -> Iterator[Delivery]:
    """The first words of these customers, some of them twice."""
    events = [_event(number, now + timedelta(microseconds=number)) for number in numbers]
    for index, each in enumerate(events):
        yield each
        if index % REPEATED == REPEATED // 2:
            yield replace(events[index - REPEATED // 2], retry=1)


def _event(number: int, sent_at: datetime) -> Delivery:
    ts, channel = f"{sent_at.timestamp():.6f}", name_of(number)
    return Delivery(f"message:{channel}:{ts}", json.dumps(_envelope(number, channel, ts)).encode())


def _envelope(number: int, channel: str, ts: str) -> dict[str, Any]:
    """As Slack sends it. https://docs.slack.dev/apis/events-api/#event-type-structure"""
    text = WORDS[number % len(WORDS)]
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    message = {
        "user": f"U{number % PEOPLE:07}",
        "type": "message",
        "ts": ts,
        "client_msg_id": f"5e6f{number:08}",
        "text": text,
        "team": _TEAM,
        "blocks": [{"type": "rich_text", "block_id": f"b{number}", "elements": [section]}],
        "channel": channel,
        "event_ts": ts,
        "channel_type": "channel",
    }
    authorization = {"enterprise_id": None, "team_id": _TEAM, "user_id": _BOT, "is_bot": True}
    return {
        "token": "unused",
        "team_id": _TEAM,
        "context_team_id": _TEAM,
        "context_enterprise_id": None,
        "api_app_id": _APP,
        "event": message,
        "type": "event_callback",
        "event_id": f"Ev{number:09}",
        "event_time": int(float(ts)),
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number:060}",
    }


@dataclass(slots=True)
class Rush:
    """What came of some deliveries. `waits` are seconds from sending a request until its answer was read."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Line:
    """One connection; one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def deliver(self, delivery: Delivery) -> None:
        """Raises RuntimeError for any answer but 200, and OSError or EOFError when the line goes dead."""
        self.writer.write(delivery.request(int(SystemClock().now().timestamp())))
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is not None:
            await self.reader.readexactly(int(length[1]))
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{delivery.key} was answered {head[9:12].decode()}")


async def rush(port: int, coming: Iterable[Delivery], at_once: int, result: Rush | None = None) -> Rush:
    """Deliver them all, `at_once` at a time. `result` is filled as it goes on."""
    result, waiting = result or Rush(), iter(coming)

    async def sender(line: Line) -> None:
        for each in waiting:
            sent = perf_counter()
            await line.deliver(each)
            result.waits.append(perf_counter() - sent)
            result.confirmed.add(each.key)

    async with lines(port, at_once) as open_lines:
        started = perf_counter()
        async with asyncio.TaskGroup() as senders:
            for line in open_lines:
                senders.create_task(sender(line))
        result.seconds = perf_counter() - started
    return result


@asynccontextmanager
async def lines(port: int, count: int) -> AsyncIterator[list[Line]]:
    lines = [Line(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]
    try:
        yield lines
    finally:
        for line in lines:
            line.writer.close()


@asynccontextmanager
async def slack_api() -> AsyncIterator[str]:
    """The two methods that taking in a message needs; gives the API's address."""
    routes = [
        Route("/api/auth.test", _auth_test, methods=["POST"]),
        Route("/api/users.info", _users_info, methods=["GET"]),
    ]
    server = WebServer(Starlette(routes=routes), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    try:
        yield f"http://127.0.0.1:{server.port}/api/"
    finally:
        server.stop()
        await running


async def _auth_test(request: Request) -> JSONResponse:
    return JSONResponse({"ok": True, "team_id": _TEAM, "user_id": _BOT, "bot_id": "B0BENCH"})


async def _users_info(request: Request) -> JSONResponse:
    user = request.query_params["user"]
    profile = {"display_name": f"Customer {user}", "real_name": f"Customer {user}"}
    return JSONResponse({"ok": True, "user": {"id": user, "team_id": _TEAM, "profile": profile}})
