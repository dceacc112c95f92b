"""ID tokens as a provider signs them, and as nobody should."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeyParameters, OctKey, OKPKey, RSAKey

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")


@lru_cache
def key_named(kid: str, kind: str = "RSA") -> Key:
    """Made once in a run: an RSA key takes its time."""
    parameters: KeyParameters = {"kid": kid, "use": "sig"}
    match kind:
        case "EC":
            return ECKey.generate_key("P-256", parameters)
        case "OKP":
            return OKPKey.generate_key("Ed25519", parameters)
    return RSAKey.generate_key(2048, parameters)


def signed(claims: Mapping[str, Any], key: Key, algorithm: str = "RS256", **header: Any) -> str:
    """`algorithm` "none" and "HS256" are made as an attacker makes them: without a key, and with the public
    key (its PEM) as the secret."""
    head = {"alg": algorithm, "kid": key.kid, **header}
    if algorithm == "none":
        return f"{_part(head)}.{_part(claims)}."
    if algorithm == "HS256":
        return _by_public_key(head, claims, key)
    return jwt.encode(head, dict(claims), key, algorithms=[algorithm])


def _by_public_key(head: Mapping[str, Any], claims: Mapping[str, Any], key: Key) -> str:
    assert not isinstance(key, OctKey)
    said = f"{_part(head)}.{_part(claims)}"
    signature = hmac.new(key.as_pem(private=False), said.encode(), hashlib.sha256).digest()
    return f"{said}.{_text(signature)}"


def _part(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
