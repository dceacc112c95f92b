"""The HTTP door. It refuses what cannot be Slack's before anybody reads it: no stranger can cause a 500."""

import json

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from adapters.slack.events import Events
from adapters.slack.wire import Json

# Slack's own events stay far below.
MAX_BODY = 1_000_000
_TIMESTAMP, _SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"


class Webhook:
    """An ASGI application: the endpoint of events, and through bolt of commands, buttons and all the rest."""

    def __init__(self, events: Events, bolt: AsyncApp, signing_secret: str) -> None:
        self._events = events
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request, await _read(request))
        await response(scope, receive, send)

    async def _answer(self, request: Request, body: bytes | None) -> Response:
        if body is None:
            return _refuse(413, "the body is too large")
        if not _is_plausible(request):
            return _refuse(401, "the signature headers are missing or malformed")
        event = _event(body)
        if event is None:
            return await self._through_bolt(request, body)
        if not self._is_signed(request, body):
            return _refuse(401, "the signature is wrong")
        return Response(status_code=await self._events.take(event))

    async def _through_bolt(self, request: Request, body: bytes) -> Response:
        """Strangers learn nothing about what we can read."""
        parsed = _parsed(request, body)
        if parsed is not None:
            return to_starlette_response(await self._bolt.async_dispatch(parsed))
        if not self._is_signed(request, body):
            return _refuse(401, "the signature is wrong")
        return _refuse(400, "the body is neither a JSON object nor a form")

    def _is_signed(self, request: Request, body: bytes) -> bool:
        timestamp, signature = _vouched(request)
        return _is_text(body) and self._verifier.is_valid(body, timestamp, signature)


async def _read(request: Request) -> bytes | None:
    """The body, or None if it is too large; no more than that is ever held."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _vouched(request: Request) -> tuple[str, str]:
    """(timestamp, signature), empty where there is none."""
    return request.headers.get(_TIMESTAMP, ""), request.headers.get(_SIGNATURE, "")


def _is_plausible(request: Request) -> bool:
    """The verifier stumbles over a timestamp that is no number and a signature that is not ASCII."""
    timestamp, signature = _vouched(request)
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()


def _event(body: bytes) -> Json | None:
    """The envelope of an event; None for whatever else it is."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and found.get("type") == "event_callback":
        return found if isinstance(found.get("event"), dict) else None
    return None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(request: Request, body: bytes) -> AsyncBoltRequest | None:
    """bolt parses before it verifies; whatever that raises means a body that is not Slack's."""
    try:
        parsed = to_async_bolt_request(request, body)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return parsed if isinstance(parsed.body.get("event", {}), dict) else None


def _refuse(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)
