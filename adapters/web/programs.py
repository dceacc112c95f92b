"""The way in for programs, loaded when the first of them asks: many desks have none, and FastAPI with all its
shapes takes half a second and 20 MB."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.site import Site
from bot.ports import Lookup

API = "/api/"
PREFIX = "/api/v1"


class _Api(Protocol):
    @property
    def app(self) -> ASGIApp: ...

    def nothing_here(self, request: Request) -> Response: ...


class _Code(Protocol):
    Api: Callable[[Site, Lookup], _Api]


class Programs:
    """`lookup`: where webhooks' names lead."""

    def __init__(self, site: Site, lookup: Lookup) -> None:
        self._site = site
        self._lookup = lookup
        self._loading = asyncio.Lock()
        self._api: _Api | None = None

    def routes(self) -> list[Mount]:
        return [Mount(PREFIX, self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._loaded()).app(scope, receive, send)

    async def nothing_here(self, request: Request) -> Response:
        return (await self._loaded()).nothing_here(request)

    async def _loaded(self) -> _Api:
        """Beside the loop: nobody else waits meanwhile."""
        async with self._loading:
            if self._api is None:
                self._api = await asyncio.to_thread(self._load)
            return self._api

    def _load(self) -> _Api:
        return cast(_Code, import_module("adapters.web.api.app")).Api(self._site, self._lookup)
