"""One ticket as its customer sees it: by signing in, or by the signed link in its conversation."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.downloads import download
from adapters.web.portal import TEXT, author_of, kept
from adapters.web.reader import NotAllowed, Reader
from adapters.web.site import CHANNEL, Site, asked, at_of, number_of, ticket_in, whole
from adapters.web.uploading import Form
from bot.errors import Refused
from bot.inbound import Judged, Opinion, Person, Wrote
from bot.portal.views import attached, one, seen
from bot.portal.writing import OVER, theirs
from bot.tickets.conversation import EVERYTHING, LINES
from bot.tickets.ticket import UNKNOWN, Ticket


@dataclass(frozen=True, slots=True)
class Access:
    """How somebody came to this ticket. `base`: the address of its page; `page_of`: that of the ticket of the
    same customer in which it goes on, "" for one they may not open; `is_guest`: they hold a link, and may say
    their name."""

    number: int
    reader: Reader
    may: Callable[[Ticket], bool]
    base: str
    page_of: Callable[[Ticket], str]
    author: Person
    is_guest: bool


class OneTicket:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [route for base in ("/tickets/{ticket}", "/t/{link}") for route in self._routes(base)]

    def _routes(self, base: str) -> list[Route]:
        return [
            Route(base, self.page),
            Route(f"{base}/reply", self.reply, methods=["POST"]),
            Route(f"{base}/opinion", self.opinion, methods=["POST"]),
            Route(f"{base}/files/{{file}}/{{name}}", self.file),
            Route(f"{base}/live", self.live),
        ]

    async def page(self, request: Request) -> Response:
        access = await self._access(request)
        if access.reader.visitor is not None and access.reader.visitor.is_ours:
            return self._site.pages.go(f"/desk/tickets/T-{access.number}")
        return await self._show(request, access)

    async def _show(
        self,
        request: Request,
        access: Access,
        status: int = 200,
        problem: str = "",
        text: str = "",
        name: str = "",
    ) -> Response:
        newest = await self._site.live.newest()
        all_of_it = request.query_params.get("lines") == "all"
        lines = EVERYTHING if all_of_it else LINES
        view = await self._site.window.look(lambda work: one(work, access.number, access.may, lines))
        return self._site.pages.show(
            request,
            "portal/ticket.html",
            access.reader,
            status,
            here=access.base,
            all_of_it=all_of_it,
            view=view,
            newest=newest,
            access=access,
            is_over=view.ticket.state in OVER,
            problem=problem,
            text=text,
            name=name,
            most=self._site.settings.upload_most,
        )

    async def reply(self, request: Request) -> Response:
        access = await self._as_customer(request)
        ticket = await self._ticket(access)  # before the form is read: whose link is made up sends nothing
        form = await self._site.form_with_files(request, access.reader)
        text = form.fields.get("text", "").strip()
        if not text and not form.attachments:
            problem = access.reader.voice.say("web.ticket.no_text")
            return await self._show(request, access, 422, problem, name=form.fields.get("name", ""))
        said = Wrote(
            event_key=self._site.key(request, access.reader, form),
            at=at_of(access.author.id),
            author=_named(access, form),
            customer=ticket.customer,
            ticket=access.number,
            text=text[:TEXT],
            wrote_at=self._site.clock.now(),
            attachments=kept(form.attachments),
        )
        return await self._done(request, access, said, text)

    async def opinion(self, request: Request) -> Response:
        """It is solved, or it is not; with what was written in the form of replies."""
        access = await self._as_customer(request)
        ticket = await self._ticket(access)
        form = await self._site.form_with_files(request, access.reader)
        opinion = form.fields.get("opinion", "")
        said = Judged(
            event_key=self._site.key(request, access.reader, form),
            at=at_of(access.author.id),
            author=_named(access, form),
            customer=ticket.customer,
            ticket=access.number,
            opinion=Opinion.SOLVED if opinion == Opinion.SOLVED.value else Opinion.NOT_SOLVED,
            text=form.fields.get("text", "").strip()[:TEXT],
            judged_at=self._site.clock.now(),
            attachments=kept(form.attachments),
        )
        noted = "web.ticket.noted_solved" if said.opinion is Opinion.SOLVED else "web.ticket.noted_not_solved"
        return await self._done(request, access, said, said.text, access.reader.voice.say(noted))

    async def _done(
        self, request: Request, access: Access, said: Wrote | Judged, text: str, told: str = ""
    ) -> Response:
        """The page again, with what they are `told` or at what they wrote, or that of the ticket where a
        merged one goes on: what was said is there."""
        answer = await self._site.inbox.receive(said)
        if answer.refused:
            problem = access.reader.voice.say("refused.customer")
            return await self._show(request, access, 409, problem, text)
        reached = await self._site.window.look(lambda work: theirs(work, said.customer, said.ticket))
        if reached.number == access.number:
            return self._site.pages.go(access.base if told else f"{access.base}#end", told)
        told = access.reader.voice.say("web.ticket.reached", ticket=f"T-{access.number}", target=reached.id)
        return self._site.pages.go(access.page_of(reached) or access.base, told)

    async def file(self, request: Request) -> Response:
        access = await self._access(request)
        name = str(request.path_params["file"])
        found = await self._site.window.look(lambda work: attached(work, access.number, name, access.may))
        return await download(found, self._site.uploads)

    async def live(self, request: Request) -> Response:
        ticket = await self._looked_at(request)
        return self._site.live.response(
            lambda change: change.ticket == ticket.number,
            lambda: self._looked_at(request),
            whole(asked(request, "after")),
        )

    async def _looked_at(self, request: Request) -> Ticket:
        return await self._ticket(await self._access(request))

    async def _ticket(self, access: Access) -> Ticket:
        return await self._site.window.look(lambda work: seen(work, access.number, access.may))

    async def _access(self, request: Request) -> Access:
        """Raises SignInNeeded, Refused("unknown_ticket")."""
        if "link" in request.path_params:
            return self._by_link(request)
        reader = await self._site.readers.of(request)
        visitor, number = reader.known, number_of(request)
        base, author = f"/tickets/T-{number}", author_of(visitor)
        return Access(number, reader, visitor.may_see, base, _page_of, author, False)

    async def _as_customer(self, request: Request) -> Access:
        """Who may speak for the ticket's customer: nobody of ours, who have the console for their own words.
        Raises as `_access`, and NotAllowed."""
        access = await self._access(request)
        if access.reader.visitor is not None and access.reader.visitor.is_ours:
            raise NotAllowed
        return access

    def _by_link(self, request: Request) -> Access:
        link = str(request.path_params["link"])
        number, _, signature = link.partition("-")
        links, named = self._site.window.house.links, ticket_in(number)
        if named is None or links is None:
            raise Refused("unknown_ticket", ticket=link[:20], near="")
        reader = self._site.readers.guest(request, f"link:{link}")
        author = Person(CHANNEL, f"link:{number}", reader.voice.say("web.guest"))

        def may(ticket: Ticket) -> bool:
            return links.opens(ticket.number, ticket.customer, signature)

        def page_of(ticket: Ticket) -> str:
            is_theirs = ticket.customer != UNKNOWN  # all strangers together are no customer
            return links.ticket(ticket.number, ticket.customer) if is_theirs else ""

        return Access(named, reader, may, f"/t/{link}", page_of, author, True)


def _page_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.id}"


def _named(access: Access, form: Form) -> Person:
    name = " ".join(form.fields.get("name", "").split())[:80]
    return Person(CHANNEL, access.author.id, name) if access.is_guest and name else access.author
