"""A strict ntfy server on loopback. https://docs.ntfy.sh/publish/, https://docs.ntfy.sh/config/#health-checks

async with FakeNtfy() as server:
    ... publish ...
    (message,) = server.messages
assert server.violations == []
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_FIELDS: dict[str, type] = {
    "topic": str,
    "title": str,
    "message": str,
    "priority": int,
    "tags": list,
    "actions": list,
}
_ACTION = {"action", "label", "url", "method", "clear", "headers", "body"}
LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` None: `silent` says nothing for ever, else the connection is cut."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    silent: bool = False


@dataclass(slots=True)
class FakeNtfy:
    """`token`: what must be presented; None: open to all. `closed`: topics that nobody may use."""

    token: str | None = None
    closed: set[str] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    healthy: bool = True
    url: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._publish)
        app.router.add_get("/v1/health", self._health)
        app.router.add_get("/{topic}/auth", self._auth)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _unknown(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} {request.path}")
        return _no(404, 40401, "page not found")

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"healthy": self.healthy})

    async def _auth(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request, request.match_info["topic"])
        return refusal or web.json_response({"success": True})

    def _refusal(self, request: web.Request, topic: str) -> web.Response | None:
        given = request.headers.get("Authorization", "")
        if self.token is not None and given != f"Bearer {self.token}":
            return _no(401, 40101, "unauthorized")
        return _no(403, 40301, "forbidden") if topic in self.closed else None

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        if self.faults:
            fault = self.faults.popleft()
            if fault.silent:
                await self._closing.wait()
            if fault.status is None:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
        message = json.loads(await request.text())
        wrong = list(_wrong(message))
        self.violations += wrong
        if wrong:
            return _no(400, 40024, f"invalid request: {wrong[0]}")
        refusal = self._refusal(request, message["topic"])
        if refusal is not None:
            return refusal
        self.messages.append(message)
        return web.json_response(
            {"id": f"m{len(self.messages)}", "event": "message", "topic": message["topic"]}
        )


def _wrong(message: dict[str, Any]) -> list[str]:
    faults = [f"unknown field {name}" for name in message.keys() - _FIELDS.keys()]
    faults += [
        f"{name} is {value!r}"
        for name, value in message.items()
        if not isinstance(value, _FIELDS.get(name, object))
    ]
    if not TOPIC.fullmatch(message.get("topic", "")):
        faults.append("no topic")
    if not 1 <= message.get("priority", 3) <= 5:
        faults.append(f"priority {message['priority']}")
    if len(message.get("message", "").encode()) > LONGEST:
        faults.append("a message that becomes a file")
    actions = message.get("actions", [])
    if len(actions) > 3:
        faults.append("more than three actions")
    faults += [f"action {each}" for each in actions if each.keys() - _ACTION or each.get("action") != "http"]
    return faults


def _no(status: int, code: int, error: str) -> web.Response:
    return web.json_response({"code": code, "http": status, "error": error}, status=status)
