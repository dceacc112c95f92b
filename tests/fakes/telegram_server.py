"""A strict Bot API on loopback.

    async with FakeTelegram() as telegram:
        acme = telegram.world.group(-1001000000001, "Acme", [customer])
        await telegram.people.say(acme, customer, "video is black")
        await telegram.until(lambda: telegram.sent(acme))
        assert telegram.violations == []

It refuses what Telegram refuses, in Telegram's words, and records in `violations` whatever a correct client
never does: unknown methods, parameters the method does not have, a wrong token, a body that is no form.
Left out on purpose: sending media, moderation, payments, inline mode.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.loopback import Loopback
from tests.fakes.telegram_methods import Methods
from tests.fakes.telegram_params import ApiError, Json, Params
from tests.fakes.telegram_people import People
from tests.fakes.telegram_queue import UpdateQueue
from tests.fakes.telegram_world import Chat, User, World

TOKEN = "424242:AAfake-token_Of_Thirty_Five_Characters"
BOT = User(424242, "Dawnline", "dawnline_bot", is_bot=True)
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GROUP_LIMIT = 20
TOTAL_LIMIT = 30
WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method that had the right token."""

    method: str
    params: Json


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer. `executes`: the method is carried out, the answer goes wrong."""

    executes: bool = False
    status: int | None = None
    body: Json | str = ""
    silent: bool = False


def too_many(retry_after: int) -> Fault:
    parameters = {"retry_after": retry_after}
    description = f"Too Many Requests: retry after {retry_after}"
    return refusal(429, description, parameters)


def refusal(code: int, description: str, parameters: Json | None = None) -> Fault:
    return Fault(status=code, body=_error(code, description, parameters or {}))


def bad_gateway() -> Fault:
    """The web server in front of Telegram answers in HTML."""
    return Fault(status=502, body="<html><head><title>502 Bad Gateway</title></head></html>")


def lost_reply() -> Fault:
    """It did it, and the connection breaks before the answer."""
    return Fault(executes=True)


def cut() -> Fault:
    """The connection breaks and nothing was done."""
    return Fault()


def silence() -> Fault:
    """It did it and never answers."""
    return Fault(executes=True, silent=True)


@dataclass(slots=True)
class FakeTelegram:
    """The server. `now` dates messages; `limits_on` enforces 20/min per group and 30/s in all by it."""

    now: Callable[[], datetime] = lambda: START
    limits_on: bool = False
    violations: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    world: World = field(init=False)
    updates: UpdateQueue = field(init=False)
    methods: Methods = field(init=False)
    people: People = field(init=False)
    _faults: dict[str, deque[Fault]] = field(default_factory=dict)
    _sent_at: list[tuple[datetime, int]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _loopback: Loopback = field(default_factory=Loopback)

    def __post_init__(self) -> None:
        self.world = World(BOT, self.now)
        self.updates = UpdateQueue()
        self.methods = Methods(self.world)
        self.people = People(self.world, self.updates, self.methods.fresh_queries)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=60 << 20)
        app.router.add_get("/", self._front_page)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{folder}/{file_id}", self._download)
        self.url = f"http://127.0.0.1:{await self._loopback.open(app)}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        await self._loopback.close()

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` meet these faults, in order."""
        self._faults.setdefault(method, deque()).extend(faults)

    def hang_up(self) -> None:
        """Break the connections that were met with silence."""
        self._closing.set()

    async def until(self, condition: Callable[[], Any], seconds: float = WAIT) -> None:
        """Wait until `condition` holds; it is looked at as every call begins and ends."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), seconds)

    def sent(self, chat: Chat) -> list[Json]:
        """The messages of the bot in `chat`, oldest first."""
        return [m for m in chat.messages.values() if m["from"]["id"] == BOT.id and "text" in m]

    def called(self, method: str) -> list[Json]:
        return [call.params for call in self.calls if call.method == method]

    async def _front_page(self, _: web.Request) -> web.Response:
        headers = {"Location": "https://core.telegram.org/bots", "Date": self._date()}
        return web.Response(status=302, headers=headers)

    def _date(self) -> str:
        return format_datetime(self.now().astimezone(UTC), usegmt=True)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != TOKEN:
            return self._reject_token(token)
        params = Params(dict(await request.post()) if request.can_read_body else dict(request.query))
        self.calls.append(Call(method, params.raw))
        await self._tell()
        try:
            return await self._answer(request, method, params)
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _reject_token(self, token: str) -> web.Response:
        self.violations.append("wrong token")
        return self._refuse(ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found"))

    async def _answer(self, request: web.Request, method: str, params: Params) -> web.StreamResponse:
        waiting = self._faults.get(method)
        fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.executes:
            return self._spoil(request, fault)
        response = await self._execute(method, params)
        if fault is None:
            return response
        if fault.silent:
            await self._closing.wait()
        return self._spoil(request, fault)

    def _spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status is not None and isinstance(fault.body, str):
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if fault.status is not None:
            return web.json_response(fault.body, status=fault.status)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _execute(self, method: str, params: Params) -> web.Response:
        try:
            result = await self._run(method, params)
        except ApiError as error:
            return self._refuse(error)
        self.violations += [f"{method} has no parameter {name}" for name in sorted(params.unread)]
        return web.json_response({"ok": True, "result": result})

    async def _run(self, method: str, params: Params) -> Any:
        fetching: dict[str, Callable[[Params], Awaitable[Any]]] = {
            "getUpdates": self.updates.get_updates,
            "setWebhook": self.updates.set_webhook,
            "deleteWebhook": self.updates.delete_webhook,
        }
        if method in fetching:
            return await fetching[method](params)
        if method == "getWebhookInfo":
            return self.updates.webhook_info(params)
        if method not in self.methods.table():
            self.violations.append(f"unknown method {method}")
            raise ApiError(404, "Not Found")
        self._check_limits(method, params)
        return self.methods.table()[method](params)

    def _check_limits(self, method: str, params: Params) -> None:
        if not self.limits_on or method not in {"sendMessage", "editMessageText"}:
            return
        now, chat = self.now(), int(params.required("chat_id"))
        minute = [at for at, where in self._sent_at if where == chat and now - at < timedelta(minutes=1)]
        second = [at for at, _ in self._sent_at if now - at < timedelta(seconds=1)]
        if chat < 0 and len(minute) >= GROUP_LIMIT:
            raise _flood(60 - int((now - minute[-GROUP_LIMIT]).total_seconds()))
        if len(second) >= TOTAL_LIMIT:
            raise _flood(1)
        self._sent_at.append((now, chat))

    def _refuse(self, error: ApiError) -> web.Response:
        return web.json_response(_error(error.code, error.description, error.parameters), status=error.code)

    async def _download(self, request: web.Request) -> web.Response:
        content = self.world.files.get(request.match_info["file_id"])
        if request.match_info["token"] != TOKEN or content is None:
            return self._refuse(ApiError(404, "Not Found"))
        return web.Response(body=content)


def _flood(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def _error(code: int, description: str, parameters: Json) -> Json:
    more = {"parameters": parameters} if parameters else {}
    return {"ok": False, "error_code": code, "description": description, **more}
