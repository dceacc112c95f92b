"""Which of a provider's keys are taken."""

import base64
from typing import Any

import pytest
from adapters.web.openid.keys import has, keys_of
from joserfc.jwk import OctKey

from tests.fakes.oidc_tokens import key_named

FIRST = key_named("first").as_dict(private=False)
EC = key_named("ec", "EC").as_dict(private=False)
_HALF = base64.urlsafe_b64decode(f"{FIRST['n']}==")[:128]
WEAK = {**FIRST, "kid": "weak", "n": base64.urlsafe_b64encode(_HALF[:-1] + b"\x01").decode().rstrip("=")}
"""1,024 bits."""


def names(*keys: object) -> list[str | None]:
    return [each.kid for each in keys_of({"keys": [*keys]})]


def test_those_that_sign() -> None:
    found = keys_of({"keys": [FIRST, EC]})
    assert [each.kid for each in found] == ["first", "ec"]
    assert (has(found, "ec"), has(found, "other"), has(found, None)) == (True, False, False)


def test_use_need_not_be_said() -> None:
    assert names({name: value for name, value in FIRST.items() if name != "use"}) == ["first"]


def test_more_may_be_said() -> None:
    """As Microsoft Entra does."""
    more = {"x5t": "nOo3ZDrODXEK1jKWhXslHR_KXEg", "x5c": ["MIIC"], "issuer": "https://id.example/v2.0"}
    assert names({**FIRST, **more}) == ["first"]


@pytest.mark.parametrize(
    "key",
    [
        {**FIRST, "use": "enc"},
        {**OctKey.generate_key(256).as_dict(), "kid": "secret"},
        {**FIRST, "kty": "AKP"},
        {**FIRST, "n": "!"},
        {"kty": "RSA", "kid": "half"},
        {**EC, "crv": "P-1"},
        {**EC, "x": EC["y"]},
        WEAK,
        {**FIRST, "kid": 7},
        "key",
        None,
        7,
    ],
)
def test_what_cannot_be_used_is_left_out(key: object) -> None:
    assert names(key, EC) == ["ec"]


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {}}, {"keys": []}])
def test_none(document: dict[str, Any]) -> None:
    assert not keys_of(document)
