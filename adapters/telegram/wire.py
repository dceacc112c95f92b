"""The wire to the Bot API: the client, its errors in the desk's words, and no token in any of them."""

import json
import logging
import ssl
from datetime import timedelta

import httpx
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from adapters.telegram.settings import TelegramSettings
from bot.errors import DeliveryError, MovedTo, OutcomeUnknown, RateLimited, Temporary, Unreachable

# Seconds. A poll gets its waiting time on top of READ. Short, since pages wait behind a call that hangs.
CONNECT, READ, WRITE, POOL = 5.0, 5.0, 5.0, 5.0
CONNECTIONS = 32
# What Telegram asks for when its answer does not say.
_DEFAULT_WAIT = 5
# The libraries that log addresses; the token is a part of every address.
_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "telegram.Bot",
    "telegram.request.BaseRequest",
    "telegram.request.HTTPXRequest",
)
# No connection was made, or our own client is closed (RuntimeError): nothing has left.
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    RuntimeError,
)


class FloodWait(TelegramError):
    """Telegram asks us to wait. The library's own RetryAfter warns of its deprecation when it is made."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"flood control, retry in {wait.total_seconds():g} s")
        self.wait = wait


class DiscreetBot(Bot):
    """The library's own repr shows the token, and so would any traceback that prints local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "DiscreetBot()"


class Client:
    """The library's bot, with time limits on everything; the libraries' logs no longer show the token."""

    def __init__(self, settings: TelegramSettings) -> None:
        guard_logs(settings.token)
        api = settings.api_url.rstrip("/")
        # The first is kept for polls, so that they never wait for a free connection.
        tls = settings.tls or httpx.create_ssl_context()
        self._requests = (_request(1, tls), _request(CONNECTIONS, tls))
        self.bot: Bot = DiscreetBot(
            settings.token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    async def close(self) -> None:
        """Close the connections. (Bot.shutdown leaves them open unless it was initialized.)"""
        for request in self._requests:
            await request.shutdown()


def _request(connections: int, tls: ssl.SSLContext) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT,
        read_timeout=READ,
        write_timeout=WRITE,
        pool_timeout=POOL,
        httpx_kwargs={"verify": tls, "event_hooks": {"response": [_heed_flood_control]}},
    )


async def _heed_flood_control(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise FloodWait(timedelta(seconds=_retry_after(await response.aread())))


def _retry_after(body: bytes) -> int:
    """https://core.telegram.org/bots/api#responseparameters"""
    try:
        return int(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return _DEFAULT_WAIT


def delivery_error(error: TelegramError, token: str) -> DeliveryError:
    """The same failure in the core's words. A 400 is final: the same request would be refused again."""
    text = redacted(f"Telegram: {error.message}", token)
    match error:
        case FloodWait():
            return RateLimited(error.wait)
        case ChatMigrated():
            return MovedTo(str(error.new_chat_id))
        case Forbidden() | BadRequest():
            return Unreachable(text)
        case InvalidToken():
            # A person has to mend the token; whatever waits for that is still worth sending then.
            return Temporary("Telegram refuses the bot's token")
        case NetworkError() if isinstance(error.__cause__, _NEVER_LEFT):
            return Temporary(text)
    return OutcomeUnknown(text)


def redacted(text: str, token: str) -> str:
    """`text` without the token's secret half, however the token is quoted."""
    secret = token.partition(":")[2] or token
    return text.replace(secret, "***")


class TokenFilter(logging.Filter):
    """Takes the token out of a library's log records, their tracebacks included."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TokenFilter) and other._token == self._token

    def __hash__(self) -> int:
        return hash(self._token)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage(), self._token), None
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            record.exc_text, record.exc_info = redacted(trace, self._token), None
        return True


def guard_logs(token: str) -> None:
    """Filters do not reach child loggers, so each library's logger gets one (equal filters count once)."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(TokenFilter(token))
