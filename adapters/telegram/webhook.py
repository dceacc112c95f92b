"""The webhook: 200 only after the commit; anything else makes Telegram deliver the update again."""

import hmac
import json
from collections.abc import Callable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.telegram.intake import Intake
from adapters.telegram.settings import WEBHOOK_PATH

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name, not a secret
# Bytes. An update with all its entities stays far below this.
MAX_BODY = 1 << 20

log = structlog.get_logger(__name__)


class Webhook:
    """`intake` gives what updates are handed to, or None while the desk is not ready for any."""

    def __init__(self, secret: str, intake: Callable[[], Intake | None]) -> None:
        self._secret = secret.encode()
        self._intake = intake

    def route(self) -> Route:
        return Route(WEBHOOK_PATH, self.answer, methods=["POST"])

    async def answer(self, request: Request) -> Response:
        """403 wrong or missing secret · 413 too large · 400 no update · 503 not committed · 200 committed."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        return Response(status_code=await self._take(update))

    async def _take(self, update: dict[str, Any]) -> int:
        intake = self._intake()
        if intake is None:
            return 503
        try:
            await intake.take(update)
        except Exception as error:
            log.error(
                "update not committed, will come again", update_id=update["update_id"], error=str(error)
            )
            return 503
        return 200


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is larger than MAX_BODY."""
    chunks, size = [], 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            return None
    return b"".join(chunks)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
