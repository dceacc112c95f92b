"""Asks the provider for real and says, for whatever would not work, how to mend it. Signs nobody in."""

from collections.abc import AsyncIterator

import httpx

from adapters.web.openid.id_token import ALGORITHMS
from adapters.web.openid.metadata import Metadata
from adapters.web.openid.provider import Provider
from adapters.web.openid.settings import OpenIdSettings
from bot.errors import SignInFailed
from bot.findings import Finding
from bot.ports import Clock

_NO_CODE, _NO_VERIFIER = "dawnline-doctor", "dawnline-doctor-" * 3
_REFUSED = ("invalid_client", "unauthorized_client")


async def examine(settings: OpenIdSettings, clock: Clock) -> AsyncIterator[Finding]:
    """Findings as they come."""
    provider = Provider(settings, clock)
    try:
        async for each in _asked(provider, settings):
            yield each
    finally:
        await provider.close()
    yield Finding(
        "redirect URI", True, f"register it at the provider, to the letter: {settings.redirect_uri}"
    )


async def _asked(provider: Provider, settings: OpenIdSettings) -> AsyncIterator[Finding]:
    try:
        metadata = await provider.metadata()
    except SignInFailed as error:
        mend = "check OIDC_ISSUER (exactly as the provider calls itself) and the network's firewall"
        yield Finding("issuer", False, f"{error}: {mend}")
        return
    yield Finding("issuer", True, f"{settings.issuer} answers, and its endpoints are safe to use")
    yield await _keys(provider, metadata)
    yield _pkce(metadata, settings)
    yield await _client(provider)
    yield _address(metadata, settings)


async def _keys(provider: Provider, metadata: Metadata) -> Finding:
    if metadata.algorithms and not set(metadata.algorithms) & set(ALGORITHMS):
        text = f"the provider signs by {', '.join(metadata.algorithms)} alone: have it sign by RS256"
        return Finding("keys", False, text)
    try:
        keys = await provider.keys(None)
    except SignInFailed as error:
        return Finding("keys", False, f"{error}: nobody could sign in")
    if not keys:
        return Finding("keys", False, "the provider publishes none that could be used: nobody could sign in")
    return Finding("keys", True, f"{len(keys.keys)} to check signatures with")


def _pkce(metadata: Metadata, settings: OpenIdSettings) -> Finding:
    """RFC 8414 section 2: who leaves the list out does not support PKCE, or does not say so, as Entra."""
    if "S256" in metadata.challenges:
        return Finding("PKCE", True, "by S256")
    if metadata.challenges:
        return Finding(
            "PKCE", False, f"only by {', '.join(metadata.challenges)}: the provider must take S256"
        )
    if settings.client_secret is None:
        text = "the provider does not say that it checks S256, and nothing else protects a public client: "
        return Finding("PKCE", False, f"{text}give it OIDC_CLIENT_SECRET")
    return Finding("PKCE", True, "the provider does not say whether it checks it; it is sent anyway")


async def _client(provider: Provider) -> Finding:
    """A code that nobody gave out: the provider looks at who asks before it looks at the code, mostly."""
    try:
        reply = await provider.exchanged(_NO_CODE, _NO_VERIFIER)
    except SignInFailed as error:
        return Finding("client", False, f"{error}: check OIDC_CLIENT_SECRET and the client at the provider")
    if reply.status == httpx.codes.UNAUTHORIZED or reply.text("error") in _REFUSED:
        text = "the provider does not know OIDC_CLIENT_ID, or not with this OIDC_CLIENT_SECRET"
        return Finding("client", False, text)
    return Finding("client", True, "the provider has nothing against it")


def _address(metadata: Metadata, settings: OpenIdSettings) -> Finding:
    if "email" not in settings.scope.split():
        return Finding("e-mail", False, "OIDC_SCOPE does not ask for it: add email")
    if settings.trust_email and metadata.vouches:
        text = "the provider says which addresses it verified: take OIDC_TRUST_EMAIL=yes away"
        return Finding("e-mail", False, text)
    how = "verified or not said to be otherwise" if settings.trust_email else "verified by the provider"
    return Finding("e-mail", True, f"addresses are taken that are {how}")
