"""Where the provider calls the desk: calls, texts, and what became of ours.

Nothing comes in without the provider's signature, and nothing is confirmed before the desk has committed it.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.phone.answers import done, later, no, xml
from adapters.phone.form import Form
from adapters.phone.inbound import Request
from adapters.phone.line import Line, Step
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
from adapters.phone.twiml import twiml
from bot.inbound import Inbound
from bot.ports import Clock, Inbox, Switchboard
from bot.telephone import Script

log = structlog.get_logger(__name__)
MOST = 256 * 1024
"""Bytes of a form; a text with ten pictures has a few thousand."""
Accept = Callable[[HttpRequest, Request], Awaitable[Response]]


class PhoneDoor:
    """Takes nothing before `open` and after `close`: the provider is told to come again."""

    def __init__(self, settings: PhoneSettings, inbox: Inbox, switchboard: Switchboard, clock: Clock) -> None:
        self._settings = settings
        self._inbox = inbox
        self._line = Line(settings, switchboard)
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
                return no(400, "the body came to no end")
            if body is None:
                return no(413, f"more than {MOST} bytes")
            form = Form.parse(body)
            if not self._is_signed(http, form, body):
                return self._refuse(http)
            if not self._open:
                return later("the desk takes no calls now")
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
        return no(403, "the signature is not the provider's; is PUBLIC_URL the address it calls?")

    async def _voice(self, http: HttpRequest, request: Request) -> Response:
        about = tuple(each for each in http.path_params.get("about", "").split("+") if each)
        address = self._address(http).partition("?")[0]
        step = Step(address, http.path_params.get("step", ""), about, http.query_params, request)
        return await self._line.answer(step)

    async def _sms(self, http: HttpRequest, request: Request) -> Response:
        """The receipt leaves as a text of its own, so the answer is an empty document."""
        taken = await self._take(request.text())
        return taken if taken.status_code != 204 else xml(twiml(Script(), self._settings))

    async def _status(self, http: HttpRequest, request: Request) -> Response:
        key = http.query_params.get("key")
        item = request.reported(key) if key else request.ended()
        return await self._take(item) if item is not None else done()

    async def _machine(self, http: HttpRequest, request: Request) -> Response:
        key = http.query_params.get("key", "")
        return await self._take(request.machine(key))

    async def _recording(self, http: HttpRequest, request: Request) -> Response:
        item = request.recorded()
        return await self._take(item) if item is not None else done()

    async def _transcript(self, http: HttpRequest, request: Request) -> Response:
        return await self._take(request.transcribed())

    async def _take(self, item: Inbound) -> Response:
        try:
            await self._inbox.receive(item)
        except Exception as error:
            kind = type(error).__name__
            log.error("phone: not committed, must come again", event_key=item.event_key, error=kind)
            return later("not committed")
        return done()


async def _body(http: HttpRequest) -> bytes | None:
    """None when it is longer than any form is."""
    kept = bytearray()
    async for chunk in http.stream():
        kept += chunk
        if len(kept) > MOST:
            return None
    return bytes(kept)
