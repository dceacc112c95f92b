"""When an ID token is believed, and when it is not."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from adapters.web.openid.id_token import Doubtful, Expected, key_name, verified
from adapters.web.openid.keys import has, keys_of
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet

from tests.fakes.oidc_tokens import coded, key_named, sealed, signed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
EXPECTED = Expected("https://id.example", "desk", "nonce-9", NOW)
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example",
    "sub": "248289761001",
    "aud": "desk",
    "exp": AT + 300,
    "iat": AT,
    "nonce": "nonce-9",
}
FIRST, OTHER = key_named("first"), key_named("other")
KEYS = KeySet([key_named("ec", "EC"), FIRST, key_named("ed", "OKP")])


def token(**changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return signed(claims, FIRST)


def doubt(text: str, keys: KeySet = KEYS) -> str:
    with pytest.raises(Doubtful) as caught:
        verified(text, keys, EXPECTED)
    return str(caught.value)


def test_its_claims() -> None:
    assert verified(token(name="Mei"), KEYS, EXPECTED) == {**CLAIMS, "name": "Mei"}


@pytest.mark.parametrize(
    ("algorithm", "kid", "kind"),
    [
        *(
            (algorithm, "first", "RSA")
            for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
        ),
        ("ES256", "ec", "EC"),
        ("Ed25519", "ed", "OKP"),
    ],
)
def test_every_algorithm_we_take(algorithm: str, kid: str, kind: str) -> None:
    assert verified(signed(CLAIMS, key_named(kid, kind), algorithm), KEYS, EXPECTED) == CLAIMS


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
@pytest.mark.parametrize("keys", [KEYS, KeySet([FIRST])])
def test_signed_by_nobody(algorithm: str, keys: KeySet) -> None:
    assert "UnsupportedAlgorithmError" in doubt(signed(CLAIMS, FIRST, algorithm), keys)


def test_signed_by_somebody_else() -> None:
    assert "bad_signature" in doubt(signed(CLAIMS, OTHER, kid="first"))
    assert "invalid_key_id" in doubt(signed(CLAIMS, OTHER))


def test_a_key_of_another_kind() -> None:
    assert doubt(signed(CLAIMS, FIRST, kid="ec"))


def test_a_key_that_is_meant_for_another_algorithm() -> None:
    published = {**FIRST.as_dict(private=False), "alg": "RS512"}
    assert "invalid_key_id" in doubt(token(), keys_of({"keys": [published]}))


@pytest.mark.parametrize("claims", ["", "[]", "7", '{"a":' + "[" * 60_000, "\x00"])
def test_claims_that_are_none(claims: str) -> None:
    assert doubt(sealed('{"alg":"RS256","kid":"first"}', claims, FIRST))


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", f"{coded('[')}.e30.AA", "\ud800.e30.AA"])
def test_garbage_names_no_key(text: str) -> None:
    with pytest.raises(Doubtful):
        key_name(text)


def test_a_key_is_named_by_a_text() -> None:
    assert key_name(token()) == "first"
    assert key_name(signed(CLAIMS, FIRST, kid=7)) is None


def test_one_key_needs_no_name() -> None:
    text = signed(CLAIMS, FIRST, kid=None)
    assert key_name(text) is None
    assert verified(text, KeySet([FIRST]), EXPECTED) == CLAIMS
    assert "invalid_key_id" in doubt(text, KEYS)
    assert not has(KEYS, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": "https://id.example/"}, "another issuer"),
        ({"iss": ["https://id.example"]}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"aud": "other"}, "another audience"),
        ({"aud": None}, "another audience"),
        ({"aud": []}, "another audience"),
        ({"aud": ["other"]}, "another audience"),
        ({"aud": ["desk", "other"]}, "another audience"),
        ({"aud": ["desk", "other"], "azp": "other"}, "another audience"),
        ({"aud": {"desk": 1}}, "another audience"),
        ({"azp": "other"}, "another audience"),
        ({"nonce": "nonce-8"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"nonce": ["nonce-9"]}, "another nonce"),
        ({"nonce": "\ud800"}, "another nonce"),
        ({"sub": None}, "no subject"),
        ({"sub": ""}, "no subject"),
        ({"sub": 7}, "no subject"),
        ({"exp": None}, "missing_claim"),
        ({"exp": AT - 60}, "expired_token"),
        ({"exp": True}, "invalid_claim"),
        ({"exp": "never"}, "invalid_claim"),
        ({"exp": float("nan")}, "invalid_claim"),
        ({"iat": None}, "missing_claim"),
        ({"iat": AT + 61}, "invalid_claim"),
        ({"nbf": AT + 61}, "invalid_claim"),
    ],
)
def test_what_is_not_believed(changes: dict[str, Any], said: str) -> None:
    found = doubt(token(**changes))
    assert said in found
    assert "evil" not in found


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": AT - 59},
        {"iat": AT + 60},
        {"nbf": AT + 60},
        {"aud": ["desk"]},
        {"azp": "desk"},
        {"aud": ["other", "desk"], "azp": "desk"},
    ],
)
def test_what_still_is(changes: dict[str, Any]) -> None:
    assert verified(token(**changes), KEYS, EXPECTED)["sub"] == CLAIMS["sub"]


def test_header_fields_nobody_knows_are_passed_over_unless_they_are_critical() -> None:
    """RFC 7515 sections 4 and 4.1.11."""
    assert verified(signed(CLAIMS, FIRST, x="y"), KEYS, EXPECTED) == CLAIMS
    assert "unsupported_header" in doubt(signed(CLAIMS, FIRST, x="y", crit=["x"]))


@given(st.one_of(st.text(), st.from_regex(re.compile(r"[\w-]*\.[\w-]*\.[\w-]*", re.ASCII), fullmatch=True)))
def test_garbage_proves_nothing(text: str) -> None:
    assert doubt(text)


@given(st.integers(0, 2000), st.sampled_from("AZaz09-_.{ "))
def test_nor_does_a_token_with_one_letter_changed(place: int, letter: str) -> None:
    text = token()
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        assert doubt(changed)


@pytest.mark.parametrize("head", ['"alg"', "[1]", "7", "null", '{"alg":7}', '{"alg":["RS256"]}', "[" * 5000])
def test_a_header_that_is_none(head: str) -> None:
    assert doubt(f"{coded(head)}.e30.AA")
