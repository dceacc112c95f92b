"""When the answer is no: RFC 9457, with words in English or, where Accept-Language says so, Chinese."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.fields import MEANT
from adapters.web.forms import FormRefused
from adapters.web.reader import accepted
from bot.errors import Refused, StoreError
from bot.messages.catalogue import FALLBACK, Voice
from bot.ports import Clock
from bot.verbs.perform import in_words
from bot.window import Window

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:dawnline:problem:"
"""What follows it is the problem's key, which never changes its meaning."""
AGAIN_IN = "5"
"""Seconds after which the store may be back."""


class Problem(Exception):
    """`why` (or its key alone, where nothing is said in its words) names the words in the catalogues,
    `api.problem.KEY` before `refused.KEY`. `faults`: what is wrong with a request, one by one."""

    def __init__(
        self,
        status: int,
        why: Refused | str,
        headers: Mapping[str, str] | None = None,
        faults: Sequence["Fault"] = (),
    ) -> None:
        self.refused = Refused(why) if isinstance(why, str) else why
        super().__init__(f"{status} {self.refused.key}")
        self.status = status
        self.headers = dict(headers or {})
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Fault:
    """`where`: a JSON pointer into the body ("#/title"), or "query:limit", "header:Idempotency-Key"."""

    where: str
    detail: str


class FaultShape(BaseModel):
    """One thing that is wrong with the request."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(description="A JSON pointer into the body (#/title), or query:NAME, header:NAME.")
    detail: str


class ProblemShape(BaseModel):
    """RFC 9457. `type` says which problem it is and never changes its meaning; the words may change."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=[f"{TYPE}unknown_ticket"])
    title: str
    status: int
    detail: str
    errors: list[FaultShape] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problems:
    """Answers whatever is raised."""

    window: Window
    clock: Clock
    kinds: tuple[type[Exception], ...] = field(
        default=(Problem, FormRefused, Refused, StoreError, RequestValidationError, HTTPException)
    )

    def response(self, request: Request, error: Exception) -> Response:
        problem = _as_problem(error)
        if isinstance(error, StoreError):
            log.warning("a program could not be answered", path=request.url.path, reason=str(error))
        voice = self._voice(request)
        said = {
            "type": f"{TYPE}{problem.refused.key}",
            "title": voice.say(f"api.title.{problem.status}"),
            "status": problem.status,
            "detail": self._detail(voice, problem.refused),
            **_faults(problem),
        }
        headers = {"cache-control": "no-store", "content-language": voice.language, **problem.headers}
        body = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
        return Response(body, problem.status, headers, MEDIA_TYPE)

    def _voice(self, request: Request) -> Voice:
        language = accepted(request.headers) or FALLBACK
        return Voice(self.window.house.catalogue, language, "UTC", self.clock.now())

    def _detail(self, voice: Voice, refused: Refused) -> str:
        own = f"api.problem.{refused.key}"
        if voice.catalogue.has(own):
            return voice.say(own, **refused.words)
        return in_words(self.window.house, voice, refused)


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case FormRefused():
            return Problem(error.status, error)
        case Refused():
            return Problem(404 if error.key == "unknown_ticket" else 409, error)
        case StoreError():
            return Problem(503, "away", {"retry-after": AGAIN_IN})
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _from_http(error)
        case _:
            return Problem(500, "bug")


def _from_http(error: HTTPException) -> Problem:
    key = {404: "nothing_here", 405: "no_method"}.get(error.status_code, "malformed")
    return Problem(error.status_code, key, error.headers)


def _invalid(error: RequestValidationError) -> Problem:
    """What was sent is not repeated: it may be anything, also secrets. A path that cannot be is one at which
    nothing is."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(400, "malformed")
    if any(each["loc"][0] == "path" for each in found):
        return Problem(404, "nothing_here")
    return Problem(422, "invalid", faults=[Fault(_where(each["loc"]), _detail(each)) for each in found])


def _detail(fault: Mapping[str, Any]) -> str:
    pattern = fault.get("ctx", {}).get("pattern", "")
    return MEANT.get(pattern) or str(fault["msg"])


def _where(loc: Sequence[Any]) -> str:
    place, *steps = loc
    if place != "body":
        return f"{place}:{'.'.join(str(each) for each in steps)}"
    return "#" + "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in steps)


def _faults(problem: Problem) -> dict[str, Any]:
    if not problem.faults:
        return {}
    return {"errors": [{"where": each.where[:200], "detail": each.detail} for each in problem.faults]}
