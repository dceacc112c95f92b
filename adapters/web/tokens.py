"""What programs sign in with: leads make and revoke it."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import acting, leading
from adapters.web.reader import Reader
from adapters.web.site import Site
from adapters.web.uploading import Form
from bot.access.session import Scope, Token
from bot.access.tokens import LONGEST, make_token, revoke_token
from bot.errors import Refused
from bot.work import Work

DAYS = 90
"""Unless something else is said."""


class TokenPages:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [
            Route("/desk/tokens", self.page, methods=["GET"]),
            Route("/desk/tokens", self.create, methods=["POST"]),
            Route("/desk/tokens/{token}/revoke", self.revoke, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        return await self._show(request, await leading(self._site, request))

    async def create(self, request: Request) -> Response:
        """The new token stands on this page and nowhere else: not even in the browser's history."""
        reader = await leading(self._site, request)
        by = acting(reader)
        form = await self._site.form(request, reader)
        wanted = _wanted(form)
        if wanted is None:
            problem = reader.voice.say("web.tokens.incomplete", most=LONGEST.days)
            return await self._show(request, reader, 422, problem=problem, given=form.fields)
        name, scopes, lasts = wanted
        engineer, customer = (form.fields.get(each, "").strip() or None for each in ("engineer", "customer"))

        async def make(work: Work) -> tuple[str, Token]:
            return await make_token(work, name, scopes, by.id, lasts, engineer=engineer, customer=customer)

        try:
            made = await self._site.once(request, reader, form, make)
        except Refused as refused:
            problem = self._site.why(reader, refused)
            return await self._show(request, reader, 422, problem=problem, given=form.fields)
        if made is None:
            return self._site.pages.go("/desk/tokens", reader.voice.say("web.made_already"), refused=True)
        secret, token = made
        return await self._show(request, reader, secret=secret, made=token)

    async def revoke(self, request: Request) -> Response:
        reader = await leading(self._site, request)
        await self._site.form(request, reader)
        name = str(request.path_params["token"])
        token = await self._site.window.act(lambda work: revoke_token(work, name))
        return self._site.pages.go("/desk/tokens", reader.voice.say("web.tokens.revoked", name=token.name))

    async def _show(self, request: Request, reader: Reader, status: int = 200, **shown: Any) -> Response:
        async def found(work: Work) -> tuple[tuple[Token, ...], tuple[str, ...]]:
            return await work.tx.tokens.all(), tuple(each.id for each in await work.tx.customers.all())

        tokens, customers = await self._site.window.look(found)
        empty: dict[str, Any] = {"problem": "", "secret": "", "made": None, "given": {}}
        return self._site.pages.show(
            request,
            "console/tokens.html",
            reader,
            status,
            here="/desk/tokens",
            tokens=tokens,
            customers=customers,
            scopes=list(Scope),
            days=DAYS,
            most=LONGEST.days,
            **{**empty, **shown},
        )


def _wanted(form: Form) -> tuple[str, tuple[Scope, ...], timedelta] | None:
    """Its name, scopes and how long it is good; None when something of it is missing."""
    name = " ".join(form.fields.get("name", "").split())[:80]
    scopes = tuple(each for each in Scope if form.fields.get(f"scope:{each.value}"))
    days = form.fields.get("days", "").strip() or str(DAYS)
    if not (name and scopes and days.isdecimal() and len(days) < 4 and 1 <= int(days) <= LONGEST.days):
        return None
    return name, scopes, timedelta(days=int(days))
