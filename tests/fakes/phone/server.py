"""A strict telephone provider on loopback: Twilio's REST API, the side the desk calls.

    async with FakeProvider() as provider:
        ... place a call ...
        (call,) = provider.calls
    assert provider.violations == []

It refuses what Twilio refuses, in Twilio's words, and records in `violations` whatever a correct client never
does: unknown parameters, a wrong method or path, a body that is no form. What becomes of a call or a text is
told by `tests.fakes.phone.placed`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from multidict import CIMultiDict

from tests.fakes.loopback import Loopback
from tests.fakes.phone.params import CALLS, MESSAGES, ApiError, Form, Shape
from tests.servers.ports import free_port

WAIT = 5.0
_DRIP = 0.05
_API = "/2010-04-01/Accounts"
_RESOURCES: Mapping[str, tuple[Shape, str]] = {"Calls": (CALLS, "CA"), "Messages": (MESSAGES, "SM")}


@dataclass(frozen=True, slots=True)
class Account:
    """One at the provider, with its one number."""

    sid: str = "AC" + "0" * 32
    token: str = "0123456789abcdef0123456789abcdef"
    number: str = "+15551234567"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    authorization: str
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A call or a text that was taken: its sid and what was ordered."""

    sid: str
    form: Form

    def __getitem__(self, name: str) -> str:
        return self.form[name][0]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer. `executes`: it is carried out, the answer goes wrong."""

    executes: bool = False
    status: int | None = None
    body: str = ""
    code: int | None = None
    wait: str = ""
    silent: bool = False
    drips: bool = False


def too_many(retry_after: str = "") -> Fault:
    """https://www.twilio.com/docs/api/errors/20429"""
    return Fault(status=429, code=20429, body="Too Many Requests", wait=retry_after)


def refusal(status: int, code: int, message: str) -> Fault:
    return Fault(status=status, code=code, body=message)


def broken(status: int = 503) -> Fault:
    """The web server in front of the provider answers in HTML."""
    return Fault(status=status, body=f"<html><title>{status}</title></html>")


def lost_reply() -> Fault:
    """It did it, and the connection breaks before the answer."""
    return Fault(executes=True)


def silence() -> Fault:
    """It did it and never answers."""
    return Fault(executes=True, silent=True)


def drip() -> Fault:
    """It did it, and the answer never ends."""
    return Fault(executes=True, drips=True)


@dataclass(slots=True)
class FakeProvider:
    """The server. `about` is the account's own properties, `hooks` its number's; None: it has no number."""

    account: Account = field(default_factory=Account)
    about: dict[str, Any] = field(default_factory=lambda: {"status": "active", "type": "Full"})
    hooks: dict[str, Any] | None = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    calls: list[Placed] = field(default_factory=list)
    texts: list[Placed] = field(default_factory=list)
    url: str = ""
    _faults: dict[str, deque[Fault | None]] = field(default_factory=dict)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _loopback: Loopback = field(default_factory=Loopback)
    _port: int = field(default_factory=free_port)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.go_away()

    async def start(self) -> None:
        """Answer, at the same address as before when it had gone away."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._port = await self._loopback.open(app, self._port)
        self.url = f"http://127.0.0.1:{self._port}"
        self._closing.clear()

    async def go_away(self) -> None:
        """Nobody listens any more; what was met with silence is cut off."""
        self._closing.set()
        await self._loopback.close()

    def fail(self, resource: str, *faults: Fault | None) -> None:
        """The next requests of "Calls", "Messages", "Account" or "IncomingPhoneNumbers" meet these, in
        order; None: it goes well."""
        self._faults.setdefault(resource, deque()).extend(faults)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds; it is looked at whenever something was asked."""
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(condition)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.asked.append(_asked(request, body))
        try:
            return await self._answer(request, body)
        except ApiError as error:
            return _refused(error)
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _answer(self, request: web.Request, body: str) -> web.StreamResponse:
        resource = self._resource(request)
        waiting = self._faults.get(resource)
        fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.executes:
            return _spoiled(request, fault)
        answer = self._executed(request, resource, body)
        if fault is None:
            return answer
        if fault.silent:
            await self._closing.wait()
        if fault.drips:
            return await self._drip(request)
        return _spoiled(request, fault)

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(status=201)
        await answer.prepare(request)
        while not self._closing.is_set():
            await answer.write(b" ")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _DRIP)
        return answer

    def _resource(self, request: web.Request) -> str:
        """Raises ApiError for whoever is not the account's, and for addresses that are none."""
        sid, token = self.account.sid, self.account.token
        if request.headers.get("Authorization", "") != _basic(sid, token):
            raise ApiError(401, 20003, "Authenticate")
        resource = {
            f"{_API}/{sid}.json": "Account",
            f"{_API}/{sid}/IncomingPhoneNumbers.json": "IncomingPhoneNumbers",
            f"{_API}/{sid}/Calls.json": "Calls",
            f"{_API}/{sid}/Messages.json": "Messages",
        }.get(request.path)
        if resource is None:
            self.violations.append(f"unknown path {request.path}")
            raise ApiError(404, 20404, f"The requested resource {request.path} was not found")
        if request.method != ("POST" if resource in _RESOURCES else "GET"):
            self.violations.append(f"{request.method} of {resource}")
            raise ApiError(405, 20004, "Method not allowed")
        return resource

    def _executed(self, request: web.Request, resource: str, body: str) -> web.Response:
        match resource:
            case "Account":
                return web.json_response({"sid": self.account.sid, **self.about})
            case "IncomingPhoneNumbers":
                return web.json_response({"incoming_phone_numbers": self._numbers(request)})
        if request.content_type != "application/x-www-form-urlencoded":
            self.violations.append(f"{resource} as {request.content_type}")
        return self._created(resource, body)

    def _numbers(self, request: web.Request) -> list[dict[str, Any]]:
        """Those whose number holds what was asked for."""
        if self.hooks is None or request.query.get("PhoneNumber", "") not in self.account.number:
            return []
        return [{"phone_number": self.account.number, **self.hooks}]

    def _created(self, resource: str, body: str) -> web.Response:
        shape, prefix = _RESOURCES[resource]
        form, wrong = shape.read(body)
        self.violations += [f"{resource}: {each}" for each in wrong]
        if wrong:
            raise ApiError(400, 20001, f"Invalid parameters: {'; '.join(wrong)}")
        shape.judge(form)
        if form["From"] != [self.account.number]:
            raise ApiError(400, 21210, f"{form['From'][0]} is not one of this account's numbers")
        kept = self.calls if resource == "Calls" else self.texts
        sid = f"{prefix}{len(kept) + 1:032x}"
        kept.append(Placed(sid, form))
        answer = {"sid": sid, "account_sid": self.account.sid, "status": "queued", "to": form["To"][0]}
        return web.json_response({**answer, "from": self.account.number}, status=201)


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _asked(request: web.Request, body: str) -> Asked:
    headers = request.headers
    return Asked(
        request.method,
        request.path,
        request.query_string,
        headers.get("Authorization", ""),
        headers.get("Content-Type", ""),
        body,
    )


def _refused(error: ApiError, headers: CIMultiDict[str] | None = None) -> web.Response:
    """https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions"""
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return web.json_response(body, status=error.status, headers=headers)


def _spoiled(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.status is not None and fault.code is not None:
        headers = CIMultiDict({"Retry-After": fault.wait} if fault.wait else {})
        return _refused(ApiError(fault.status, fault.code, fault.body), headers)
    if fault.status is not None:
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
