"""Coming in and going out: a link by mail, single sign-on, or, at a trial, a button."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.buckets import Buckets, network_of
from adapters.web.guard import local_path
from adapters.web.reader import LANG, ZONE, ZONES, NotAllowed, side_of
from adapters.web.sign_on import SignOn
from adapters.web.site import Site, asked, start_of
from bot.access.session import digest_of
from bot.access.signing_in import ask_for_link, enter, known_again, use_link
from bot.errors import Refused, SignInFailed
from bot.identities import mailbox_of
from bot.messages.catalogue import LANGUAGES
from bot.work import Work

# ASCII alone: mail servers differ about what else is the same letter.
_ADDRESS = re.compile(r"[!#-&*+\--9=?A-Z^-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
KEPT, BACK = "sign-in", "back"
_MINUTES_10 = 600


class SigningIn:
    """`openid`: None where no single sign-on is configured."""

    def __init__(self, site: Site, openid: SignOn | None) -> None:
        self._site = site
        self._openid = openid
        self._asking = Buckets(site.settings.strangers_per_minute)

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.page, methods=["GET"]),
            Route("/sign-in", self.ask, methods=["POST"]),
            Route("/sign-in/openid", self.begin, methods=["POST"]),
            Route("/sign-in/openid", self.back, methods=["GET"]),
            Route("/sign-in/try", self.attempt, methods=["POST"]),
            Route("/sign-in/{secret}", self.confirm, methods=["GET"]),
            Route("/sign-in/{secret}", self.use, methods=["POST"]),
            *(Route(f"{side}/sign-out", self.leave, methods=["POST"]) for side in ("", "/desk")),
            *(Route(f"{side}/preferences", self.prefer, methods=["POST"]) for side in ("", "/desk")),
        ]

    async def page(self, request: Request) -> Response:
        return await self._show(request)

    async def _show(
        self, request: Request, status: int = 200, headers: Mapping[str, str] | None = None, **shown: Any
    ) -> Response:
        reader = await self._site.readers.of(request)
        openid = self._openid.name if self._openid else ""
        empty = {"problem": "", "sent_to": "", "given": ""}
        return self._site.pages.show(
            request,
            "sign_in.html",
            reader,
            status,
            headers,
            here="/sign-in",
            trial=self._site.settings.trial,
            mails=self._site.settings.mails,
            openid=openid,
            back=local_path(asked(request, "next")),
            **{**empty, **shown},
        )

    async def ask(self, request: Request) -> Response:
        """Whether or not anybody has that address, the page says the same. Who asks for many must wait."""
        reader = await self._site.readers.of(request)
        form = await self._site.anybodys_form(request, reader)
        address = form.fields.get("address", "").strip()
        if _ADDRESS.fullmatch(address) is None or not self._site.settings.mails:
            problem = reader.voice.say("web.sign_in.no_address")
            return await self._show(request, 422, problem=problem, given=address)
        allowance = self._asking.take(network_of(request), self._site.clock.now())
        if not allowance.granted:
            problem, wait = reader.voice.say("web.sign_in.too_many"), {"retry-after": str(allowance.next_in)}
            return await self._show(request, 429, wait, problem=problem, given=address)
        language = reader.voice.language
        await self._site.window.act(lambda work: ask_for_link(work, mailbox_of(address), language))
        return await self._show(request, sent_to=address)

    async def confirm(self, request: Request) -> Response:
        """Mail servers look at links before people do: only the button on this page uses it."""
        reader = await self._site.readers.of(request)
        secret = str(request.path_params["secret"])

        async def address(work: Work) -> str:
            link = await work.tx.sign_ins.get(digest_of(secret))
            return link.address if link is not None and link.is_good(work.now) else ""

        found = await self._site.window.look(address)
        if not found:
            return await self._show(request, 410, problem=reader.voice.say("refused.link_over"))
        return self._site.pages.show(request, "confirm.html", reader, address=found, secret=secret)

    async def use(self, request: Request) -> Response:
        reader = await self._site.readers.of(request)
        await self._site.anybodys_form(request, reader)
        secret = str(request.path_params["secret"])
        try:
            session = await self._site.window.act(lambda work: use_link(work, secret))
        except Refused as refused:
            return await self._show(request, 410, problem=self._site.why(reader, refused))
        return await self._come_in(session, local_path(request.cookies.get(BACK, "/")))

    async def _come_in(self, session: str, back: str) -> Response:
        """To the page that was asked for, or the first of their side."""
        found = await self._site.window.look(lambda work: known_again(work, session))
        if found is None:
            raise NotAllowed
        _, visitor = found
        response = self._site.pages.go(start_of(visitor) if back == "/" else back)
        self._site.readers.signed_in(response, session, visitor)
        return response

    async def attempt(self, request: Request) -> Response:
        """At a trial: as the customer or as the engineer, at the press of a button."""
        reader = await self._site.readers.of(request)
        form, trial = await self._site.anybodys_form(request, reader), self._site.settings.trial
        if trial is None:
            raise NotAllowed
        wants_engineer = form.fields.get("who") == "engineer"
        address = trial.engineer if wants_engineer else trial.customer
        session = await self._site.window.act(lambda work: enter(work, address, ""))
        return await self._come_in(session, "/")

    async def begin(self, request: Request) -> Response:
        reader = await self._site.readers.of(request)
        form = await self._site.anybodys_form(request, reader)
        if self._openid is None:
            raise NotAllowed
        try:
            begun = await self._openid.begin(local_path(form.fields.get("next", "/")))
        except SignInFailed as failed:
            return await self._show(request, 502, problem=reader.voice.say(failed.key))
        # By a page, not by a redirect: a form of ours leads nowhere else (form-action), whoever sends it on.
        name = self._openid.name
        response = self._site.pages.show(request, "onward.html", reader, url=begun.url, name=name)
        self._site.readers.keep(response, KEPT, begun.kept, seconds=_MINUTES_10)
        return response

    async def back(self, request: Request) -> Response:
        """The provider sends them back."""
        reader = await self._site.readers.of(request)
        if self._openid is None:
            raise NotAllowed
        try:
            arrived = await self._openid.finish(dict(request.query_params), request.cookies.get(KEPT))
            session = await self._site.window.act(lambda work: enter(work, arrived.address, arrived.name))
        except SignInFailed as failed:
            return await self._show(request, 403, problem=reader.voice.say(failed.key))
        except Refused as refused:
            return await self._show(request, 403, problem=self._site.why(reader, refused))
        response = await self._come_in(session, arrived.back_to)
        response.delete_cookie(KEPT)
        return response

    async def leave(self, request: Request) -> Response:
        reader = await self._site.readers.of(request)
        form = await self._site.form(request, reader)
        everywhere = form.fields.get("everywhere") == "yes"

        async def end(work: Work) -> None:
            if reader.session is not None:
                work.tx.sessions.end(reader.session.digest)
                if everywhere:
                    work.tx.sessions.end_all(reader.session.address)

        await self._site.window.act(end)
        response = self._site.pages.go("/sign-in")
        self._site.readers.signed_out(response, side_of(request))
        return response

    async def prefer(self, request: Request) -> Response:
        """The language or the time zone, until they say otherwise."""
        reader = await self._site.readers.of(request)
        form = await self._site.anybodys_form(request, reader)
        response = self._site.pages.go(local_path(form.fields.get("back", "/")))
        for name, known in ((LANG, LANGUAGES), (ZONE, ZONES)):
            if (value := form.fields.get(name, "")) in known:
                self._site.readers.keep(response, name, value)
        return response
