"""The Channel port on an ntfy server: publishes once and says what happened."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from adapters.push.message import Writer
from adapters.push.settings import PUSH, PushSettings
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, Outgoing, Post, Receipt
from bot.ports import Clock

CAPABILITIES = Capabilities(
    can_ack_inline=True,
    max_length=3500,
    direct=True,
    verified=True,
)
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
"""Seconds. Short, since pages wait behind a request that hangs."""
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEFAULT_WAIT, _LONGEST_WAIT = 5, 600
# ntfy's own: 60 at once, then one every 5 seconds (https://docs.ntfy.sh/config/#rate-limiting).
_AT_ONCE, _WITHIN = 60, 300.0
# Nothing has left.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, RuntimeError)
_LONGEST_TEXT = 200


class PushChannel:
    """Keeps `bot.ports.Channel`. A conversation is a topic of the server."""

    def __init__(self, settings: PushSettings, clock: Clock, timeout: httpx.Timeout = TIMEOUT) -> None:
        self.writer = Writer(settings, clock)
        self._settings = settings
        headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._client = httpx.AsyncClient(
            timeout=timeout, headers=headers, verify=settings.tls or httpx.create_ssl_context()
        )

    @property
    def name(self) -> str:
        return PUSH

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return (Limit("push", _AT_ONCE, _WITHIN),)

    async def send(self, message: Outgoing) -> Receipt:
        if not isinstance(message, Post):
            raise Unreachable(f"push cannot do that: {type(message).__name__}")
        if not _TOPIC.fullmatch(message.at.conversation):
            raise Unreachable("push: no topic (1 to 64 of A-Z a-z 0-9 _ -)")
        return Receipt(message.at, await self.publish(self.writer.written(message)))

    async def publish(self, message: Mapping[str, Any]) -> str:
        """The message's id on the server. Raises what `send` does."""
        try:
            response = await self._client.post(f"{self._settings.server}/", json=message)
        except (httpx.HTTPError, RuntimeError) as error:
            # Not "from error": the library's exceptions carry the request, and that the token.
            raise _unanswered(error) from None
        if not response.is_success:
            raise _refused(response)
        said = _body(response).get("id")
        return said if isinstance(said, str) else ""

    async def find(self, key: str, at: Address) -> Receipt | None:
        """A server's messages carry no key of ours."""
        return None

    async def close(self) -> None:
        await self._client.aclose()


def _unanswered(error: Exception) -> DeliveryError:
    if isinstance(error, _NEVER_LEFT):
        return Temporary(f"the ntfy server cannot be reached ({type(error).__name__})")
    return OutcomeUnknown(f"the ntfy server does not answer ({type(error).__name__})")


def _refused(response: httpx.Response) -> DeliveryError:
    """https://docs.ntfy.sh/publish/#limitations. Who may not publish there may, once somebody mends it."""
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited(_wait(response.headers.get("Retry-After", "")))
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Temporary("the ntfy server refuses NTFY_TOKEN for that topic")
    words = " ".join(str(_body(response).get("error", "no reason given")).split())[:_LONGEST_TEXT]
    text = f"the ntfy server: {words} (status {status})"
    return Temporary(text) if status >= httpx.codes.INTERNAL_SERVER_ERROR else Unreachable(text)


def _wait(said: str) -> timedelta:
    seconds = int(said) if said.isascii() and said.isdigit() else _DEFAULT_WAIT
    return timedelta(seconds=min(max(seconds, 1), _LONGEST_WAIT))


def _body(response: httpx.Response) -> Mapping[str, object]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
