"""Whether an ID token is the provider's, for us, fresh, and the answer to our question (OpenID Connect Core
section 3.1.3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ALGORITHMS = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
    "Ed25519",
)
"""Signatures by a key that only the provider has. Not `none`, and not HS256, for which the provider's public
key would do as the secret (RFC 8725 section 2.1)."""
LEEWAY = timedelta(seconds=60)
"""Clocks may differ by so much."""
# RFC 7515 section 4: a header field that is not understood is ignored, unless `crit` names it.
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
# What the library stumbles over in a token that was never one.
_NO_TOKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class Doubtful(ValueError):
    """The token proves nothing; the text says why and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`now`: UTC."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


def key_name(token: str) -> str | None:
    """By which name (`kid`) the token says its key goes; nothing is verified yet. Raises Doubtful."""
    try:
        kid = jws.extract_compact(token.encode(), registry=_REGISTRY).headers().get("kid")
    except _NO_TOKEN as error:
        raise Doubtful(f"no signed token ({type(error).__name__})") from None
    return kid if isinstance(kid, str) else None


def verified(token: str, keys: KeySet, expected: Expected) -> Mapping[str, Any]:
    """The claims. Raises Doubtful."""
    try:
        claims = jwt.decode(token, keys, registry=_REGISTRY).claims
        _in_time(claims, expected.now)
    except _NO_TOKEN as error:
        said = error.error if isinstance(error, JoseError) else ""
        raise Doubtful(f"the ID token is not accepted ({type(error).__name__} {said})") from None
    wrong = _wrong(claims, expected)
    if wrong:
        raise Doubtful(f"the ID token has {wrong}")
    return claims


def _in_time(claims: dict[str, Any], now: datetime) -> None:
    """Raises JoseError."""
    jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        exp={"essential": True},
        iat={"essential": True},
    ).validate({name: claims[name] for name in ("exp", "iat", "nbf") if name in claims})


def _wrong(claims: Mapping[str, Any], expected: Expected) -> str | None:
    if claims.get("iss") != expected.issuer:
        return "another issuer"
    if not _is_for(claims, expected.client_id):
        return "another audience"
    if claims.get("nonce") != expected.nonce:
        return "another nonce"
    subject = claims.get("sub")
    return None if isinstance(subject, str) and subject else "no subject"


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Of several audiences `azp` must say that we are the one it was given to."""
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    ours = client_id in audiences and party in (None, client_id)
    return ours and (len(audiences) == 1 or party == client_id)
