"""A strict receiver of webhooks on loopback, which believes nothing that Standard Webhooks' own library does
not.

async with FakeReceiver(clock) as receiver:
    receiver.secrets = [webhook.secret]
    ... something happens ...
    (message,) = receiver.taken
assert receiver.violations == []
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from bot.ports import Clock
from standardwebhooks.webhooks import Webhook as Verifier

from tests.fakes.loopback import Loopback

TOLERANCE = timedelta(minutes=5)
"""The library's own, which it measures by the real clock."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` None: `silent` says nothing for ever, else the connection is cut. `taken`: it was heard."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What arrived and when, by the desk's clock."""

    id: str
    at: datetime
    path: str
    body: dict[str, Any]
    signatures: int

    @property
    def type(self) -> str:
        return str(self.body["type"])


@dataclass(slots=True)
class FakeReceiver:
    """`secrets`: those that hold here, by path ("/hook"). `taken` has every try that counted, also one of
    something already there."""

    clock: Clock
    tls: SSLContext | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    tries: list[datetime] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault | None = None
    url: str = ""
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _loopback: Loopback = field(default_factory=Loopback)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._any)
        port, scheme = await self._loopback.open(app, tls=self.tls), "https" if self.tls else "http"
        self.url = f"{scheme}://localhost:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._loopback.close()

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.taken]

    @property
    def types(self) -> list[str]:
        return [each.type for each in self.taken]

    def kinds(self, path: str = "/hook") -> list[str]:
        """The kinds of the events told there, in order."""
        return [each.body["data"]["event"]["kind"] for each in self.taken if each.path == path]

    async def heard(self) -> None:
        """Return once something has come in, whatever becomes of it."""
        await self._heard.wait()

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.tries.append(self.clock.now())
        self._heard.set()
        fault = self.faults.popleft() if self.faults else self.always
        if fault is not None and not fault.taken:
            return await self._fails(request, fault)
        await self._take(request)
        return web.Response(status=204) if fault is None else await self._fails(request, fault)

    async def _take(self, request: web.Request) -> None:
        body = await request.read()
        self.violations += self._wrong(request, body)
        said = request.headers
        self.taken.append(
            Taken(
                said.get("webhook-id", ""),
                self.clock.now(),
                request.path,
                json.loads(body),
                len(said.get("webhook-signature", "").split()),
            )
        )

    def _wrong(self, request: web.Request, body: bytes) -> list[str]:
        said, secret = request.headers, self.secrets.get(request.path, "")
        faults = [] if request.method == "POST" else [request.method]
        if said.get("content-type") != "application/json":
            faults.append("content-type")
        if said.get("host") != self.url.partition("://")[2]:
            faults.append(f"host {said.get('host')}")
        if "." in said["webhook-id"]:
            faults.append("a dot in the id")
        if not secret or not self._is_signed(secret, request, body):
            faults.append(f"signature at {request.path}")
        return faults

    def _is_signed(self, secret: str, request: web.Request, body: bytes) -> bool:
        """As the library's `verify` does, whose clock cannot be moved."""
        said = request.headers
        at = datetime.fromtimestamp(int(said["webhook-timestamp"]), UTC)
        expected = Verifier(secret).sign(said["webhook-id"], at, body.decode())
        return expected in said["webhook-signature"].split() and abs(self.clock.now() - at) < TOLERANCE

    async def _fails(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.silent:
            await self._closing.wait()
        if fault.status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=fault.status, headers=fault.headers)
