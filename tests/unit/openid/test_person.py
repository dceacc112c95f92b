"""What claims say of a person."""

from typing import Any

import pytest
from adapters.web.openid.person import address_of, is_verified, language_of, name_of


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("Mei@Acme.Example", "mei@acme.example"),
        ("mei.tanaka+x@acme.example", "mei.tanaka+x@acme.example"),
        (None, None),
        ("", None),
        ("mei", None),
        ("@acme.example", None),
        ("mei@", None),
        ("mei@acme@evil.example", None),
        ("mei @acme.example", None),
        ("mei@acme.example\n", None),
        ("mei@acme.example\x00", None),
        ("mei@acme.exam\N{KELVIN SIGN}ple", None),
        ("\N{KELVIN SIGN}ei@acme.example", None),
        ("m" * 65 + "@acme.example", None),
        ("mei@" + "a" * 190, None),
        (["mei@acme.example"], None),
        (7, None),
    ],
)
def test_an_address(email: object, address: str | None) -> None:
    assert address_of({"email": email}) == address


@pytest.mark.parametrize(
    ("said", "verified", "trusted"),
    [
        (True, True, True),
        ("true", True, True),
        (None, False, True),
        (False, False, False),
        ("false", False, False),
        ("True", False, False),
        (1, False, False),
        ([True], False, False),
        ("", False, False),
    ],
)
def test_whether_the_provider_vouches_for_it(said: object, verified: bool, trusted: bool) -> None:
    claims = {"email_verified": said}
    assert (is_verified(claims, trusted=False), is_verified(claims, trusted=True)) == (verified, trusted)


@pytest.mark.parametrize(
    ("claims", "verified"),
    [
        ({"xms_edov": True}, True),
        ({"xms_edov": "1"}, True),
        ({"xms_edov": False}, False),
        ({"xms_edov": "0"}, False),
        ({"xms_edov": True, "email_verified": False}, False),
    ],
)
def test_who_owns_the_domain_of_it(claims: dict[str, Any], verified: bool) -> None:
    """Said to be otherwise it is not taken, whomever we trust."""
    assert {is_verified(claims, trusted=each) for each in (False, True)} == {verified}


def test_what_is_not_said_is_not_verified() -> None:
    assert (is_verified({}, trusted=False), is_verified({}, trusted=True)) == (False, True)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Mei Tanaka", "preferred_username": "mei"}, "Mei Tanaka"),
        ({"given_name": "Mei", "family_name": "Tanaka"}, "Mei Tanaka"),
        ({"given_name": "Mei", "family_name": 7}, "Mei"),
        ({"name": " ", "preferred_username": "mei"}, "mei"),
        ({"name": "Mei\n\N{RIGHT-TO-LEFT OVERRIDE}Tanaka \ud800"}, "Mei Tanaka"),
        ({"name": "x" * 200}, "x" * 100),
        ({"name": ["Mei"]}, ""),
        ({}, ""),
    ],
)
def test_a_name(claims: dict[str, Any], name: str) -> None:
    assert name_of(claims) == name


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh", "zh"),
        ("zh-Hans-CN", "zh"),
        ("ZH_tw", "zh"),
        ("en-US", "en"),
        ("de-DE", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_language(locale: object, language: str | None) -> None:
    assert language_of({"locale": locale}) == language
