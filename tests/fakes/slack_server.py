"""A strict local Slack: Web API, response URLs and Socket Mode over real sockets.

It validates every call the way Slack does and answers with Slack's own error codes. Whatever it
refuses it also writes into `violations`; the fixture asserts that the list is empty at the end, so a
test that provokes a refusal takes it out with `take_violations`. Faults (429, 5xx, cut connections,
replies that get lost after the deed) happen on demand.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from tests.fakes.loopback import Loopback
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_methods import BEHAVIOURS
from tests.fakes.slack_params import METHODS, Method, Refusal, check_message, missing_scope, read_arguments
from tests.fakes.slack_socket import SocketMode
from tests.fakes.slack_world import World

BOT_TOKEN = "xoxb-1111-2222-botsecretbotsecret"
APP_TOKEN = "xapp-1-A0APP-3333-appsecretappsecret"
MAX_RESPONSES = 5
WAIT = 5.0
ALL_SCOPES = frozenset(scope for method in METHODS.values() for scope in method.scopes) - {
    "connections:write"
}


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it arrived, and how it was answered ("ok", an error code or a fault's name)."""

    method: str
    arguments: Json
    outcome: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong on the next call of `method` (into `channel`, if one is given).

    kind: rate_limit, status (of `status`, with `error` as a JSON body if set), refuse (with code `error`),
    cut (nothing done, no answer), lose_reply (done, no answer), garbage (done, answered with no JSON),
    stall (done, answered when the fake stops).
    """

    method: str
    kind: str
    channel: str | None = None
    retry_after: int = 1
    status: int = 503
    error: str = ""

    def hits(self, method: str, raw: Json) -> bool:
        return self.method == method and self.channel in (None, raw.get("channel"))


@dataclass(slots=True)
class ResponseUrl:
    """Where an app may answer a slash command or a button: five times."""

    messages: list[Json] = field(default_factory=list)


class FakeSlack:
    """`base_url` goes into DAWNLINE_SLACK_API_URL. `now` gives message times and the Date header (aware)."""

    def __init__(self, now: Callable[[], datetime], scopes: Iterable[str] = ALL_SCOPES) -> None:
        self.world = World(now, scopes)
        self.socket = SocketMode(self._complain)
        self.violations: list[str] = []
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.response_urls: dict[str, ResponseUrl] = {}
        self.clock_skew = timedelta()
        self.limit_posts = False
        self.root = ""
        self._last_posts: dict[str, datetime] = {}
        self._loopback = Loopback()
        self._changed = asyncio.Condition()
        self._stopped = asyncio.Event()

    @property
    def base_url(self) -> str:
        return f"{self.root}/api/"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_get("/link", self.socket.connection)
        app.on_response_prepare.append(self._stamp)
        self.root = f"http://127.0.0.1:{await self._loopback.open(app)}"

    async def stop(self) -> None:
        self._stopped.set()
        await self.socket.close()
        await self._loopback.close()

    def fail_next(self, fault: Fault, times: int = 1) -> None:
        self.faults += [fault] * times

    def take_violations(self) -> list[str]:
        """What was refused so far, forgetting it."""
        taken, self.violations = self.violations, []
        return taken

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def response_url(self) -> str:
        """A fresh URL for the answer to one command or button."""
        name = f"r{len(self.response_urls) + 1}"
        self.response_urls[name] = ResponseUrl()
        return f"{self.root}/response/{name}"

    @property
    def responses(self) -> list[Json]:
        """Everything sent to any response URL, oldest first."""
        return [message for url in self.response_urls.values() for message in url.messages]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something that Slack can see (a call, an answer, a violation) has come to pass."""
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(condition)

    async def _tell_waiters(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _complain(self, what: str) -> None:
        self.violations.append(what)

    async def _stamp(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.world.now() + self.clock_skew, usegmt=True)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        raw: Json = {}
        try:
            method = _method(name)
            raw = await _raw_arguments(request, method)
            self._authenticate(request, method, raw)
            response = self._perform(request, name, method, raw)
            if self.calls[-1].outcome == "stall":
                await self._stopped.wait()
            return response
        except Refusal as refusal:
            self.violations.append(f"{name}: {refusal.code} {refusal.details or ''}".strip())
            self.calls.append(Call(name, raw, refusal.code))
            return web.json_response({"ok": False, "error": refusal.code, **refusal.details})
        finally:
            await self._tell_waiters()

    def _authenticate(self, request: web.Request, method: Method, raw: Json) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ") or raw.get("token")
        if not given:
            raise Refusal("not_authed")
        if given not in (BOT_TOKEN, APP_TOKEN):
            raise Refusal("invalid_auth")
        if given != (APP_TOKEN if method.token == "app" else BOT_TOKEN):
            raise Refusal("not_allowed_token_type")
        if method.token == "bot" and method.scopes and not method.scopes & self.world.scopes:
            raise missing_scope(min(method.scopes), self.world.scopes)

    def _perform(self, request: web.Request, name: str, method: Method, raw: Json) -> web.StreamResponse:
        fault = self._fault(name, raw) or self._too_fast(name, raw)
        if fault is not None and fault.kind in {"rate_limit", "status", "refuse", "cut"}:
            self.calls.append(Call(name, raw, fault.kind))
            return _refused(request, fault)
        body = {"ok": True, **self._behave(name, method, raw)}
        self.calls.append(Call(name, raw, fault.kind if fault else "ok"))
        if fault is not None:
            return _unheard(request, fault)
        return web.json_response(body, headers=self._headers(name))

    def _behave(self, name: str, method: Method, raw: Json) -> Json:
        arguments = read_arguments(method, raw)
        if name == "apps.connections.open":
            return {"url": f"{self.root.replace('http', 'ws', 1)}/link?ticket={self.socket.issue_ticket()}"}
        return BEHAVIOURS[name](self.world, arguments)

    def _headers(self, name: str) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self.world.scopes))} if name == "auth.test" else {}

    def _fault(self, method: str, raw: Json) -> Fault | None:
        found = next((fault for fault in self.faults if fault.hits(method, raw)), None)
        if found is not None:
            self.faults.remove(found)
        return found

    def _too_fast(self, method: str, raw: Json) -> Fault | None:
        """About one message a second and channel, when switched on."""
        if not self.limit_posts or method != "chat.postMessage":
            return None
        channel, now = str(raw.get("channel")), self.world.now()
        if now - self._last_posts.get(channel, now - timedelta(days=1)) < timedelta(seconds=1):
            return Fault(method, "rate_limit")
        self._last_posts[channel] = now
        return None

    async def _response(self, request: web.Request) -> web.Response:
        """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
        url = self.response_urls.get(request.match_info["id"])
        if url is None or len(url.messages) >= MAX_RESPONSES:
            self._complain("response_url: used_url")
            await self._tell_waiters()
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        message = await request.json()
        try:
            _check_response(message)
        except Refusal as refusal:
            self._complain(f"response_url: {refusal.code} {refusal.details or ''}".strip())
            return web.json_response({"ok": False, "error": refusal.code}, status=400)
        url.messages.append(message)
        await self._tell_waiters()
        return web.json_response({"ok": True})


_RESPONSE_KEYS = {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts"}


def _check_response(message: Json) -> None:
    if set(message) - _RESPONSE_KEYS or message.get("response_type") not in (None, "ephemeral", "in_channel"):
        raise Refusal("invalid_payload")
    check_message(message)


def _method(name: str) -> Method:
    if name not in METHODS:
        raise Refusal("unknown_method", req_method=name)
    return METHODS[name]


async def _raw_arguments(request: web.Request, method: Method) -> Json:
    """Query, form or JSON arguments, as they are."""
    raw: Json = dict(request.query)
    if request.method == "GET":
        return raw
    if request.content_type == "application/json":
        if method.reads:
            raise Refusal("invalid_post_type", note="reading methods take no JSON")
        return raw | _json_object(await request.text())
    form = await request.post()
    return raw | {name: value for name, value in form.items() if isinstance(value, str)}


def _json_object(body: str) -> Json:
    try:
        value: Any = json.loads(body)
    except ValueError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(value, dict):
        raise Refusal("json_not_object")
    return value


def _refused(request: web.Request, fault: Fault) -> web.StreamResponse:
    """The answers of a call that did nothing."""
    if fault.kind == "rate_limit":
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.kind == "refuse":
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind == "cut":
        return _cut(request)
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status)
    return web.Response(status=fault.status, text="<html>unavailable</html>", content_type="text/html")


def _unheard(request: web.Request, fault: Fault) -> web.StreamResponse:
    """The deed is done, but the caller does not learn it."""
    if fault.kind == "garbage":
        return web.Response(text="{not json", content_type="application/json")
    return _cut(request)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
