"""Where the desk reports what happens: leads add, enable and remove webhooks."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import acting, leading
from adapters.web.reader import NotAllowed, Reader
from adapters.web.site import Site
from bot.errors import Refused
from bot.ports import Lookup
from bot.webhooks import managing
from bot.webhooks.as_json import state_of
from bot.webhooks.events import TYPES
from bot.webhooks.managing import Wish
from bot.webhooks.webhook import Webhook
from bot.work import Work

LONGEST = 2000
"""Characters of an address."""


class HookPages:
    """`lookup`: where names lead."""

    def __init__(self, site: Site, lookup: Lookup) -> None:
        self._site = site
        self._lookup = lookup

    def routes(self) -> list[Route]:
        return [
            Route("/desk/webhooks", self.page, methods=["GET"]),
            Route("/desk/webhooks", self.add, methods=["POST"]),
            Route("/desk/webhooks/{webhook}/{change}", self.change, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        return await self._show(request, await leading(self._site, request))

    async def add(self, request: Request) -> Response:
        """Its secret stands on this page and nowhere else."""
        reader = await leading(self._site, request)
        by = acting(reader)
        form = await self._site.form(request, reader)
        events = tuple(each for each in TYPES if form.fields.get(f"event:{each}"))
        url, customer = (form.fields.get(each, "").strip()[:LONGEST] for each in ("url", "customer"))
        wish = Wish(url, by.id, events, customer or None)
        try:
            await managing.look(wish.url, self._lookup, self._site.window.house.policy.webhooks)
            made = await self._site.once(
                request, reader, form, lambda work: managing.add(work.tx, wish, work.now)
            )
        except Refused as refused:
            problem = self._site.why(reader, refused)
            return await self._show(request, reader, 422, problem=problem, given=form.fields)
        return await self._made(request, reader, made)

    async def change(self, request: Request) -> Response:
        """Enabled, removed, or signed with a fresh secret, which then stands on this page."""
        reader = await leading(self._site, request)
        form = await self._site.form(request, reader)
        name, act = str(request.path_params["webhook"]), self._site.window.act
        match request.path_params["change"]:
            case "enable":
                await act(lambda work: managing.enable(work.tx, name, work.now))
            case "remove":
                await act(lambda work: managing.remove(work.tx, name))
            case "secret":
                made = await self._site.once(
                    request, reader, form, lambda work: managing.rotate(work.tx, name, work.now)
                )
                return await self._made(request, reader, made)
            case _:
                raise NotAllowed
        return self._site.pages.go("/desk/webhooks", reader.voice.say("web.hooks.done"))

    async def _made(self, request: Request, reader: Reader, made: Webhook | None) -> Response:
        """With its new secret; None: the same form has made it before, and it was shown then."""
        if made is None:
            return self._site.pages.go("/desk/webhooks", reader.voice.say("web.made_already"), refused=True)
        return await self._show(request, reader, made=made)

    async def _show(self, request: Request, reader: Reader, status: int = 200, **shown: Any) -> Response:
        async def found(work: Work) -> tuple[tuple[Webhook, ...], tuple[str, ...]]:
            return await managing.listed(work.tx), tuple(each.id for each in await work.tx.customers.all())

        webhooks, customers = await self._site.window.look(found)
        return self._site.pages.show(
            request,
            "console/webhooks.html",
            reader,
            status,
            here="/desk/webhooks",
            rows=[(each, state_of(each)) for each in webhooks],
            customers=customers,
            types=TYPES,
            **{"problem": "", "made": None, "given": {}, **shown},
        )
