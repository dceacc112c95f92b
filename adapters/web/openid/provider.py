"""The provider, asked by HTTP: what it says of itself, its keys, tokens for a code, who somebody is."""

import asyncio
import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from joserfc.jwk import KeySet

from adapters.web.openid.exchange import request_for
from adapters.web.openid.failures import AWAY, UNFIT, quoted
from adapters.web.openid.keys import has, keys_of
from adapters.web.openid.metadata import Metadata, Unsuitable, metadata_of, place_of
from adapters.web.openid.settings import OpenIdSettings
from adapters.web.openid.shelf import Shelf
from bot.errors import SignInFailed
from bot.ports import Clock

TIMEOUT = 10.0
"""Seconds, for every answer as a whole."""
_LONGEST = 1 << 20
"""Bytes of an answer."""
_BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT)
_JSON = {"Accept": "application/json"}
# RFC 6749 appendix A.12.
_TOKEN = re.compile(r"[!-~]+")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tokens:
    id_token: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is empty where it is no JSON object."""

    status: int
    body: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str | None:
        """A token, or a name from the RFC: visible ASCII."""
        value = self.body.get(key)
        return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


class Provider:
    """Whatever it is asked, it raises SignInFailed when there is no answer, or none that fits."""

    def __init__(self, settings: OpenIdSettings, clock: Clock, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout
        self._metadata = Shelf(self._ask_metadata, clock)
        self._keys = Shelf(self._ask_keys, clock)
        tls = settings.tls or httpx.create_ssl_context()
        self._client = httpx.AsyncClient(timeout=timeout, verify=tls, follow_redirects=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def metadata(self) -> Metadata:
        return await self._in_time(self._metadata.get(lambda _: True))

    async def keys(self, kid: str | None) -> KeySet:
        """Hopefully with the key of that name."""
        return await self._in_time(self._keys.get(lambda kept: has(kept, kid)))

    async def tokens(self, code: str, verifier: str) -> Tokens:
        reply = await self.exchanged(code, verifier)
        id_token = reply.text("id_token")
        if reply.status != httpx.codes.OK or id_token is None:
            raise SignInFailed(UNFIT, self._without(_refusal(reply), code, verifier))
        return Tokens(id_token, reply.text("access_token"))

    async def exchanged(self, code: str, verifier: str) -> Reply:
        """What the token endpoint says to a code."""
        metadata = await self.metadata()
        try:
            asked = request_for(code, verifier, self._settings, metadata.client_auth)
        except Unsuitable as error:
            raise SignInFailed(UNFIT, str(error)) from None
        return await self._reply(self._request(metadata.token_endpoint, asked.headers, asked.form))

    async def userinfo(self, access_token: str) -> Mapping[str, Any]:
        """OpenID Connect Core section 5.3; empty where the provider has no such endpoint."""
        place = (await self.metadata()).userinfo_endpoint
        if place is None:
            return {}
        return await self._found(place, {**_JSON, "Authorization": f"Bearer {access_token}"})

    async def _ask_metadata(self) -> Metadata:
        document = await self._found(place_of(self._settings.issuer), _JSON)
        try:
            return metadata_of(document, self._settings.issuer)
        except Unsuitable as error:
            raise SignInFailed(UNFIT, str(error)) from None

    async def _ask_keys(self) -> KeySet:
        return keys_of(await self._found((await self.metadata()).jwks_uri, _JSON))

    async def _found(self, place: str, headers: Mapping[str, str]) -> Mapping[str, Any]:
        request = self._request(place, headers)
        reply = await self._reply(request)
        if reply.status != httpx.codes.OK or not reply.body:
            raise SignInFailed(UNFIT, f"{_named(request)} answers {reply.status}, and no JSON object")
        return reply.body

    def _request(
        self, place: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> httpx.Request:
        """With a form it is a POST."""
        try:
            return self._client.build_request("POST" if form else "GET", place, data=form, headers=headers)
        except (httpx.InvalidURL, ValueError):
            raise SignInFailed(UNFIT, f"{quoted(place)!r} is no address") from None

    async def _reply(self, request: httpx.Request) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.send(request, stream=True)
                body = await _read(response)
        except (httpx.HTTPError, OSError) as error:
            # Not "from error": the library's exceptions carry the request, and that the secret.
            raise SignInFailed(AWAY, f"{_named(request)} does not answer ({type(error).__name__})") from None
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or response.status_code in _BUSY:
            raise SignInFailed(AWAY, f"{_named(request)} answers {response.status_code}")
        return Reply(response.status_code, _object(body))

    async def _in_time(self, answer: Awaitable[T]) -> T:
        """Others may be asking already; nobody waits for them longer than for the provider itself."""
        try:
            async with asyncio.timeout(self._timeout):
                return await answer
        except TimeoutError:
            raise SignInFailed(AWAY, f"{self._settings.issuer} does not answer") from None

    def _without(self, text: str, *secrets: str) -> str:
        """Some providers repeat what they were sent when they complain of it."""
        for secret in (self._settings.client_secret, *secrets):
            text = text.replace(secret, "[secret]") if secret else text
        return text


async def _read(response: httpx.Response) -> bytes:
    """Of an answer longer than any need be only the beginning, which is no JSON."""
    body = b""
    try:
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _LONGEST:
                break
    finally:
        await response.aclose()
    return body


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(reply: Reply) -> str:
    """RFC 6749 section 5.2."""
    said = [quoted(reply.body[key]) for key in ("error", "error_description") if reply.body.get(key)]
    return f"no ID token for the code (status {reply.status}): {': '.join(said) or 'no reason given'}"


def _named(request: httpx.Request) -> str:
    """Without its query."""
    return f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path}"
