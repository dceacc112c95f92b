"""The wire to Slack's Web API: the client, its failures in the desk's words, and no secret in any of them."""

import logging
import re
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable

Json = dict[str, Any]

# Seconds.
TIMEOUT, CONNECT = 10, 5
# What Slack asks for when its answer does not say.
_DEFAULT_WAIT = 5
_HTTP_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500
# A gateway that gave up waiting does not know what happened behind it.
_GATEWAY_FAULTS = frozenset({502, 504})
# "It's possible some aspect of the operation succeeded before the error was raised."
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
_HALF_DONE = frozenset({"internal_error", "fatal_error"})
_PASSING = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
# A person has to mend the token; whatever waits for that is still worth sending then.
_TOKEN_FAULTS = {
    "not_authed": "set SLACK_BOT_TOKEN",
    "invalid_auth": "SLACK_BOT_TOKEN is wrong: copy the Bot User OAuth Token anew",
    "account_inactive": "the app was removed from the workspace: install it again and copy its token",
    "token_revoked": "the token was revoked: install the app again and copy its token",
    "token_expired": "the token has expired: switch token rotation off in the app's settings",
    "not_allowed_token_type": "SLACK_BOT_TOKEN must be the Bot User OAuth Token (xoxb-)",
    "missing_scope": "give the app the scopes of `dawnline slack manifest` and install it again",
}
_MENDS = {
    "not_in_channel": "invite the app there: /invite @Dawnline",
    "channel_not_found": "invite the app (/invite @Dawnline) if the channel is private; else correct its id",
    "is_archived": "the channel is archived: unarchive it or link the customer to another one",
    "user_not_found": "correct the person's Slack id in dawnline.toml",
    "user_disabled": "the person's Slack account is closed: take it out of dawnline.toml",
    "restricted_action": "the workspace's settings forbid this to apps: ask its owner",
}
_SECRETS = re.compile(
    r"""xox[a-z]-[\w.-]+ | xapp-[\w.-]+ | (?<=ticket=)[^&\s'"]+ | (?<=hooks\.slack\.com/)[^\s'"]+""",
    re.VERBOSE,
)


class SlackRefusal(Unreachable):
    """Slack's final no. `code` is its error code, `body` its whole answer."""

    def __init__(self, code: str, body: Json) -> None:
        mend = _MENDS.get(code)
        super().__init__(f"Slack: {code}{_reasons(body)}" + (f"; {mend}" if mend else ""))
        self.code = code
        self.body = body


def redacted(text: str) -> str:
    """`text` without tokens, Socket Mode tickets and the secret half of response URLs."""
    return _SECRETS.sub("***", text)


class SecretFilter(logging.Filter):
    """Takes the secrets out of the libraries' log records. Tracebacks go too: they quote addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        trouble = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
        record.msg, record.args = redacted(record.getMessage()) + trouble, None
        record.exc_info = record.exc_text = None
        return True


def library_logger() -> logging.Logger:
    """For slack-bolt and slack-sdk, which copy its level and filters.

    Never below WARNING: at INFO they write out the body of every unsigned request, at DEBUG the tickets.
    """
    logger = logging.getLogger("dawnline.slack")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(SecretFilter())
    return logger


def web_client(token: str | None, api_url: str) -> AsyncWebClient:
    """A client that tries once. The SDK's own retry after a broken connection could post twice."""
    return AsyncWebClient(
        token=token, base_url=api_url, timeout=TIMEOUT, logger=library_logger(), retry_handlers=[]
    )


def new_session(total: float = TIMEOUT) -> aiohttp.ClientSession:
    """Connections to share. Connecting has a limit of its own, so that `never left` can be told apart."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=total, sock_connect=CONNECT))


async def answered(request: Awaitable[AsyncSlackResponse]) -> Json:
    """What Slack answered to one call, or one of the core's delivery errors."""
    response = await response_to(request)
    return dict(response.data) if isinstance(response.data, dict) else {}


async def response_to(request: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The same with the response's headers."""
    try:
        return await request
    except SlackApiError as error:
        raise _refusal(error) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Temporary(f"Slack cannot be reached ({type(error).__name__})") from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise OutcomeUnknown(f"Slack did not answer ({type(error).__name__})") from None


def _refusal(error: SlackApiError) -> DeliveryError:
    """The error Slack answered with. `response` is raw when the body was no JSON at all."""
    if not isinstance(error.response, AsyncSlackResponse):
        return _bare_status(error.response.status)
    status, body = error.response.status_code, error.response.data
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == _TOO_MANY or code in _LIMITED:
        return RateLimited(_retry_after(error.response.headers))
    return _coded(code, dict(body)) if isinstance(body, dict) and code else _bare_status(status)


def _retry_after(headers: Any) -> timedelta:
    try:
        return timedelta(seconds=max(0, int(headers.get("Retry-After", _DEFAULT_WAIT))))
    except ValueError:
        return timedelta(seconds=_DEFAULT_WAIT)


def _bare_status(status: int) -> DeliveryError:
    """An answer without Slack's own words: the status is all there is."""
    if status in _GATEWAY_FAULTS or status == _HTTP_OK:
        return OutcomeUnknown(f"Slack's answer (status {status}) cannot be read")
    return Temporary(f"Slack answered with status {status}")


def _coded(code: str, body: Json) -> DeliveryError:
    """Slack's error code as one of the core's errors. A code nobody foresaw is final: it would come again."""
    if code in _HALF_DONE:
        return OutcomeUnknown(f"Slack: {code}")
    if code in _PASSING:
        return Temporary(f"Slack: {code}")
    if code in _TOKEN_FAULTS:
        return Temporary(f"Slack: {code}{_needed(body)}; {_TOKEN_FAULTS[code]}")
    return SlackRefusal(code, body)


def _needed(body: Json) -> str:
    needed = body.get("needed")
    return f" ({needed})" if needed else ""


def _reasons(body: Json) -> str:
    """Slack says which part of the blocks it did not like; without it nobody finds the bug."""
    found = body.get("errors")
    return f" {found}" if found else ""
