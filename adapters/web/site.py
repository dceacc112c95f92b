"""What every page of the desk works with, and how a change comes in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request

from adapters.web.buckets import Buckets, network_of
from adapters.web.forms import LONGEST_WRITTEN, FormRefused
from adapters.web.guard import CSRF_FIELD, CSRF_HEADER, comes_from_us, is_csrf, own_origin, says_its_origin
from adapters.web.live import Live
from adapters.web.pages import Pages
from adapters.web.reader import NotAllowed, Reader, Readers
from adapters.web.settings import WebSettings
from adapters.web.uploading import FILES, Form, Limits, read_form
from bot.access.answering import is_first
from bot.access.visitor import Visitor
from bot.errors import Refused
from bot.inbound import Address, Answer
from bot.ports import Clock, Inbox, Uploads
from bot.verbs.perform import on_a_page
from bot.window import T, Unit, Window
from bot.work import Work

CHANNEL = "web"
_TICKET = re.compile(r"\s*#?(?:T-?)?(\d{1,15})\s*", re.IGNORECASE | re.ASCII)
TEXTS = Limits(files=0, body=LONGEST_WRITTEN)
"""Of a form that takes no files."""


class StillSending(NotAllowed):
    """Whoever may not has not sent it to its end: answer it by a `LastWord`."""


@dataclass(frozen=True, slots=True)
class Site:
    settings: WebSettings
    inbox: Inbox
    window: Window
    clock: Clock
    uploads: Uploads
    readers: Readers
    pages: Pages
    live: Live
    writing: Buckets
    """How much one reader may still send with files this minute: a link in a group is anybody's in it."""

    async def form(self, request: Request, reader: Reader) -> Form:
        """What the reader sent, who must have sent it from a page of ours; no files. Raises NotAllowed,
        FormRefused."""
        return await self._form(request, (reader.holds,), TEXTS)

    async def anybodys_form(self, request: Request, reader: Reader) -> Form:
        """Of a form that means the same whoever is signed in, and whose page may be older than the session,
        where the browser says that it is one of ours. Raises as `form`."""
        strangers = ("",) if says_its_origin(request.headers) else ()
        return await self._form(request, (reader.holds, *strangers), TEXTS)

    async def form_with_files(self, request: Request, reader: Reader) -> Form:
        """As `form`; of somebody else's no file is kept. Of a form that is refused later, those stay that
        came whole. Raises NotAllowed, FormRefused."""
        self._paced(request, reader)
        most = self.settings.upload_most
        limits = Limits(files=FILES, most=most, body=FILES * most + LONGEST_WRITTEN)
        return await self._form(request, (reader.holds,), limits)

    def _paced(self, request: Request, reader: Reader) -> None:
        """Raises FormRefused for what no customer could write by hand; engineers are known by name."""
        if reader.visitor is not None and reader.visitor.is_ours:
            return
        who = f"{sha256(reader.holds.encode()).hexdigest()} {network_of(request)}"
        allowance = self.writing.take(who, self.clock.now())
        if not allowance.granted:
            raise FormRefused(429, Refused("form_too_many"), allowance.next_in)

    async def _form(self, request: Request, holds: tuple[str, ...], limits: Limits) -> Form:
        """`holds`: to one of these its token must be bound."""
        origin = own_origin(self.settings.base, request.headers.get("host", ""))
        if not comes_from_us(request.headers, origin):
            raise NotAllowed
        if not holds[0] and not says_its_origin(request.headers):
            raise NotAllowed  # a stranger's token is every stranger's, so it alone proves nothing

        def is_theirs(fields: Mapping[str, str]) -> bool:
            given = request.headers.get(CSRF_HEADER) or fields.get(CSRF_FIELD, "")
            return any(is_csrf(self.settings.secret, each, given) for each in holds)

        def check(fields: Mapping[str, str]) -> None:
            if not is_theirs(fields):
                raise StillSending

        form = await read_form(request, self.uploads, limits, check)
        if not is_theirs(form.fields):
            raise NotAllowed
        return form

    def why(self, reader: Reader, refused: Refused) -> str:
        """The refusal as the reader reads it."""
        return on_a_page(self.window.house, reader.voice, refused)

    def said(self, reader: Reader, answer: Answer) -> str:
        """What came of a command, as the reader reads it."""
        return self.why(reader, answer.why) if answer.why else answer.text

    async def once(self, request: Request, reader: Reader, form: Form, unit: Unit[T]) -> T | None:
        """What `unit` makes in one transaction; None when the same form has made it before. Raises what
        `unit` raises."""
        key = self.key(request, reader, form)

        async def first(work: Work) -> T | None:
            return await unit(work) if await is_first(work, key) else None

        return await self.window.act(first)

    def key(self, request: Request, reader: Reader, form: Form) -> str:
        """Names the event: the same form of the same page sent twice is one, but not when it says something
        else by then."""
        page = form.fields.get("key") or reader.key
        words = sorted((name, text) for name, text in form.fields.items() if name != CSRF_FIELD)
        said = [reader.csrf, page, request.url.path, words, [each.id for each in form.attachments]]
        return sha256(json.dumps(said).encode()).hexdigest()[:40]


def number_of(request: Request) -> int:
    """The ticket in the path. Raises Refused("unknown_ticket") for what is none."""
    given = str(request.path_params["ticket"])
    number = ticket_in(given)
    if number is None:
        raise Refused("unknown_ticket", ticket=given[:20], near="")
    return number


def ticket_in(given: str) -> int | None:
    """The ticket that somebody means by "T-12", "t12", "#12" or "12"; None for anything else."""
    match = _TICKET.fullmatch(given)
    return int(match[1]) if match else None


def start_of(visitor: Visitor) -> str:
    """The first page of their side."""
    return "/desk" if visitor.is_ours else "/tickets"


def whole(given: str) -> int:
    """A number in an address that the store can hold; 0 for anything else."""
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 16 else 0


def at_of(who: str) -> Address:
    """Where somebody writes on our pages: everybody has a place of their own."""
    return Address(CHANNEL, who)


def asked(request: Request, name: str, most: int = 200) -> str:
    """A parameter of the address, as `text_of` reads fields; "" when it is not there."""
    return request.query_params.get(name, "").replace("\0", "\N{REPLACEMENT CHARACTER}").strip()[:most]
