"""Access tokens for mail servers that take no password (RFC 6749 sections 4.4 and 6)."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from ssl import SSLContext
from typing import Any

import aiohttp

from adapters.email.settings import OAuth
from bot.errors import Temporary
from bot.ports import Clock

EARLY = timedelta(minutes=2)
"""A token is given up so long before it expires, that it does not do so under way."""
LIFETIME = timedelta(hours=1)
"""Where the answer does not say how long it lives."""
_TIMEOUT = aiohttp.ClientTimeout(total=30)


class AccessTokens:
    """Of one application, for all its connections. `tls`: whom to trust; None: the usual authorities."""

    def __init__(self, oauth: OAuth, clock: Clock, tls: SSLContext | None = None) -> None:
        self._oauth = oauth
        self._clock = clock
        self._tls = tls
        self._refresh_token = oauth.refresh_token
        self._token: str | None = None
        self._good_until = clock.now()
        self._asking = asyncio.Lock()

    async def current(self) -> str:
        """A token that is good now. Raises Temporary when there is none to be had, with the reason."""
        async with self._asking:
            if self._token is None or self._clock.now() >= self._good_until:
                self._keep(await self._asked(), self._clock.now())
            assert self._token is not None  # noqa: S101 - as `_keep` leaves it
            return self._token

    def forget(self) -> None:
        """A server refused it: the next one asked for is new."""
        self._token = None

    async def _asked(self) -> Mapping[str, Any]:
        try:
            connector = aiohttp.TCPConnector(ssl=self._tls or True)
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector) as http,
                http.post(self._oauth.token_url, data=self._form()) as answer,
            ):
                return _understood(await answer.json(content_type=None))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise Temporary(
                f"no access token from {self._oauth.token_url}: {self._redacted(reason)}"
            ) from None

    def _form(self) -> dict[str, str]:
        by_refresh = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        grant = by_refresh if self._refresh_token else {"grant_type": "client_credentials"}
        client = {"client_id": self._oauth.client_id, "client_secret": self._oauth.client_secret}
        fields = {**grant, **client, "scope": self._oauth.scope}
        return {name: value for name, value in fields.items() if value}

    def _keep(self, answer: Mapping[str, Any], now: datetime) -> None:
        """Some give out a new refresh token each time; the one in `.env` is where the next start begins."""
        self._token = str(answer["access_token"])
        self._refresh_token = answer.get("refresh_token") or self._refresh_token
        self._good_until = now + max(_lifetime(answer) - EARLY, timedelta())

    def _redacted(self, text: str) -> str:
        for secret in (self._oauth.client_secret, self._oauth.refresh_token, self._refresh_token):
            text = text.replace(secret, "[secret]") if secret else text
        return text


def _understood(answer: Any) -> Mapping[str, Any]:
    """Raises ValueError with the server's own words when it gives no token."""
    if isinstance(answer, dict) and isinstance(answer.get("access_token"), str) and answer["access_token"]:
        return answer
    said = answer if isinstance(answer, dict) else {}
    words = [str(said[key])[:300] for key in ("error", "error_description") if said.get(key)]
    raise ValueError(": ".join(words) or "the answer holds none")


def _lifetime(answer: Mapping[str, Any]) -> timedelta:
    """Seconds; some servers write the number as a string."""
    seconds = str(answer.get("expires_in", ""))
    return timedelta(seconds=int(seconds)) if seconds.isdigit() and len(seconds) < 10 else LIFETIME
