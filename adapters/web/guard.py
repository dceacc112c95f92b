"""What every answer carries, and what every change must show: nothing else on the web may speak in a reader's
name, nor look into their pages."""

import hmac
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.configuration.hosts import is_loopback
from bot.signed import mark, spelt

CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
# https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_HOST = re.compile(r"^\[|\](?::\d+)?$|(?<![:\]]):\d+$")
"""What a Host header has around the name itself."""
# A browser reads "\" as "/", and "//host" and "/\t/host" as another host. The length leaves a cookie room.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]{0,999}")
_TICKETS_FORM = re.compile(r"(/(?:tickets|t|desk/tickets)/[^/]+)/[a-z]+")
YEAR = 31_536_000
"""Seconds."""


def policy(nonce: str = "") -> str:
    """The Content-Security-Policy; `nonce`: of a style sheet that is in the page itself."""
    return CSP.format(style=f" 'nonce-{nonce}'" if nonce else "")


class Guarded:
    """ASGI: the headers of every page, unless the page has set its own."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, "content-security-policy": policy()}
        if secure:
            self._headers["strict-transport-security"] = f"max-age={YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


def own_origin(base: str, host: str) -> str:
    """Where our pages come from: the desk's public address, or this machine by whichever of its names. A name
    that somebody made lead here is none of them (DNS rebinding)."""
    parts = urlsplit(base)
    if not is_loopback(parts.hostname or ""):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}://{host}" if is_loopback(_HOST.sub("", host)) else ""


def comes_from_us(headers: Headers, origin: str) -> bool:
    """Whether a page of ours sent the request, as far as the browser says so.

    Browsers send Sec-Fetch-Site or Origin with every form; where neither comes, it is no browser that could
    be misled (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    said = headers.get("origin")
    return bool(origin) and (said is None or said == origin)


def says_its_origin(headers: Headers) -> bool:
    """Whether the browser said which page sent the request."""
    return "sec-fetch-site" in headers or "origin" in headers


def csrf_of(secret: bytes, holds: str) -> str:
    """The token that goes with what the reader's browser holds (a session, a link): who does not hold it
    cannot make it."""
    return spelt(mark(secret, f"csrf:{holds}".encode()))


def is_csrf(secret: bytes, holds: str, given: str) -> bool:
    return hmac.compare_digest(csrf_of(secret, holds).encode(), given.encode("utf-8", "replace"))


def local_path(given: str) -> str:
    """A path of our own, else "/": whoever makes a link must not send people elsewhere through us."""
    return given if _LOCAL.fullmatch(given) else "/"


def page_of(path: str) -> str:
    """The page whose form is sent to that path: of a ticket's own forms the ticket's."""
    found = _TICKETS_FORM.fullmatch(path)
    return local_path(found[1] if found else path)
