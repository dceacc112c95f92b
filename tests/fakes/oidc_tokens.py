"""ID tokens as a provider signs them, and as nobody should."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey, Key, KeyParameters, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")


def key_named(kid: str, kind: str = "RSA") -> Key:
    """The same for the same name: an RSA key takes its time."""
    return _made(kid, kind)


@lru_cache
def _made(kid: str, kind: str) -> Key:
    parameters: KeyParameters = {"kid": kid, "use": "sig"}
    match kind:
        case "EC":
            return ECKey.generate_key("P-256", parameters)
        case "OKP":
            return OKPKey.generate_key("Ed25519", parameters)
    return RSAKey.generate_key(2048, parameters)


def signed(claims: Mapping[str, Any], key: Key, algorithm: str = "RS256", **header: Any) -> str:
    """`algorithm` "none" and "HS256" are made as an attacker makes them: without a key, and with the public
    key (its PEM) as the secret. `header` is laid over the usual one; None takes a field away."""
    head = {"alg": algorithm, "kid": key.kid, **header}
    shown = {name: value for name, value in head.items() if value is not None}
    return sealed(json.dumps(shown), json.dumps(claims), key, algorithm)


def sealed(head: str, claims: str, key: Key, algorithm: str = "RS256") -> str:
    """Whatever the two are."""
    said = f"{coded(head)}.{coded(claims)}"
    return f"{said}.{_text(_signature(said.encode(), key, algorithm))}"


def coded(text: str) -> str:
    return _text(text.encode())


def _signature(said: bytes, key: Key, algorithm: str) -> bytes:
    match algorithm:
        case "none":
            return b""
        case "HS256":
            assert not isinstance(key, OctKey)
            return hmac.new(key.as_pem(private=False), said, hashlib.sha256).digest()
    return JWSRegistry.algorithms[algorithm].sign(said, key)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
