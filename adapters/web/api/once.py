"""Idempotency keys: the same request, however often it comes, changes the desk once and is answered alike."""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import structlog
from fastapi import Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.problems import Problem, Problems
from bot.access.answering import answered, begin, left, sweep
from bot.access.session import GivenAnswer
from bot.errors import Refused, StoreError
from bot.ports import Clock
from bot.window import Window

log = structlog.get_logger()
SWEEP_EVERY = timedelta(minutes=10)
KEPT_HEADERS = ("location", "content-type", "content-language", "www-authenticate")
_QUOTED = re.compile(r'"(.*)"')
"""The draft has the key as a string of RFC 8941, most programs send it bare: they are one."""
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,255}$",
        description="Makes it safe to send the request again: it happens once, and is answered alike for "
        "24 hours. A fresh random string for every new request.",
    ),
]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to happen. `digest`: of all that the request says. `do`: given the key of the event, brings it
    about and says what came of it; raises Problem, Refused, StoreError."""

    caller: Caller
    key: str
    digest: str
    do: Callable[[str], Awaitable[Response]]


class Once:
    """Keeps what was answered in the store, for all workers."""

    def __init__(self, window: Window, clock: Clock, problems: Problems) -> None:
        self._window = window
        self._clock = clock
        self._problems = problems
        self._swept: datetime | None = None

    async def answer(self, request: Request, change: Change) -> Response:
        """Raises Problem, Refused, StoreError."""
        if not change.key:
            return await change.do(f"api:{change.caller.token.id}:{secrets.token_hex(12)}")
        await self._sweep()
        begun = await self._begin(change)
        if begun.status is not None:
            return _replayed(begun)
        try:
            response = await self._done(request, change, begun)
            said = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            body = bytes(response.body).decode()
            await self._window.act(lambda work: answered(work, begun, response.status_code, body, said))
        except Exception:
            await self._leave(begun)
            raise
        return response

    async def _begin(self, change: Change) -> GivenAnswer:
        key = _QUOTED.sub(r"\1", change.key)
        token, digest = change.caller.token.id, change.digest
        try:
            return await self._window.act(lambda work: begin(work, token, key, digest))
        except Refused as refused:
            status, headers = (422, {}) if refused.key == "key_of_another" else (409, {"retry-after": "1"})
            raise Problem(status, refused.key, headers) from None

    async def _done(self, request: Request, change: Change, begun: GivenAnswer) -> Response:
        """A refusal is an answer too; that the store is away is none."""
        try:
            return await change.do(begun.event_key)
        except (Problem, Refused) as error:
            return self._problems.response(request, error)

    async def _leave(self, begun: GivenAnswer) -> None:
        try:
            await self._window.act(lambda work: left(work, begun))
        except StoreError as error:  # then it is free when nobody holds it any more
            log.warning("an idempotency key could not be given back", reason=str(error))

    async def _sweep(self) -> None:
        now = self._clock.now()
        if self._swept is None or now >= self._swept + SWEEP_EVERY:
            self._swept = now
            await self._window.act(sweep)


def _replayed(given: GivenAnswer) -> Response:
    headers = {**given.headers, "idempotency-replayed": "true", "cache-control": "no-store"}
    return Response(given.body, given.status or 200, headers)


def digest_of(request: Request, said: bytes | None = None) -> str:
    """Of the whole request; `said`: in the place of a body that was not held."""
    body: bytes = request.state.body if said is None else said
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def shown(model: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(model.model_dump_json(), status, headers, "application/json")
