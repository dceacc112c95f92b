"""Where the provider calls the desk: calls, texts, and what became of ours.

Nothing comes in without the provider's signature, and nothing is confirmed before the desk has committed it.
The provider gives up after 15 seconds, a human at the second ring: whoever is on the line always hears
something, also when the desk fails.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import structlog
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.phone.form import Form
from adapters.phone.inbound import Request
from adapters.phone.settings import (
    MACHINE_PATH,
    RECORDING_PATH,
    SMS_PATH,
    STATUS_PATH,
    TRANSCRIPT_PATH,
    VOICE_PATH,
    PhoneSettings,
)
from adapters.phone.signature import Signatures
from adapters.phone.twiml import again, twiml
from bot.errors import StoreError
from bot.inbound import Inbound
from bot.ports import Clock, Inbox, Switchboard
from bot.telephone import Record, Say, Script

log = structlog.get_logger(__name__)
MOST = 256 * 1024
"""Bytes of a form; a text with ten pictures has a few thousand."""
PATIENCE = 10.0
"""Seconds that the desk may take for a step; the provider waits 15."""
PAUSE = 2
"""Seconds until the same is asked again."""
TRIES = 10
Accept = Callable[[HttpRequest, Request], Awaitable[Response]]


class PhoneDoor:
    """Takes nothing before `open` and after `close`: the provider is told to come again."""

    def __init__(self, settings: PhoneSettings, inbox: Inbox, switchboard: Switchboard, clock: Clock) -> None:
        self._settings = settings
        self._inbox = inbox
        self._switchboard = switchboard
        self._clock = clock
        self._signatures = Signatures({each.account_sid: each.auth_token for each in settings.providers})
        self._open = False
        self.refused = 0
        """Requests that no account of ours has signed."""

    def open(self) -> None:
        self._open = True

    def close(self) -> None:
        self._open = False

    def routes(self) -> Sequence[BaseRoute]:
        paths: dict[str, Accept] = {
            VOICE_PATH: self._voice,
            f"{VOICE_PATH}/{{step}}": self._voice,
            f"{VOICE_PATH}/{{step}}/{{about}}": self._voice,
            SMS_PATH: self._sms,
            STATUS_PATH: self._status,
            MACHINE_PATH: self._machine,
            RECORDING_PATH: self._recording,
            TRANSCRIPT_PATH: self._transcript,
        }
        return [Route(path, self._guarded(accept), methods=["POST"]) for path, accept in paths.items()]

    def _guarded(self, accept: Accept) -> Callable[[HttpRequest], Awaitable[Response]]:
        async def answer(http: HttpRequest) -> Response:
            """403 not signed · 413 too large · 400 cut off · 503 not open, or not committed."""
            try:
                body = await _body(http)
            except ClientDisconnect:
                return _no(400, "the body came to no end")
            if body is None:
                return _no(413, f"more than {MOST} bytes")
            form = Form.parse(body)
            if not self._is_signed(http, form, body):
                return self._refuse(http)
            if not self._open:
                return _later("the desk takes no calls now")
            token = http.headers.get("I-Twilio-Idempotency-Token", "")
            return await accept(http, Request(form, token, self._clock.now()))

        return answer

    def _is_signed(self, http: HttpRequest, form: Form, body: bytes) -> bool:
        """Over the address as the provider knows it: ours, whatever is in front of us."""
        given = http.headers.get("X-Twilio-Signature", "")
        return self._signatures.accepts(self._address(http), form.fields, body, given)

    def _address(self, http: HttpRequest) -> str:
        path = http.scope.get("raw_path", http.scope["path"].encode()).decode("latin-1").partition("?")[0]
        query = http.scope.get("query_string", b"").decode("latin-1")
        return f"{self._settings.public_url}{path}{f'?{query}' if query else ''}"

    def _refuse(self, http: HttpRequest) -> Response:
        self.refused += 1
        client = http.client.host if http.client else ""
        log.warning("phone: wrong signature", path=http.scope["path"], client=client, count=self.refused)
        return _no(403, "the signature is not the provider's; is PUBLIC_URL the address it calls?")

    # --- on the line

    async def _voice(self, http: HttpRequest, request: Request) -> Response:
        step, about = http.path_params.get("step", ""), http.path_params.get("about", "")
        heard = _since(http, request).heard(step, tuple(each for each in about.split("+") if each))
        if not heard.call:
            return _no(400, "there is no CallSid")
        try:
            async with asyncio.timeout(PATIENCE):
                script = await self._switchboard.hear(heard)
        except (StoreError, TimeoutError) as error:
            log.error("phone: step not committed", call=heard.call, step=step, error=type(error).__name__)
            return self._ask_again(http, request)
        except Exception as error:
            log.exception("phone: step failed", call=heard.call, step=step, error=type(error).__name__)
            return _xml(self._trouble())
        if script.refused:
            log.warning("phone: replay refused", call=heard.call, step=step)
            return _no(409, "that call is over")
        return _xml(twiml(script, self._settings))

    def _ask_again(self, http: HttpRequest, request: Request) -> Response:
        """In a moment the store may be there again; the call's start stays what it was."""
        tried = _number(http.query_params.get("try"))
        if tried >= TRIES:
            return _xml(self._trouble())
        since = _since(http, request).received_at.isoformat().replace("+00:00", "Z")
        path = self._address(http).partition("?")[0]
        return _xml(again(f"{path}?try={tried + 1}&since={since}", PAUSE))

    def _trouble(self) -> bytes:
        """The caller hears so in every language, and what they say is kept by the provider."""
        says = [Say(text, language) for language, text in self._settings.trouble.items()]
        return twiml(Script((*says, Record("message"))), self._settings)

    # --- what nobody waits for

    async def _sms(self, http: HttpRequest, request: Request) -> Response:
        """The receipt leaves as a text of its own, so the answer is an empty document."""
        taken = await self._take(request.text())
        return taken if taken.status_code != 204 else _xml(twiml(Script(), self._settings))

    async def _status(self, http: HttpRequest, request: Request) -> Response:
        key = http.query_params.get("key")
        item = request.reported(key) if key else request.ended()
        return await self._take(item) if item is not None else Response(status_code=204)

    async def _machine(self, http: HttpRequest, request: Request) -> Response:
        key = http.query_params.get("key", "")
        return await self._take(request.machine(key))

    async def _recording(self, http: HttpRequest, request: Request) -> Response:
        return await self._take(request.recorded())

    async def _transcript(self, http: HttpRequest, request: Request) -> Response:
        return await self._take(request.transcribed())

    async def _take(self, item: Inbound) -> Response:
        try:
            await self._inbox.receive(item)
        except Exception as error:
            kind = type(error).__name__
            log.error("phone: not committed, must come again", event_key=item.event_key, error=kind)
            return _later("not committed")
        return Response(status_code=204)


def _since(http: HttpRequest, request: Request) -> Request:
    """When the first try of this very step came in, as the address we gave out says."""
    said = http.query_params.get("since", "")
    try:
        since = datetime.fromisoformat(said).astimezone(UTC) if said else request.received_at
    except ValueError:
        since = request.received_at
    return Request(request.form, request.token, min(since, request.received_at))


def _number(said: str | None) -> int:
    return int(said) if said is not None and said.isdecimal() and len(said) < 4 else 0


async def _body(http: HttpRequest) -> bytes | None:
    """None when it is longer than any form is."""
    kept = bytearray()
    async for chunk in http.stream():
        kept += chunk
        if len(kept) > MOST:
            return None
    return bytes(kept)


def _xml(document: bytes) -> Response:
    return Response(document, media_type="text/xml")


def _no(status: int, reason: str) -> Response:
    return JSONResponse({"taken": False, "reason": reason}, status)


def _later(reason: str) -> Response:
    return JSONResponse({"taken": False, "reason": reason}, 503, {"Retry-After": "5"})
