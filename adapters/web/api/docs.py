"""The description of the API: for programs as OpenAPI, for people as a page without a script."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.web.site import Site


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as the page shows it."""

    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def scope(self) -> str:
        return ", ".join(each for one in self.said["security"] for each in next(iter(one.values())))

    @property
    def takes(self) -> str:
        """The name of the shape of the body."""
        content = self.said.get("requestBody", {}).get("content", {})
        return next((_name(each.get("schema", {})) or kind for kind, each in content.items()), "")

    @property
    def gives(self) -> str:
        good: Mapping[str, Any] = next(
            (each for status, each in self.said["responses"].items() if status < "3"), {}
        )
        return next((_name(each.get("schema", {})) for each in good.get("content", {}).values()), "")


class Docs:
    def __init__(self, site: Site, description: Callable[[], dict[str, Any]]) -> None:
        self._site = site
        self._description = description

    def routes(self) -> list[Route]:
        return [Route("/openapi.json", self.openapi), Route("/docs", self.page)]

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(self._description(), headers={"cache-control": "no-cache"})

    async def page(self, request: Request) -> Response:
        said, reader = self._description(), self._site.readers.guest(request, "")
        return self._site.pages.show(
            request,
            "api/docs.html",
            reader,
            said=said,
            sections=_sections(said),
            schemas=said["components"]["schemas"],
            kind_of=kind_of,
        )


def _sections(said: Mapping[str, Any]) -> Mapping[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for each in _operations(said):
        found.setdefault(each.said["tags"][0], []).append(each)
    return found


def _operations(said: Mapping[str, Any]) -> Iterator[Asked]:
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            yield Asked(method.upper(), path, operation)


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def kind_of(schema: Mapping[str, Any]) -> str:
    """What a field may be, in a word or a few."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " or ".join(kind_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
