"""The keys a provider signs with (RFC 7517), as far as we would believe them."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key, KeySet

KINDS = ("RSA", "EC", "OKP")
"""A secret that both sides know (`oct`) is nothing to publish, and proves nothing when it is."""


def keys_of(document: Mapping[str, Any]) -> KeySet:
    """Those that can be used; a key that cannot be read is left out, as RFC 7517 section 5 has it."""
    listed = document.get("keys")
    return KeySet([*_usable(listed if isinstance(listed, list) else [])])


def _usable(listed: list[Any]) -> Iterator[Key]:
    for each in listed:
        if isinstance(each, dict) and each.get("kty") in KINDS and each.get("use", "sig") == "sig":
            try:
                yield _imported(each)
            except (JoseError, SecurityWarning, ValueError, TypeError, KeyError):
                continue


def _imported(key: dict[str, Any]) -> Key:
    """Raises SecurityWarning for an RSA key below 2,048 bits, which RFC 7518 section 3.3 rules out."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SecurityWarning)
        return JWKRegistry.import_key(key)


def has(keys: KeySet, kid: str | None) -> bool:
    """Without a name nobody can tell whether the key is among them."""
    return kid is not None and any(each.kid == kid for each in keys)
