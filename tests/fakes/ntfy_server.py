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

from tests.fakes.loopback import Loopback

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
LONGEST = 4095
"""Bytes of a message: ntfy's limit is 4,096, and whatever fills it becomes a file (its `util.Peek`)."""
LONGEST_BODY = 8191
"""Bytes of the JSON: twice that limit, likewise (its `transformBodyJSON`)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` None: `silent` says nothing for ever, else the connection is cut."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    silent: bool = False


@dataclass(slots=True)
class FakeNtfy:
    """`token`: what must be presented; None: no access control. `closed`: topics that nobody may use.
    `unguarded`: who presents nothing may use the others too."""

    token: str | None = None
    closed: set[str] = field(default_factory=set)
    unguarded: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    healthy: bool = True
    url: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _loopback: Loopback = field(default_factory=Loopback)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._publish)
        app.router.add_get("/v1/health", self._health)
        app.router.add_get("/{topic}/auth", self._auth)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self.url = f"http://127.0.0.1:{await self._loopback.open(app)}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._loopback.close()

    async def _unknown(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} {request.path}")
        return _no(404, 40401, "page not found")

    async def _health(self, request: web.Request) -> web.Response:
        return self._stranger(request) or web.json_response({"healthy": self.healthy})

    async def _auth(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request, request.match_info["topic"])
        return refusal or web.json_response({"success": True})

    def _stranger(self, request: web.Request) -> web.Response | None:
        """With access control a wrong token is turned away at every path, also where none is needed."""
        known = self.token is None or request.headers.get("Authorization") in (None, f"Bearer {self.token}")
        return None if known else _no(401, 40101, "unauthorized")

    def _refusal(self, request: web.Request, topic: str) -> web.Response | None:
        guarded = self.token is not None and not self.unguarded
        nobody = guarded and "Authorization" not in request.headers
        forbidden = _no(403, 40301, "forbidden") if topic in self.closed or nobody else None
        return self._stranger(request) or forbidden

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        if self.faults:
            return await self._fails(request, self.faults.popleft())
        body = await request.read()
        if len(body) > LONGEST_BODY:
            self.violations.append(f"{len(body)} bytes")
            return _no(413, 41303, "JSON body too large")
        message = json.loads(body)
        return self._refusal(request, message.get("topic", "")) or self._taken(message)

    def _taken(self, message: dict[str, Any]) -> web.Response:
        if wrong := _wrong(message):
            self.violations += wrong
            return _no(400, 40024, f"invalid request: {wrong[0]}")
        self.messages.append(message)
        return web.json_response(
            {"id": f"m{len(self.messages)}", "event": "message", "topic": message["topic"]}
        )

    async def _fails(self, request: web.Request, fault: Fault) -> web.Response:
        if fault.silent:
            await self._closing.wait()
        if fault.status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body)


def _wrong(message: dict[str, Any]) -> list[str]:
    faults = [f"unknown field {name}" for name in message.keys() - _FIELDS.keys()]
    faults += [
        f"{name} is {value!r}"
        for name, value in message.items()
        if not isinstance(value, _FIELDS.get(name, object))
    ]
    return faults or _unfit(message)


def _unfit(message: dict[str, Any]) -> list[str]:
    """What is wrong in a message whose fields are of the right kinds."""
    faults = []
    if not TOPIC.fullmatch(message.get("topic", "")):
        faults.append("no topic")
    if not 1 <= message.get("priority", 3) <= 5:
        faults.append(f"priority {message['priority']}")
    if len(message.get("message", "").encode()) > LONGEST:
        faults.append("a message that becomes a file")
    actions = message.get("actions", [])
    if len(actions) > 3:
        faults.append("more than three actions")
    return faults + [f"action {each}" for each in actions if not _pressable(each)]


def _pressable(action: dict[str, Any]) -> bool:
    """ntfy's `parseActions`."""
    needed = action.get("action") == "http" and action.get("label") and action.get("url")
    return bool(needed) and not action.keys() - _ACTION


def _no(status: int, code: int, error: str) -> web.Response:
    return web.json_response({"code": code, "http": status, "error": error}, status=status)
