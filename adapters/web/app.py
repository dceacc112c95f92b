"""The desk's own pages put together."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.buckets import Buckets
from adapters.web.channel import WebChannel
from adapters.web.console import Console
from adapters.web.figures import Figures
from adapters.web.forms import FormRefused
from adapters.web.guard import page_of
from adapters.web.health import DeskHealth
from adapters.web.hooks import HookPages
from adapters.web.inbox import InboxPages
from adapters.web.last_word import LastWord
from adapters.web.live import Live
from adapters.web.on_call import OnCall
from adapters.web.one_ticket import OneTicket
from adapters.web.pages import STATIC, Pages
from adapters.web.portal import Portal
from adapters.web.programs import API, Programs
from adapters.web.reader import NotAllowed, Reader, Readers, SignInNeeded
from adapters.web.settings import WebSettings
from adapters.web.sign_in import BACK, SigningIn
from adapters.web.sign_on import SignOn
from adapters.web.site import Site, StillSending
from adapters.web.tokens import TokenPages
from bot.errors import Refused, StoreError
from bot.ports import Channel, Clock, Inbox, Lookup, Uploads
from bot.window import Window

log = structlog.get_logger()
SMALL = 64 * 1024
"""Bytes of a form that have come by the time it is answered."""
FOR_EVER = "public, max-age=31536000, immutable"
_NAMES = frozenset(each.name for each in STATIC.iterdir())


class Section(Protocol):
    """Pages that belong together."""

    def routes(self) -> Sequence[BaseRoute]: ...


class WebApp:
    """Made once. Its way in is the web server that all channels share."""

    def __init__(
        self,
        settings: WebSettings,
        inbox: Inbox,
        window: Window,
        clock: Clock,
        uploads: Uploads,
        health: DeskHealth,
        openid: SignOn | None,
        lookup: Lookup,
    ) -> None:
        self._openid = openid
        self._channel = WebChannel(by_mail=settings.by_mail)
        readers = Readers(settings, window, clock)
        pages, self._live = Pages(settings, readers, window), Live(window)
        writing = Buckets(settings.forms_per_minute)
        self.site = Site(settings, inbox, window, clock, uploads, readers, pages, self._live, writing)
        self._programs = Programs(self.site, lookup)
        self._sections: tuple[Section, ...] = (
            SigningIn(self.site, openid),
            Portal(self.site),
            OneTicket(self.site),
            Console(self.site),
            OnCall(self.site),
            InboxPages(self.site, health.parts),
            TokenPages(self.site),
            self._programs,
            HookPages(self.site, lookup),
            Figures(window, health, self._live, is_open=not settings.is_public),
        )

    @property
    def name(self) -> str:
        return "web"

    @property
    def channels(self) -> Sequence[Channel]:
        return (self._channel,)

    @property
    def ready(self) -> bool:
        return True

    def routes(self) -> Sequence[BaseRoute]:
        static = Route("/static/{digest}/{name}", _static)
        return [static, *(route for section in self._sections for route in section.routes())]

    def handlers(self) -> Mapping[Any, Any]:
        """What is answered when a page cannot be."""
        return {
            SignInNeeded: self._sign_in,
            NotAllowed: self._not_allowed,
            StillSending: self._cut_short,
            FormRefused: self._form_refused,
            Refused: self._refused,
            StoreError: self._away,
            404: self._not_found,
            405: self._no_such_way,
        }

    async def run(self) -> None:
        swept = await self.site.uploads.sweep()
        if swept:
            log.info("half files cleared away", count=swept)
        await self._live.run()

    def stop(self) -> None:
        self._live.stop()

    async def close(self) -> None:
        await self.site.uploads.close()
        if self._openid is not None:
            await self._openid.close()

    async def _sign_in(self, request: Request, error: Exception) -> Response:
        is_a_part = request.url.path.endswith("/live") or "hx-request" in request.headers
        if request.method != "GET" or is_a_part:
            return _in_time(request, await self._problem(request, 401, "web.problem.signed_out"))
        here = quote(request.scope["path"])
        response = self.site.pages.go(f"/sign-in?next={quote(here, safe='/')}")
        self.site.readers.keep(response, BACK, here, seconds=3600)
        return response

    async def _not_allowed(self, request: Request, error: Exception) -> Response:
        return _in_time(request, await self._problem(request, 403, "web.problem.not_allowed"))

    async def _cut_short(self, request: Request, error: Exception) -> Response:
        return LastWord(await self._problem(request, 403, "web.problem.not_allowed"))

    async def _not_found(self, request: Request, error: Exception) -> Response:
        if request.url.path.startswith(API):  # with a line's end in it, no route matches
            return await self._programs.nothing_here(request)
        return await self._problem(request, 404, "web.problem.not_found")

    async def _no_such_way(self, request: Request, error: Exception) -> Response:
        """The address is right, and nothing is asked of it so (RFC 9110's 405). Whoever opens the address of
        a ticket's form, from their history say, means the ticket."""
        page = page_of(request.url.path)
        if request.method == "GET" and page != request.url.path:
            return self.site.pages.go(page)
        response = await self._problem(request, 405, "web.problem.not_found")
        response.headers.update(getattr(error, "headers", None) or {})
        return _in_time(request, response)

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 - as it is registered
        return _in_time(request, await self._refusal(request, 404, error))

    async def _form_refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, FormRefused)  # noqa: S101 - as it is registered
        headers = {"retry-after": str(error.wait)} if error.wait else {}
        return LastWord(await self._refusal(request, error.status, error, headers))

    async def _away(self, request: Request, error: Exception) -> Response:
        """The store cannot be reached: nothing was changed, and whoever asked is told to try again."""
        log.warning("a page could not be answered", path=request.url.path, reason=str(error))
        reader = self.site.readers.guest(request, "")
        text = reader.voice.say("web.problem.away")
        headers = {"retry-after": "5"}
        return self.site.pages.show(request, "problem.html", reader, 503, headers, text=text)

    async def _problem(self, request: Request, status: int, key: str) -> Response:
        reader = await self._reader(request)
        text = reader.voice.say(key)
        return self.site.pages.show(request, "problem.html", reader, status, text=text)

    async def _refusal(
        self, request: Request, status: int, refused: Refused, headers: Mapping[str, str] | None = None
    ) -> Response:
        reader = await self._reader(request)
        text = self.site.why(reader, refused)
        return self.site.pages.show(request, "problem.html", reader, status, headers, text=text)

    async def _reader(self, request: Request) -> Reader:
        """Whoever it is; a guest when nobody can be asked."""
        try:
            return await self.site.readers.of(request)
        except StoreError:
            return self.site.readers.guest(request, "")


def _in_time(request: Request, response: Response) -> Response:
    """Whoever may still be sending a form, since it is large, hears it before they are hung up on."""
    length = request.headers.get("content-length", "0" if request.method != "POST" else "")
    is_small = length.isdecimal() and int(length[:18]) <= SMALL
    return response if is_small else LastWord(response)


async def _static(request: Request) -> Response:
    """The address names the content, so it may be kept for ever."""
    name = str(request.path_params["name"])
    if name not in _NAMES:
        return Response(status_code=404)
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return FileResponse(STATIC / name, media_type=kind, headers={"cache-control": FOR_EVER})
