"""The desk for programs put together: its operations, what is answered where none is, its description."""

from collections.abc import Mapping
from typing import Any, Protocol

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from adapters.web.api.attachments import Attachments
from adapters.web.api.caller import Gate
from adapters.web.api.commands import Commands
from adapters.web.api.cursors import Cursors
from adapters.web.api.customers import Customers
from adapters.web.api.desk import ApiDesk
from adapters.web.api.docs import Docs
from adapters.web.api.handles import Handles
from adapters.web.api.me import Me
from adapters.web.api.messages import Messages
from adapters.web.api.on_call import OnCall
from adapters.web.api.once import Once
from adapters.web.api.operation import SCHEME, ApiRoute, Operation
from adapters.web.api.problems import FaultShape, Problem, Problems, ProblemShape
from adapters.web.api.tickets import Tickets
from adapters.web.api.turns import Turns
from adapters.web.api.webhooks import Webhooks
from adapters.web.programs import PREFIX
from adapters.web.site import Site
from bot.ports import Lookup

ABOUT = (
    "Tickets with running clocks, and paging that never stops before a human acknowledges. Instants are ISO "
    "8601 in UTC, durations seconds. Every error is a problem of RFC 9457. docs/api.md tells the rest."
)
_SCHEMES = {
    SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made by `dawnline token create` or on /desk/tokens. Each operation names the "
        "scope it needs.",
    }
}


class Section(Protocol):
    def operations(self) -> list[Operation]: ...


class Api:
    """`lookup`: where webhooks' names lead."""

    def __init__(self, site: Site, lookup: Lookup) -> None:
        self._site = site
        self._problems = Problems(site.window, site.clock)
        secret = site.settings.secret
        once = Once(site.window, site.clock, self._problems)
        desk = ApiDesk(site, once, Cursors(secret), Handles(secret))
        gate, turns = Gate(site.window, site.clock, site.settings), Turns()
        sections: list[Section] = [
            Me(),
            Tickets(desk),
            Messages(desk),
            Commands(desk),
            Attachments(desk),
            Customers(desk),
            OnCall(desk),
            Webhooks(desk, lookup),
        ]
        routes = [
            ApiRoute(operation, gate, turns, self._problems)
            for section in sections
            for operation in section.operations()
        ]
        self._app = _Described(site.settings.version, routes)
        self._app.router.routes += Docs(site, self._app.openapi).routes()
        self._app.add_exception_handler(HTTPException, self._http)
        self._app.add_exception_handler(Exception, self._bug)

    def description(self) -> dict[str, Any]:
        """As OpenAPI says it."""
        return self._app.openapi()

    def nothing_here(self, request: Request) -> Response:
        return self._problems.response(request, HTTPException(404))

    @property
    def app(self) -> ASGIApp:
        return self._app

    async def _http(self, request: Request, error: Exception) -> Response:
        """Where there is no operation; or none of that method, then with those there are (RFC 9110)."""
        if isinstance(error, HTTPException) and error.status_code == 405:
            error = Problem(405, "no_method", {"allow": ", ".join(sorted(self._allowed(request)))})
        return self._problems.response(request, error)

    def _allowed(self, request: Request) -> set[str]:
        routes = [each for each in self._app.router.routes if isinstance(each, Route)]
        matching = (each for each in routes if each.matches(request.scope)[0] is not Match.NONE)
        return {method for each in matching for method in each.methods or ()}

    async def _bug(self, request: Request, error: Exception) -> Response:
        return self._problems.response(request, error)


class _Described(FastAPI):
    """Its description has the problems, and where it is."""

    def __init__(self, version: str, routes: list[ApiRoute]) -> None:
        super().__init__(
            title="Dawnline",
            version=version or "0",
            description=ABOUT,
            routes=list(routes),
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            redirect_slashes=False,
        )

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            said = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
                servers=[{"url": PREFIX}],
            )
            _without_guesses(said)
            parts = said.setdefault("components", {})
            parts["securitySchemes"] = _SCHEMES
            parts["schemas"] = {**parts.get("schemas", {}), **_problem_schemas()}
            self.openapi_schema = _called(said)
        return self.openapi_schema


def _without_guesses(said: dict[str, Any]) -> None:
    """FastAPI takes it that every parameter can be wrong in a way, and of a shape, of its own."""
    guessed = ("HTTPValidationError", "ValidationError")
    for name in guessed:
        said["components"]["schemas"].pop(name, None)
    for methods in said["paths"].values():
        for operation in methods.values():
            if guessed[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]


def _called(part: Any) -> Any:
    """The same with shapes called as programs call them: a TicketShape is a Ticket there."""
    if isinstance(part, dict):
        return {name.removesuffix("Shape"): _called(each) for name, each in part.items()}
    if isinstance(part, list):
        return [_called(each) for each in part]
    is_name = isinstance(part, str) and part.startswith("#/components/")
    return part.removesuffix("Shape") if is_name else part


def _problem_schemas() -> Mapping[str, Any]:
    template = "#/components/schemas/{model}"
    whole = ProblemShape.model_json_schema(ref_template=template, mode="serialization")
    whole.pop("$defs", None)
    whole["properties"]["errors"]["items"] = {"$ref": "#/components/schemas/Fault"}
    whole["required"] = ["type", "title", "status", "detail"]
    return {"Problem": whole, "Fault": FaultShape.model_json_schema()}
