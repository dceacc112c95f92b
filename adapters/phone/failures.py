"""What a provider answers, or does not, in the desk's words. No text here holds a secret."""

from collections.abc import Mapping
from datetime import timedelta

import httpx

from adapters.phone.settings import Provider
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable

# Seconds to wait where Retry-After does not say, and at most.
_DEFAULT_WAIT, _LONGEST_WAIT = 2, 600
# https://www.twilio.com/docs/api/errors/20429
_TOO_MANY = 20429
# A number that is not to be reached from this account, whatever the status: what the number is (21211 no
# number, 21214 and 21217 not to be reached by a call, 21610 asked for no more texts, 21612 no way there,
# 21614 takes no texts) or what the account may (21215, 21216 and 13227 calls, 21408 texts to that country;
# 21219, 21608 a trial's unverified numbers). https://www.twilio.com/docs/api/errors/21211 and so on.
_NOT_THAT_NUMBER = frozenset(
    {13224, 13227, 21211, 21214, 21215, 21216, 21217, 21219, 21408, 21608, 21610, 21612, 21614}
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
_LONGEST_TEXT = 300


class Failing(Temporary):
    """The provider itself fails: it answers 5xx, or not even a connection is made. Another may do."""


def unanswered(error: Exception, name: str) -> DeliveryError:
    """Of a request that got no answer. `name`: the provider's."""
    if isinstance(error, _NEVER_LEFT):
        return Failing(f"{name}: no connection ({type(error).__name__})")
    return OutcomeUnknown(f"{name}: no answer ({type(error).__name__})")


def refused(response: httpx.Response, provider: Provider, name: str) -> DeliveryError:
    """Of an answer that is no success.

    A 4xx is final (the same request would be refused again), save where a person has to mend the account:
    what waits for that is still worth sending then. https://www.twilio.com/docs/usage/twilios-response
    """
    status, body = response.status_code, body_of(response)
    code = body.get("code")
    if status == httpx.codes.TOO_MANY_REQUESTS or code == _TOO_MANY:
        return RateLimited(_retry_after(response))
    text = f"{name}: {_said(status, body, provider.auth_token)}"
    if code in _NOT_THAT_NUMBER:
        return Unreachable(text)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Temporary(f"{text}: the provider refuses TWILIO_AUTH_TOKEN")
    if status == httpx.codes.NOT_FOUND:
        return Temporary(f"{text}: the provider does not know TWILIO_ACCOUNT_SID")
    if status < httpx.codes.INTERNAL_SERVER_ERROR:
        return Unreachable(text) if response.is_client_error else Temporary(text)
    return Failing(text)


def body_of(response: httpx.Response) -> Mapping[str, object]:
    """Empty where it is no JSON object (a web server in front of the provider answers in HTML)."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(response: httpx.Response) -> timedelta:
    said = response.headers.get("Retry-After", "")
    seconds = int(said) if said.isascii() and said.isdigit() else _DEFAULT_WAIT
    return timedelta(seconds=min(max(seconds, 1), _LONGEST_WAIT))


def _said(status: int, body: Mapping[str, object], secret: str) -> str:
    """The provider's own message; its code leads to a page of what to do."""
    code = f", code {body['code']}" if body.get("code") else ""
    words = " ".join(str(body.get("message", "no reason given")).split())
    return f"{words.replace(secret, '***')[:_LONGEST_TEXT]} (status {status}{code})"
