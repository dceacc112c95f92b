"""The portal: what customers see and do."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.reader import NotAllowed, Reader
from adapters.web.site import CHANNEL, Site, asked, at_of, start_of, whole
from bot.access.visitor import Visitor
from bot.inbound import KEPT, Attachment, Filed, Person
from bot.portal.filing import FACTS
from bot.portal.views import listed, similar

TITLE, TEXT, FACT = 200, 20_000, 500
"""Characters of what a form's fields hold."""


class Portal:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home),
            Route("/tickets", self.tickets),
            Route("/tickets/new", self.new, methods=["GET"]),
            Route("/tickets/new", self.file, methods=["POST"]),
            Route("/tickets/similar", self.similar),
            Route("/live", self.live),
        ]

    async def home(self, request: Request) -> Response:
        reader = await self._site.readers.of(request)
        if reader.visitor is None:
            return self._site.pages.go("/sign-in")
        return self._site.pages.go(start_of(reader.visitor))

    async def tickets(self, request: Request) -> Response:
        """The company's tickets, newest first."""
        reader = await self._customer(request)
        visitor, before = reader.known, whole(asked(request, "before"))
        newest = await self._site.live.newest()
        view = await self._site.window.look(lambda work: listed(work, visitor, before))
        return self._site.pages.show(
            request, "portal/tickets.html", reader, view=view, before=before, newest=newest
        )

    async def new(self, request: Request) -> Response:
        return self._form(request, await self._customer(request))

    def _form(self, request: Request, reader: Reader, status: int = 200, **shown: Any) -> Response:
        empty = {"given": {}, "problem": "", "alike": ()}
        return self._site.pages.show(
            request,
            "portal/new.html",
            reader,
            status,
            here="/tickets/new",
            facts=FACTS,
            most=self._site.settings.upload_most,
            **{**empty, **shown},
        )

    async def file(self, request: Request) -> Response:
        reader = await self._customer(request)
        visitor = reader.known
        form = await self._site.form_with_files(request, reader)
        title, text = form.fields.get("title", "").strip(), form.fields.get("text", "").strip()
        if not title:
            problem = reader.voice.say("web.new.no_title")
            return self._form(request, reader, 422, given=form.fields, problem=problem)
        key = self._site.key(request, reader, form)
        item = Filed(
            event_key=key,
            at=at_of(visitor.address),
            author=author_of(visitor),
            customer=_company(visitor),
            title=title[:TITLE],
            text=text[:TEXT],
            filed_at=self._site.clock.now(),
            facts=tuple((name, form.fields[name].strip()[:FACT]) for name in FACTS if form.fields.get(name)),
            attachments=kept(form.attachments),
        )
        answer = await self._site.inbox.receive(item)
        if answer.refused:
            return self._form(request, reader, 409, given=form.fields, problem=answer.text)
        entry = await self._site.window.look(lambda work: work.tx.ledger.get(CHANNEL, key))
        number = entry.ticket if entry else None
        return self._site.pages.go(f"/tickets/T-{number}" if number else "/tickets")

    async def similar(self, request: Request) -> Response:
        """The company's open tickets that look like what is being typed."""
        reader = await self._customer(request)
        visitor, text = reader.known, " ".join((asked(request, "title"), asked(request, "text", 2000)))
        found = await self._site.window.look(lambda work: similar(work, visitor, text))
        return self._site.pages.show(request, "portal/similar.html", reader, alike=found)

    async def live(self, request: Request) -> Response:
        company = _company((await self._customer(request)).known)

        async def welcome() -> None:
            if _company((await self._customer(request)).known) != company:
                raise NotAllowed

        after = whole(asked(request, "after"))
        return self._site.live.response(lambda change: change.customer == company, welcome, after)

    async def _customer(self, request: Request) -> Reader:
        """Raises SignInNeeded, NotAllowed."""
        reader = await self._site.readers.of(request)
        if reader.known.customer is None:
            raise NotAllowed
        return reader


def author_of(visitor: Visitor) -> Person:
    return Person(CHANNEL, visitor.address, visitor.name)


def kept(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """As the desk keeps them itself."""
    return tuple(replace(each, url=KEPT) for each in attachments)


def _company(visitor: Visitor) -> str:
    return visitor.customer.id if visitor.customer else ""
