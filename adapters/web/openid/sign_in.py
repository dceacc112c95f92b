"""Signing in by OpenID Connect: the authorization code flow (OpenID Connect Core section 3.1) with PKCE
(RFC 7636), `state`, `nonce` and the provider's name in its answer (RFC 9207)."""

import hmac
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from adapters.web.openid import kept as keeping
from adapters.web.openid.failures import AWAY, DENIED, LATE, UNFIT, UNVERIFIED, quoted
from adapters.web.openid.id_token import Doubtful, Expected, key_name, verified
from adapters.web.openid.kept import Kept
from adapters.web.openid.metadata import Metadata
from adapters.web.openid.person import address_of, is_verified, language_of, name_of
from adapters.web.openid.provider import TIMEOUT, Provider, Tokens
from adapters.web.openid.settings import OpenIdSettings
from adapters.web.sign_on import Arrived as Arrived
from adapters.web.sign_on import Begun as Begun
from bot.errors import SignInFailed
from bot.ports import Clock

log = structlog.get_logger(__name__)
# RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6. Any other error is a mistake of somebody's.
_SAID = {
    "access_denied": DENIED,
    "consent_required": DENIED,
    "server_error": AWAY,
    "temporarily_unavailable": AWAY,
}
# RFC 6749 appendix A.11.
_CODE = re.compile(r"[ -~]{1,4000}")
_LEAST_SECRET = 16
"""Bytes."""


class OpenId:
    """Made once for all sign-ins of a worker. `timeout`: seconds, for each answer of the provider's."""

    def __init__(self, settings: OpenIdSettings, clock: Clock, timeout: float = TIMEOUT) -> None:
        """Raises ValueError for a secret that could be guessed."""
        if len(settings.secret) < _LEAST_SECRET:
            raise ValueError("what signs a browser's keepings is too short")
        self._settings = settings
        self._clock = clock
        self._provider = Provider(settings, clock, timeout)

    @property
    def name(self) -> str:
        """What stands on the button."""
        return self._settings.name

    async def begin(self, back_to: str) -> Begun:
        """`back_to`: where to go afterwards; what is no path of our own becomes "/". Raises SignInFailed."""
        with _logged():
            metadata = await self._provider.metadata()
        kept = keeping.fresh(back_to, self._clock.now())
        return Begun(self._question(metadata, kept), keeping.written(kept, self._settings.secret))

    async def finish(self, query: Mapping[str, str], kept: str | None) -> Arrived:
        """`query`: of the provider's redirect. `kept`: from the cookie, which is then to be deleted, however
        this ends. Raises SignInFailed."""
        with _logged():
            meant = self._meant(query, kept)
            code = _code(query, await self._provider.metadata(), self._settings.issuer)
            tokens = await self._provider.tokens(code, meant.verifier)
            claims = await self._believed(tokens.id_token, meant.nonce)
            return await self._arrived(claims, tokens, meant.back_to)

    async def close(self) -> None:
        await self._provider.close()

    def _question(self, metadata: Metadata, kept: Kept) -> str:
        url: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            client_id=self._settings.client_id,
            response_type="code",
            redirect_uri=self._settings.redirect_uri,
            scope=self._settings.scope,
            state=kept.state,
            nonce=kept.nonce,
            code_challenge=create_s256_code_challenge(kept.verifier),
            code_challenge_method="S256",
        )
        return url

    def _meant(self, query: Mapping[str, str], kept: str | None) -> Kept:
        """The question this is the answer to: by this browser, a short while ago (RFC 6749 section 10.12)."""
        if not kept:
            raise SignInFailed(LATE, "the browser kept nothing for us")
        meant = keeping.read(kept, self._settings.secret)
        if meant is None:
            raise SignInFailed(UNFIT, "what the browser kept is not of our making")
        if meant.until <= self._clock.now():
            raise SignInFailed(LATE, "it took longer than ten minutes")
        if not hmac.compare_digest(query.get("state", "").encode(errors="replace"), meant.state.encode()):
            raise SignInFailed(UNFIT, "the answer is to another question (state)")
        return meant

    async def _believed(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        try:
            keys = await self._provider.keys(key_name(id_token))
            expected = Expected(self._settings.issuer, self._settings.client_id, nonce, self._clock.now())
            return verified(id_token, keys, expected)
        except Doubtful as error:
            raise SignInFailed(UNFIT, str(error)) from None

    async def _arrived(self, claims: Mapping[str, Any], tokens: Tokens, back_to: str) -> Arrived:
        """The address and whether it is verified are taken from one place, never from two."""
        asked = {} if claims.get("email") else await self._asked(claims, tokens)
        vouching = asked or claims
        address = address_of(vouching)
        if address is None:
            raise SignInFailed(
                UNVERIFIED, "the provider tells no e-mail address; does OIDC_SCOPE ask for it?"
            )
        if not is_verified(vouching, trusted=self._settings.trust_email):
            said = quoted(vouching.get("email_verified"))
            raise SignInFailed(
                UNVERIFIED, f"the provider does not vouch for the address (email_verified: {said})"
            )
        told = {**asked, **claims}
        return Arrived(address, name_of(told), language_of(told), back_to)

    async def _asked(self, claims: Mapping[str, Any], tokens: Tokens) -> Mapping[str, Any]:
        """Of the userinfo endpoint, whose answer must be about the same person (Core section 5.3.2)."""
        if tokens.access_token is None:
            return {}
        told = await self._provider.userinfo(tokens.access_token)
        if told and told.get("sub") != claims["sub"]:
            raise SignInFailed(UNFIT, "userinfo is about another person than the ID token (sub)")
        return told


def _code(query: Mapping[str, str], metadata: Metadata, issuer: str) -> str:
    """RFC 9207 section 2.4: whose answer it is is looked at before what it says."""
    named = query.get("iss")
    if named != issuer and (named is not None or metadata.names_itself):
        raise SignInFailed(UNFIT, f"the answer is by {quoted(named)!r}, not by the provider (iss)")
    if "error" in query:
        said = f"{quoted(query['error'])}: {quoted(query.get('error_description', ''))}"
        raise SignInFailed(_SAID.get(query["error"], UNFIT), f"the provider says {said}")
    if not _CODE.fullmatch(query.get("code", "")):
        raise SignInFailed(UNFIT, "the answer holds no code")
    return query["code"]


@contextmanager
def _logged() -> Iterator[None]:
    """People who give up or come too late are no matter for an operator."""
    try:
        yield
    except SignInFailed as failed:
        say = log.info if failed.key in (DENIED, LATE) else log.warning
        say("single sign-on failed", told=failed.key, reason=str(failed))
        raise
