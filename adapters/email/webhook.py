"""POST /email/inbound: whole mails from a mail provider's route or a pipe of the desk's own mail server.

200 only after the commit; after anything else whoever brings the mail keeps it and tries again.
"""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.email.settings import INBOUND_PATH

ENVELOPE = "X-Envelope-To"
"""The header, or the part of the query, that says whom the envelope was for; it may stand there often."""
MAILBOX = "EMAIL_INBOUND_TOKEN"
"""What mails that came this way have for the name of their mailbox: the setting that let them in."""
PATIENCE = 4
"""So many times the size that is kept is read; whoever sends more is no mail server."""
RETRY_AFTER = 10
"""Seconds."""
_MOST_RECIPIENTS = 100

log = structlog.get_logger(__name__)


class Take(Protocol):
    """See `adapters.email.intake.Intake.take`."""

    def __call__(self, raw: bytes, mailbox: str, *, envelope: Sequence[str]) -> Awaitable[None]: ...


class Webhook:
    """`take` gives what mails are handed to, or None while the desk takes none. `most`: bytes that are kept
    of a mail."""

    def __init__(self, token: str, most: int, take: Callable[[], Take | None]) -> None:
        self._token = token.encode()
        self._most = most
        self._take = take

    def route(self) -> Route:
        return Route(INBOUND_PATH, self.answer, methods=["POST"])

    async def answer(self, request: Request) -> Response:
        """401 wrong or missing token · 415 a form · 400 empty · 413 no end · 503 not committed · 200."""
        refusal = self._refusal(request)
        try:
            raw = await self._body(request, 0 if refusal else self._most)
        except ClientDisconnect:
            return _no(400, "the body came to no end")
        if raw is None:
            return _no(413, f"more than {PATIENCE} times {self._most} bytes", {"Connection": "close"})
        if refusal:
            return refusal
        return await self._hand_in(raw, _envelope(request)) if raw else _no(400, "the body is empty")

    def _refusal(self, request: Request) -> Response | None:
        if not self._may(request.headers.get("Authorization", "")):
            log.warning("mail refused: wrong or missing EMAIL_INBOUND_TOKEN", client=_client(request))
            challenge = {"WWW-Authenticate": 'Bearer realm="Dawnline", Basic realm="Dawnline"'}
            return _no(401, "send EMAIL_INBOUND_TOKEN as a bearer token or a basic password", challenge)
        if _is_form(request):
            return _no(415, "send the raw RFC 822 message as the body, such as with --data-binary @mail.eml")
        return None

    def _may(self, authorization: str) -> bool:
        return hmac.compare_digest(_secret(authorization), self._token)

    async def _body(self, request: Request, most: int) -> bytes | None:
        """Its first `most` bytes; None when it goes on for too long. It is read to its end also when it is
        not wanted: who is cut off while sending does not hear why."""
        kept, size = bytearray(), 0
        async for chunk in request.stream():
            size += len(chunk)
            kept += chunk[: most - len(kept)]
            if size > PATIENCE * self._most:
                return None
        if size > most > 0:
            log.warning("mail too large, its end is left out", source=INBOUND_PATH, size=size)
        return bytes(kept)

    async def _hand_in(self, raw: bytes, envelope: Sequence[str]) -> Response:
        take = self._take()
        if take is None:
            return _later("the desk takes no mail now")
        try:
            await take(raw, MAILBOX, envelope=envelope)
        except Exception as error:
            log.error("mail not committed, must come again", error=str(error), kind=type(error).__name__)
            return _later("not committed")
        return JSONResponse({"taken": True})


def _secret(authorization: str) -> bytes:
    """The bearer token, or the password of a basic `user:password` (RFC 7617), whoever the user is."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip().encode()
    try:
        decoded = base64.b64decode(given.strip(), validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""
    return decoded.partition(b":")[2]


def _is_form(request: Request) -> bool:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "multipart/form-data"


def _envelope(request: Request) -> tuple[str, ...]:
    said = [*request.headers.getlist(ENVELOPE), *request.query_params.getlist(ENVELOPE)]
    addresses = (each.strip() for text in said for each in text.split(","))
    return tuple(dict.fromkeys(filter(None, addresses)))[:_MOST_RECIPIENTS]


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _no(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"taken": False, "reason": reason}, status, headers)


def _later(reason: str) -> Response:
    return _no(503, reason, {"Retry-After": str(RETRY_AFTER)})
