"""What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414), as far as we rely on it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapters.web.openid.failures import quoted
from bot.configuration.hosts import is_loopback

WELL_KNOWN = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Unsuitable(ValueError):
    """The document is not one we can sign people in by; the text says why."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """`names_itself`: it promises `iss` in its answers (RFC 9207). `client_auth`: how a client may show its
    secret. `challenges`: methods of PKCE, `algorithms`: of signing ID tokens; empty where it does not say.
    `vouches`: it tells whether it verified an address."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    names_itself: bool = False
    client_auth: tuple[str, ...] = ("client_secret_basic",)
    challenges: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()
    vouches: bool = False


def place_of(issuer: str) -> str:
    """Where the document is. Discovery section 4.1: a slash at the end is taken off first."""
    return issuer.rstrip("/") + WELL_KNOWN


def metadata_of(document: Mapping[str, Any], issuer: str) -> Metadata:
    """Raises Unsuitable.

    The issuer must be the one that was asked, to the letter (Discovery section 4.3): else one provider could
    speak for another.
    """
    if document.get("issuer") != issuer:
        raise Unsuitable(f"the provider calls itself {quoted(document.get('issuer'))!r}, not {issuer!r}")
    wrong = [name for name, place in _places(document) if not is_safe(place, issuer)]
    if wrong:
        raise Unsuitable(f"the provider names no https:// address for {', '.join(wrong)}")
    userinfo = document.get("userinfo_endpoint")
    return Metadata(
        document["authorization_endpoint"],
        document["token_endpoint"],
        document["jwks_uri"],
        userinfo_endpoint=userinfo if isinstance(userinfo, str) else None,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        client_auth=_names(document, "token_endpoint_auth_methods_supported") or ("client_secret_basic",),
        challenges=_names(document, "code_challenge_methods_supported"),
        algorithms=_names(document, "id_token_signing_alg_values_supported"),
        vouches="email_verified" in _names(document, "claims_supported"),
    )


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in _ENDPOINTS:
        yield name, document.get(name)
    if document.get("userinfo_endpoint") is not None:
        yield "userinfo_endpoint", document["userinfo_endpoint"]


def is_safe(place: object, issuer: str) -> bool:
    """Encrypted, or on this machine when the provider itself is."""
    if not isinstance(place, str) or not re.fullmatch("[!-~]+", place):
        return False
    try:
        parts, asked = urlsplit(place), urlsplit(issuer)
    except ValueError:
        return False
    here = asked.scheme == "http" and is_loopback(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _names(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = document.get(key)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
