"""The console: what engineers and leads see and do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.downloads import download
from adapters.web.guard import local_path
from adapters.web.portal import kept
from adapters.web.reader import NotAllowed, Reader
from adapters.web.site import Site, asked, number_of, ticket_in, whole
from adapters.web.uploading import Form
from bot.console.board import BACK, FINISHED, board
from bot.console.ordering import ordered
from bot.console.ticket import USUAL, Shown, attachment, ticket_desk
from bot.inbound import Form as Command
from bot.micros import from_micros
from bot.policy import Engineer, Priority
from bot.tickets.board import Spot, Wanted
from bot.tickets.conversation import EVERYTHING
from bot.verbs.grammar import instant

VERBS = frozenset(
    [
        *("ack", "update", "priority", "assign", "note", "merge"),
        *("wait", "resolve", "reopen", "discard", "escalate"),
    ]
)
"""What can be done with a ticket by a button."""
WITH_FILES = frozenset(["update", "note"])
WORDS = 20_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was refused, and why: whoever wrote it at night need not write it again."""

    verb: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def of(self, verb: str, name: str) -> str:
        """What the field of that name of the form for `verb` holds."""
        return self.fields.get(name, "") if verb == self.verb else ""


NOTHING = Typed()


class Console:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [
            Route("/desk", self.board),
            Route("/desk/live", self.live),
            Route("/desk/find", self.find),
            Route("/desk/tickets/{ticket}", self.ticket),
            Route("/desk/tickets/{ticket}/files/{file}/{name}", self.file),
            Route("/desk/tickets/{ticket}/{verb}", self.command, methods=["POST"]),
        ]

    async def board(self, request: Request) -> Response:
        """The open tickets by when their nearest clock falls due."""
        reader = await ours(self._site, request)
        wanted, after = _wanted(request, reader), _spot(asked(request, "after"))
        newest = await self._site.live.newest()
        view = await self._site.window.look(lambda work: board(work, wanted, after))
        return self._site.pages.show(
            request,
            "console/board.html",
            reader,
            view=view,
            newest=newest,
            wanted=wanted,
            most=FINISHED,
            back=BACK,
            priorities=list(Priority),
        )

    async def find(self, request: Request) -> Response:
        """A ticket's number leads to the ticket, anything else is looked for on the board."""
        await ours(self._site, request)
        given = asked(request, "q")
        number = ticket_in(given)
        return self._site.pages.go(
            _page(number) if number is not None else f"/desk?{urlencode({'q': given})}"
        )

    async def ticket(self, request: Request) -> Response:
        return await self._ticket(request, await ours(self._site, request), number_of(request))

    async def _ticket(
        self, request: Request, reader: Reader, number: int, status: int = 200, typed: Typed = NOTHING
    ) -> Response:
        newest = await self._site.live.newest()
        shown = _shown(request)
        view = await self._site.window.look(lambda work: ticket_desk(work, number, shown))
        return self._site.pages.show(
            request,
            "console/ticket.html",
            reader,
            status,
            here=_page(number),
            typed=typed,
            view=view,
            shown=shown,
            usual=USUAL,
            newest=newest,
            priorities=list(Priority),
            most=self._site.settings.upload_most,
        )

    async def file(self, request: Request) -> Response:
        await ours(self._site, request)
        number, name = number_of(request), str(request.path_params["file"])
        found = await self._site.window.look(lambda work: attachment(work, number, name))
        return await download(found, self._site.uploads)

    async def live(self, request: Request) -> Response:
        await ours(self._site, request)
        ticket, after = whole(asked(request, "ticket")), whole(asked(request, "after"))
        return self._site.live.response(
            lambda change: ticket in (0, change.ticket), lambda: ours(self._site, request), after
        )

    async def command(self, request: Request) -> Response:
        """One of the commands, as a form gives it; what came of it stands on the next page. What is refused
        stays in its form."""
        reader, number = await ours(self._site, request), number_of(request)
        engineer, verb = acting(reader), request.path_params["verb"]
        if verb not in VERBS:
            raise NotAllowed
        site = self._site
        form = await (site.form_with_files if verb in WITH_FILES else site.form)(request, reader)
        command, key = _command(verb, number, form, reader), self._site.key(request, reader, form)
        files, now = kept(form.attachments), self._site.clock.now()
        answer = await self._site.inbox.receive(ordered(engineer, command, key, now, files, reader.reading))
        said = self._site.said(reader, answer)
        if answer.refused and "back" not in form.fields:
            typed = Typed(verb, {"words": "", **form.fields}, said)
            return await self._ticket(request, reader, number, 409, typed)
        back = local_path(form.fields.get("back") or _page(number))
        return self._site.pages.go(back, said, refused=answer.refused)


def _page(number: int) -> str:
    return f"/desk/tickets/T-{number}"


async def ours(site: Site, request: Request) -> Reader:
    """An engineer, a lead or an auditor. Raises SignInNeeded, NotAllowed."""
    reader = await site.readers.of(request)
    if not reader.known.is_ours:
        raise NotAllowed
    return reader


async def leading(site: Site, request: Request) -> Reader:
    """A lead. Raises SignInNeeded, NotAllowed."""
    reader = await ours(site, request)
    if not reader.known.leads:
        raise NotAllowed
    return reader


def acting(reader: Reader) -> Engineer:
    """Raises NotAllowed for whoever only reads."""
    engineer = reader.known.engineer
    if engineer is None:
        raise NotAllowed
    return engineer


def _command(verb: str, number: int, form: Form, reader: Reader) -> Command:
    words = form.fields.get("words", "").strip()[:WORDS]
    if verb == "merge":
        target = ticket_in(words)
        return Command(verb, (number,), words=words) if target is None else Command(verb, (number, target))
    return Command(verb, (number,), _options(form.fields, reader), words)


def _options(fields: Mapping[str, str], reader: Reader) -> tuple[tuple[str, str], ...]:
    given = {name: fields.get(name, "").strip() for name in ("eta", "complexity", "need", "plan")}
    if given["eta"]:
        given["eta"] = in_their_time(given["eta"], reader)
    return tuple((name, value) for name, value in given.items() if value)


def in_their_time(given: str, reader: Reader, zone: str = "") -> str:
    """A time as the reader means it, whose zone may not be the one that the policy has of them; `zone`: that
    of the page they looked at, "" for theirs now. What is no time stays, and is refused where it is read."""
    try:
        return instant(given, reader.voice.now, zone or reader.voice.zone).isoformat()
    except (ValueError, OverflowError):
        return given


def _wanted(request: Request, reader: Reader) -> Wanted:
    me = reader.known.engineer
    priority = asked(request, "priority")
    return Wanted(
        customer=asked(request, "customer"),
        assignee=me.id if me is not None and asked(request, "mine") else asked(request, "assignee"),
        priority=Priority(priority) if priority in Priority.__members__ else None,
        untaken=bool(asked(request, "untaken")),
        words=asked(request, "q"),
        late_at=reader.voice.now if asked(request, "overdue") else None,
    )


def _shown(request: Request) -> Shown:
    """The newest, or all of what the address asks for."""
    whole = [name for name in ("pages", "events", "lines") if request.query_params.get(name) == "all"]
    return replace(USUAL, **dict.fromkeys(whole, EVERYTHING))


def _spot(given: str) -> Spot | None:
    """Where the next page begins: microseconds and number, as the link of the last one says."""
    due, _, number = given.partition("-")
    if not (due.isdecimal() and number.isdecimal() and len(due) < 20 and len(number) < 16):
        return None
    try:
        return Spot(from_micros(int(due)), int(number))
    except OverflowError:
        return None
