"""One thing that a program can ask for, and what is done around each of them."""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from inspect import getdoc
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from adapters.web.api.caller import Caller, Gate, limits_of
from adapters.web.api.problems import MEDIA_TYPE, Problem, Problems
from adapters.web.api.turns import Turns
from adapters.web.forms import FormRefused
from adapters.web.last_word import LastWord
from adapters.web.uploading import Limits, check_head, chunks
from bot.access.session import Scope

JSON_BODY = 256 * 1024
"""Bytes of a request that is no upload: longer texts are files."""
SCHEME = "token"
_ALWAYS = (401, 403, 429, 503)


class Takes(Enum):
    """What a request brings."""

    NOTHING = "nothing"
    JSON = "json"
    FORM = "form"
    """Read by the endpoint itself, as it comes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`scope` None: any good token. `gives`: the shape of the answer with `status`; None for bytes. `fails`:
    the statuses of what may be wrong, beside those that may always be."""

    method: str
    path: str
    endpoint: Callable[..., Any]
    name: str
    summary: str
    tag: str
    scope: Scope | None
    gives: type[BaseModel] | None
    fails: tuple[int, ...] = ()
    status: int = 200
    takes: Takes = Takes.NOTHING
    headers: Mapping[str, str] | None = None
    extra: Mapping[str, Any] | None = None


_MEANING = {
    400: "It cannot be read.",
    401: "No token, or none that is good.",
    403: "The token may not do that.",
    404: "There is none, or it is not yours to see.",
    408: "It came in too slowly.",
    409: "The desk says no, or the same key is at work.",
    413: "It is too large.",
    415: "It is of another type than is read here.",
    422: "It is not valid, or the key came with another request before.",
    429: "Too many requests.",
    503: "The store cannot be reached; nothing was changed, or the same key finds out.",
}
_WITH = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}


Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class ApiRoute(APIRoute):
    """Asks first who it is, then reads what they sent, and tells them what they have left. Whoever only looks
    waits for their turn."""

    def __init__(self, operation: Operation, gate: Gate, turns: Turns, problems: Problems) -> None:
        self._operation, self._gate, self._turns, self._problems = operation, gate, turns, problems
        scopes = [operation.scope.value] if operation.scope else []
        super().__init__(
            operation.path,
            operation.endpoint,
            methods=[operation.method],
            name=operation.name,
            operation_id=operation.name,
            summary=operation.summary,
            description=getdoc(operation.endpoint) or "",
            tags=[operation.tag],
            status_code=operation.status,
            response_model=None,
            responses=dict(_responses(operation)),
            openapi_extra={"security": [{SCHEME: scopes}], **(operation.extra or {})},
        )

    def get_route_handler(self) -> Handle:
        inner = super().get_route_handler()
        if self._operation.method == "GET":
            inner = self._in_turn(inner)

        async def handle(request: Request) -> Response:
            read = _Read(request.receive)
            request = Request(request.scope, read.receive)
            try:
                caller = await self._gate.admit(request, self._operation.scope)
            except self._problems.kinds as error:
                return self._problems.response(request, error)
            response = await self._answer(inner, request, caller, read)
            response.headers.update(limits_of(caller.allowance))
            response.headers.setdefault("cache-control", "no-store")
            return response

        return handle

    def _in_turn(self, inner: Handle) -> Handle:
        async def handle(request: Request) -> Response:
            async with self._turns.of(_caller_of(request).token.id):
                return await inner(request)

        return handle

    async def _answer(self, inner: Handle, request: Request, caller: Caller, read: "_Read") -> Response:
        try:
            request.state.caller = caller
            if self._operation.takes is not Takes.FORM:
                request.state.body = await _body(request, self._operation.takes)
                request = Request(request.scope, _again(request.state.body))
            return await inner(request)
        except FormRefused as error:
            said = self._problems.response(request, error)
            return said if read.whole else LastWord(said)
        except self._problems.kinds as error:
            return self._problems.response(request, error)


class _Read:
    """Whether a request has been read to its end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.whole = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.whole = self.whole or not message.get("more_body", False)
        return message


async def _body(request: Request, takes: Takes) -> bytes:
    """All of it, since it is small. Raises FormRefused, Problem."""
    if request.method == "GET":
        return b""
    limits = Limits(body=JSON_BODY)
    check_head(request, limits)
    body = bytearray()
    async with aclosing(chunks(request, limits)) as pieces:
        async for piece in pieces:
            body += piece
    if takes is Takes.JSON and not _is_json(request.headers):
        raise Problem(415, "not_json")
    return bytes(body)


def _is_json(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _responses(operation: Operation) -> dict[int | str, dict[str, Any]]:
    good: dict[str, Any] = {"description": "Done."}
    if operation.gives is not None:
        good["model"] = operation.gives
    if operation.headers:
        good["headers"] = {name: _header(said) for name, said in operation.headers.items()}
    return {
        operation.status: good,
        **{status: _failure(status) for status in sorted({*_ALWAYS, *operation.fails})},
    }


def _failure(status: int) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    headers = {name: _header("") for name in _WITH.get(status, ())}
    return {
        "description": _MEANING[status],
        "content": {MEDIA_TYPE: problem},
        **({"headers": headers} if headers else {}),
    }


def _header(description: str) -> dict[str, Any]:
    said = {"description": description} if description else {}
    return {**said, "required": True, "schema": {"type": "string"}}


def _caller_of(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


By = Annotated[Caller, Depends(_caller_of)]
"""The program that asks."""
