"""What came in, what waits for a human, and how the channels are."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import NOTHING, Typed, acting, ours
from adapters.web.health import Parts
from adapters.web.reader import Reader
from adapters.web.site import Site, asked, ticket_in
from bot.console.channels import channels
from bot.console.inbox import inbox, promote_entry, reject_named, release_named
from bot.errors import Refused
from bot.intake.ledger import Outcome


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
        return await self._show(request, await ours(self._site, request))

    async def _show(
        self, request: Request, reader: Reader, status: int = 200, typed: Typed = NOTHING
    ) -> Response:
        newest = await self._site.live.newest()
        whole = bool(asked(request, "all"))
        view = await self._site.window.look(lambda work: inbox(work, None if whole else Outcome.COMMAND))
        return self._site.pages.show(
            request,
            "console/inbox.html",
            reader,
            status,
            here="/desk/inbox?all=1" if whole else "/desk/inbox",
            view=view,
            newest=newest,
            whole=whole,
            typed=typed,
        )

    async def decide(self, request: Request) -> Response:
        """What waits is released or rejected; what became no ticket is made one. What is refused stays in its
        form."""
        reader = await ours(self._site, request)
        engineer = acting(reader)
        form = await self._site.form(request, reader)
        name, decision = str(request.path_params["entry"]), str(request.path_params["decision"])
        try:
            said = await self._decided(decision, name, engineer.name, form.fields)
        except Refused as refused:
            typed = Typed(f"{name}/{decision}", form.fields, self._site.why(reader, refused))
            return await self._show(request, reader, 409, typed)
        return self._site.pages.go("/desk/inbox", reader.voice.say(said[0], **said[1]))

    async def _decided(
        self, decision: str, name: str, by: str, fields: Mapping[str, str]
    ) -> tuple[str, dict[str, str]]:
        """The catalogue's key for what was done, and its words. Raises Refused."""
        act, words = self._site.window.act, fields.get("words", "").strip()[:500]
        if decision == "reject":
            await act(lambda work: reject_named(work, name, by, words))
            return "web.inbox.rejected", {}
        if decision == "promote":
            channel, event_key = fields.get("channel", ""), fields.get("event", "")
            promoted = await act(lambda work: promote_entry(work, channel, event_key, by))
            return "web.inbox.released", {"ticket": promoted.id}
        into = _into(words)
        released = await act(lambda work: release_named(work, name, by, into))
        return "web.inbox.released", {"ticket": released.id}

    async def channels(self, request: Request) -> Response:
        reader = await ours(self._site, request)
        view = await self._site.window.look(channels)
        parts = await self._parts()
        return self._site.pages.show(request, "console/channels.html", reader, view=view, parts=parts)


def _into(words: str) -> int | None:
    """The ticket into which something is released; None for a new one. Raises Refused("no_number")."""
    number = ticket_in(words)
    if number is None and words:
        raise Refused("no_number", given=words)
    return number
