"""The HTTP door. It refuses what cannot be Slack's before bolt reads it: no stranger can cause a 500."""

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

# Slack's own events stay far below.
MAX_BODY = 1_000_000
_TIMESTAMP, _SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"


class Webhook:
    """The endpoint of events, commands and buttons."""

    def __init__(self, bolt: AsyncApp, signing_secret: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)

    async def handle(self, request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return _refuse(413, "the body is too large")
        if not _is_plausible(request):
            return _refuse(401, "the signature headers are missing or malformed")
        bolt_request = _parsed(request, body)
        if bolt_request is None:
            return self._unreadable(request, body)
        return to_starlette_response(await self._bolt.async_dispatch(bolt_request))

    def _unreadable(self, request: Request, body: bytes) -> Response:
        """Strangers learn nothing about what we can read."""
        timestamp, signature = request.headers[_TIMESTAMP], request.headers[_SIGNATURE]
        if not _is_text(body) or not self._verifier.is_valid(body, timestamp, signature):
            return _refuse(401, "the signature is wrong")
        return _refuse(400, "the body is neither a JSON object nor a form")


async def _read(request: Request) -> bytes | None:
    """The body, or None if it is too large; no more than that is ever held."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _is_plausible(request: Request) -> bool:
    """bolt's own check stumbles over a timestamp that is no number and a signature that is not ASCII."""
    timestamp, signature = request.headers.get(_TIMESTAMP, ""), request.headers.get(_SIGNATURE, "")
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()


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
