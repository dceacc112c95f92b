"""The Channel port on programs that take webhooks: posts once and says what happened."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from adapters.webhook.posting import NEVER_LEFT, Poster
from adapters.webhook.settings import WebhookSettings
from adapters.webhook.signing import headers
from bot.errors import DeliveryError, Gone, OutcomeUnknown, RateLimited, Refused, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Document, Limit, Outgoing, Receipt
from bot.ports import Clock, Lookup, Receivers
from bot.webhooks.places import checked, host_of
from bot.webhooks.webhook import WEBHOOK, Webhook

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Deliverability
and reliability"."""
CAPABILITIES = Capabilities(max_length=1_000_000, knows_again=True, retries=RETRIES)
SECONDS = 15.0
_LONGEST_WAIT = timedelta(days=1)
_BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


class WebhookChannel:
    """Keeps `bot.ports.Channel` and `bot.ports.Courier`. A conversation is a webhook's id."""

    def __init__(
        self,
        settings: WebhookSettings,
        receivers: Receivers,
        lookup: Lookup,
        clock: Clock,
        seconds: float = SECONDS,
    ) -> None:
        """`seconds`: for a whole try."""
        self._settings = settings
        self._receivers = receivers
        self._lookup = lookup
        self._clock = clock
        self._seconds = seconds
        self._poster = Poster(settings.tls, seconds)

    @property
    def name(self) -> str:
        return WEBHOOK

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        if not isinstance(message, Document):
            raise Unreachable(f"a webhook takes documents only: {type(message).__name__}")
        webhook = await self._receivers.get(message.at.conversation)
        if webhook is None or not webhook.is_active:
            raise Unreachable("the webhook was removed" if webhook is None else "the webhook is disabled")
        await self.deliver(webhook, message)
        return Receipt(message.at)

    async def deliver(self, webhook: Webhook, message: Document) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._posted(webhook, message)
        except TimeoutError:
            raise OutcomeUnknown(f"no answer within {self._seconds:g} s") from None
        except Refused as refused:
            raise Temporary(f"not allowed to go there: {refused.key}") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not "from error": the library's exceptions carry the request, and that the address.
            raise _unanswered(error) from None
        if not response.is_success:
            raise _refused(response, self._clock.now())

    async def find(self, key: str, at: Address) -> Receipt | None:
        """Nobody can be asked; a receiver knows a message again by its id."""
        return None

    async def close(self) -> None:
        await self._poster.close()

    async def _posted(self, webhook: Webhook, message: Document) -> httpx.Response:
        """Looked up and judged anew at every try. Raises Refused, httpx.HTTPError."""
        host = host_of(webhook.url, self._settings.policy)
        addresses = checked(host, await self._lookup.addresses(host), self._settings.policy)
        now, body = self._clock.now(), message.body.encode()
        signed = headers(message.key, body, webhook.signing(now), now)
        said = {"content-type": "application/json", "user-agent": self._settings.agent, **signed}
        return await self._poster.post(webhook.url, addresses, body, said)


def _unanswered(error: Exception) -> DeliveryError:
    if isinstance(error, (*NEVER_LEFT, httpx.InvalidURL)):
        return Temporary(f"the receiver cannot be reached ({type(error).__name__})")
    return OutcomeUnknown(f"the receiver does not answer ({type(error).__name__})")


def _refused(response: httpx.Response, now: datetime) -> DeliveryError:
    """Whatever it is but 410, somebody may mend it. A redirect is an answer like any other: where it leads
    nobody has looked at."""
    status = response.status_code
    if status == httpx.codes.GONE:
        return Gone("the receiver says that it is gone (status 410)")
    wait = _wait(response.headers.get("retry-after", ""), now) if status in _BUSY else None
    if wait is not None:
        return RateLimited(wait)
    return Temporary(f"the receiver answered with status {status}")


def _wait(said: str, now: datetime) -> timedelta | None:
    """Retry-After, in seconds or as a date (RFC 9110, 10.2.3); at most a day. None when it says nothing."""
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=min(int(said), 10**6)), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), _LONGEST_WAIT)
