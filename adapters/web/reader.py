"""Who reads a page: by what their browser holds, in their language and their time."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.guard import csrf_of
from adapters.web.settings import WebSettings
from bot.access.session import Session
from bot.access.signing_in import known_again
from bot.access.visitor import Visitor
from bot.inbound import Reading
from bot.messages.catalogue import LANGUAGES, Voice
from bot.ports import Clock
from bot.window import Window
from bot.work import Work

ZONES = frozenset(available_timezones())
LANG, ZONE, FLASH = "lang", "zone", "flash"
YEAR = 31_536_000
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`visitor`: None for a stranger. `holds`: the secret that their forms are bound to, a session's or a
    link's; a stranger holds none. `key`: makes a form's event the same however often it is sent.
    `waiting`: how much waits in quarantine, for one of us."""

    visitor: Visitor | None
    session: Session | None
    holds: str
    csrf: str
    voice: Voice
    key: str
    waiting: int = 0

    @property
    def known(self) -> Visitor:
        """Whoever it is. Raises SignInNeeded."""
        if self.visitor is None:
            raise SignInNeeded
        return self.visitor

    @property
    def reading(self) -> Reading:
        return Reading(self.voice.language, self.voice.zone)


class SignInNeeded(Exception):
    """A page for somebody we know, asked for by a stranger."""


class NotAllowed(Exception):
    """A page, or a change, that is not theirs."""


class Side(StrEnum):
    """A browser may be signed in at both at once, as two people: each has a cookie of its own."""

    PORTAL = "portal"
    CONSOLE = "console"


def side_of(request: Request) -> Side:
    path = request.url.path
    return Side.CONSOLE if path == "/desk" or path.startswith("/desk/") else Side.PORTAL


class Readers:
    """Tells who reads."""

    def __init__(self, settings: WebSettings, window: Window, clock: Clock) -> None:
        self._settings = settings
        self._window = window
        self._clock = clock

    def cookie(self, side: Side) -> str:
        """https://developer.mozilla.org/docs/Web/HTTP/Cookies#cookie_prefixes"""
        return f"__Host-dawnline-{side.value}" if self._settings.is_secure else f"dawnline-{side.value}"

    async def of(self, request: Request) -> Reader:
        """By the cookie of the side that is looked at; whoever is one of us only is so everywhere. Raises
        StoreError."""
        cookies = request.cookies
        own = cookies.get(self.cookie(side_of(request)), "")
        secret = own or cookies.get(self.cookie(Side.CONSOLE), "")
        found = await self._window.look(lambda work: _known(work, secret)) if secret else None
        session, visitor, waiting = found or (None, None, 0)
        if session is not None:
            await self._noted(session)
        reader = self._reader(request, session, visitor, secret if session else "")
        return replace(reader, waiting=waiting)

    def guest(self, request: Request, holds: str) -> Reader:
        """Somebody who holds a link to one ticket."""
        return self._reader(request, None, None, holds)

    def _reader(
        self, request: Request, session: Session | None, visitor: Visitor | None, holds: str
    ) -> Reader:
        policy = self._window.house.policy
        language = _language(request, visitor) or policy.desk.language
        zone = _zone(request, visitor) or policy.desk.time_zone
        voice = Voice(self._window.house.catalogue, language, zone, self._clock.now())
        csrf = csrf_of(self._settings.secret, holds)
        return Reader(visitor, session, holds, csrf, voice, secrets.token_urlsafe(9))

    async def _noted(self, session: Session) -> None:
        """They were here: the session lasts anew, unless they have signed out meanwhile."""
        seen = session.seen(self._clock.now())
        if seen is not session:

            async def note(work: Work) -> None:
                work.tx.sessions.renew(seen)

            await self._window.act(note)

    def signed_in(self, response: Response, secret: str, visitor: Visitor) -> None:
        """The browser keeps it for longer than the session lasts: that begins anew with every visit, also one
        that cannot set a cookie (a live page's), and when it is over the store says."""
        response.set_cookie(
            self.cookie(Side.CONSOLE if visitor.is_ours else Side.PORTAL),
            secret,
            max_age=YEAR,
            secure=self._settings.is_secure,
            httponly=True,
            samesite="lax",
        )

    def signed_out(self, response: Response, side: Side) -> None:
        secure = self._settings.is_secure
        response.delete_cookie(self.cookie(side), secure=secure, httponly=True, samesite="lax")

    def keep(self, response: Response, name: str, value: str, *, seconds: int = YEAR) -> None:
        """A preference, or what the next page says."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            secure=self._settings.is_secure,
            httponly=True,
            samesite="lax",
        )


async def _known(work: Work, secret: str) -> tuple[Session, Visitor, int] | None:
    """Whose session that is, and how much waits in quarantine for them."""
    found = await known_again(work, secret)
    if found is None:
        return None
    session, visitor = found
    return session, visitor, await work.tx.ledger.waiting() if visitor.is_ours else 0


def _language(request: Request, visitor: Visitor | None) -> str | None:
    asked = request.query_params.get("lang") or request.cookies.get(LANG)
    if asked in LANGUAGES:
        return asked
    own = next((each for each in _spoken(visitor) if each in LANGUAGES), None)
    return own or accepted(request.headers)


def _spoken(visitor: Visitor | None) -> tuple[str, ...]:
    if visitor is None:
        return ()
    if visitor.engineer is not None:
        return visitor.engineer.languages
    return (visitor.customer.language,) if visitor.customer else ()


def accepted(headers: Mapping[str, str]) -> str | None:
    """The first language of RFC 9110's Accept-Language that we speak; browsers list them in their order."""
    wanted = (
        each.partition(";")[0].strip()[:2].lower() for each in headers.get("accept-language", "").split(",")
    )
    return next((each for each in wanted if each in LANGUAGES), None)


def _zone(request: Request, visitor: Visitor | None) -> str | None:
    asked = request.cookies.get(ZONE, "").replace("%2F", "/")
    if asked in ZONES:
        return asked
    if visitor is None:
        return None
    if visitor.engineer is not None:
        return visitor.engineer.time_zone
    return (visitor.customer.time_zone or None) if visitor.customer else None


def zone_of(reader: Reader) -> ZoneInfo:
    return ZoneInfo(reader.voice.zone)
