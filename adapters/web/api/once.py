"""Idempotency keys: the same request, however often it comes, changes the desk once and is answered alike."""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
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
from bot.window import T, Unit, Window
from bot.work import Work

log = structlog.get_logger()
SWEEP_EVERY = timedelta(minutes=10)
KEPT_HEADERS = ("location", "content-type", "content-language", "www-authenticate")
_QUOTED = re.compile(r'"(.*)"')
"""The draft has the key as a string of RFC 8941, most programs send it bare: they are one."""
OF_KEYS: Mapping[str, tuple[int, str, Mapping[str, str]]] = {
    "key_of_another": (422, "key_of_another", {}),
    "key_at_work": (409, "key_at_work", {"retry-after": "1"}),
}
"""Refusals that say what is wrong with a key, as problems."""
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
        """For a change that is an event of the desk. Raises Problem, Refused, StoreError."""
        if not change.key:
            return await change.do(f"api:{change.caller.token.id}:{secrets.token_hex(12)}")

        async def done(begun: GivenAnswer) -> Response:
            response = await change.do(begun.event_key)
            await self._noted(begun, response)
            return response

        return await self._once(request, change.caller, change.key, change.digest, done)

    async def write(self, request: Request, caller: Caller, key: str, unit: Unit[Response]) -> Response:
        """For any other: `unit` makes it, and it is noted in the same transaction. Raises as `answer`."""
        if not key:
            return await self._window.act(unit)

        async def done(begun: GivenAnswer) -> Response:
            return await self._act(lambda work: _written(work, begun, unit))

        return await self._once(request, caller, key, digest_of(request), done)

    async def _once(
        self,
        request: Request,
        caller: Caller,
        key: str,
        digest: str,
        done: Callable[[GivenAnswer], Awaitable[Response]],
    ) -> Response:
        await self._sweep()
        begun = await self._begin(caller, key, digest)
        if begun.status is not None:
            return _replayed(begun)
        try:
            return await self._done(request, begun, done)
        except Exception:
            await self._leave(begun)
            raise

    async def _begin(self, caller: Caller, key: str, digest: str) -> GivenAnswer:
        plain, token = _QUOTED.sub(r"\1", key), caller.token.id
        return await self._act(lambda work: begin(work, token, plain, digest))

    async def _done(
        self, request: Request, begun: GivenAnswer, done: Callable[[GivenAnswer], Awaitable[Response]]
    ) -> Response:
        """A refusal is an answer too; that the store is away is none."""
        try:
            return await done(begun)
        except (Problem, Refused) as error:
            response = self._problems.response(request, error)
        await self._noted(begun, response)
        return response

    async def _noted(self, begun: GivenAnswer, response: Response) -> None:
        await self._act(lambda work: _note(work, begun, response))

    async def _act(self, unit: Unit[T]) -> T:
        """Raises Problem for what is wrong with the key."""
        try:
            return await self._window.act(unit)
        except Refused as refused:
            if refused.key not in OF_KEYS:
                raise
            raise Problem(*OF_KEYS[refused.key]) from None

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


async def _note(work: Work, begun: GivenAnswer, response: Response) -> None:
    said = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    await answered(work, begun, response.status_code, bytes(response.body).decode(), said)


async def _written(work: Work, begun: GivenAnswer, unit: Unit[Response]) -> Response:
    response = await unit(work)
    await _note(work, begun, response)
    return response


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
