"""What came in, what waits for a human, and how the channels are."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import acting, ours
from adapters.web.health import Parts
from adapters.web.site import Site, ticket_in
from bot.console.channels import channels
from bot.console.inbox import inbox, promote_named, reject_named, release_named
from bot.errors import Refused


class InboxPages:
    def __init__(self, site: Site, parts: Parts) -> None:
        self._site = site
        self._parts = parts

    def routes(self) -> list[Route]:
        return [
            Route("/desk/inbox", self.page),
            Route("/desk/inbox/{entry}/{decision}", self.decide, methods=["POST"]),
            Route("/desk/channels", self.channels),
        ]

    async def page(self, request: Request) -> Response:
        reader = await ours(self._site, request)
        newest = await self._site.live.newest()
        view = await self._site.window.look(inbox)
        return self._site.pages.show(request, "console/inbox.html", reader, view=view, newest=newest)

    async def decide(self, request: Request) -> Response:
        """What waits is released or rejected; what became no ticket is made one."""
        reader = await ours(self._site, request)
        engineer = acting(reader)
        form = await self._site.form(request, reader)
        name, decision = str(request.path_params["entry"]), request.path_params["decision"]
        words = form.fields.get("words", "").strip()[:500]
        try:
            said = await self._decided(decision, name, engineer.name, words)
        except Refused as refused:
            return self._site.pages.go("/desk/inbox", self._site.why(reader, refused), refused=True)
        return self._site.pages.go("/desk/inbox", reader.voice.say(said[0], **said[1]))

    async def _decided(self, decision: str, name: str, by: str, words: str) -> tuple[str, dict[str, str]]:
        """The catalogue's key for what was done, and its words. Raises Refused."""
        act = self._site.window.act
        if decision == "reject":
            await act(lambda work: reject_named(work, name, by, words))
            return "web.inbox.rejected", {}
        if decision == "promote":
            promoted = await act(lambda work: promote_named(work, name, by))
            return "web.inbox.released", {"ticket": promoted.id}
        released = await act(lambda work: release_named(work, name, by, ticket_in(words)))
        return "web.inbox.released", {"ticket": released.id}

    async def channels(self, request: Request) -> Response:
        reader = await ours(self._site, request)
        view = await self._site.window.look(channels)
        parts = await self._parts()
        return self._site.pages.show(request, "console/channels.html", reader, view=view, parts=parts)
