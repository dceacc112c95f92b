"""Our signature and Twilio's own are the same, whoever makes it and whoever checks it."""

import hashlib
from urllib.parse import urlencode

from adapters.phone.form import Form
from adapters.phone.signature import Signatures, signature
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

SID, TOKEN = f"AC{'0' * 32}", "0123456789abcdef"
OURS = Signatures({SID: TOKEN, f"AC{'1' * 32}": "another"})
THEIRS = RequestValidator(TOKEN)
URLS = st.sampled_from(
    [
        "https://desk.example/phone/voice",
        "https://desk.example:8443/phone/voice/menu/1",
        "https://desk.example/phone/status?key=page%3A1%3A2%3AP0%3A0%3Amei%3Acall",
        "http://127.0.0.1:8080/phone/sms?x=&y=%E4%B8%AD",
        "https://user@desk.example/phone/voice",
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
FORMS = st.dictionaries(
    TEXTS.filter(lambda name: name not in ("", "AccountSid")),
    st.lists(TEXTS, min_size=1, max_size=3),
    max_size=8,
)


def fields(form: dict[str, list[str]]) -> MultiDict[str]:
    """As Twilio's package takes a form whose fields may be there several times."""
    return MultiDict((name, value) for name, values in form.items() for value in values)


@given(URLS, FORMS)
def test_twilio_accepts_ours(url: str, form: dict[str, list[str]]) -> None:
    assert THEIRS.validate(url, fields(form), signature(TOKEN, url, form))


@given(URLS, FORMS)
def test_we_accept_twilios(url: str, form: dict[str, list[str]]) -> None:
    signed = THEIRS.compute_signature(url, fields(form))
    body = urlencode(form, doseq=True).encode()
    assert OURS.accepts(url, Form.parse(body).fields, body, signed)


@given(URLS, FORMS, st.sampled_from(["url", "value", "field", "signature"]))
def test_whatever_was_changed_is_noticed(url: str, form: dict[str, list[str]], changed: str) -> None:
    signed = signature(TOKEN, url, form)
    match changed:
        case "url":
            url = f"{url}x"
        case "value":
            form = {**form, "Digits": ["4"]}
            signed = signature(TOKEN, url, {**form, "Digits": ["5"]})
        case "field":
            form = {**form, "Extra": ["1"]}
        case _:
            signed = signed[::-1]
    assert not OURS.accepts(url, form, b"", signed)
    assert not THEIRS.validate(url, fields(form), signed)


def test_a_port_that_goes_without_saying() -> None:
    """https://www.twilio.com/docs/usage/security: behind a proxy the port may be signed or not."""
    for signed_for, called in (
        ("https://desk.example:443/p", "https://desk.example/p"),
        ("https://desk.example/p", "https://desk.example:8443/p"),
    ):
        given_ = THEIRS.compute_signature(signed_for, {"a": "b"})
        assert OURS.accepts(called, {"a": ["b"]}, b"", given_)
        assert THEIRS.validate(called, {"a": "b"}, given_)


def test_a_body_that_is_no_form_is_signed_by_its_digest() -> None:
    body = b'{"a": 1}'
    url = f"https://desk.example/phone/voice?bodySHA256={hashlib.sha256(body).hexdigest()}"
    given_ = THEIRS.compute_signature(url, {})
    assert OURS.accepts(url, {}, body, given_)
    assert not OURS.accepts(url, {}, body + b" ", given_)


def test_the_second_provider_signs_with_its_own_token() -> None:
    url, second = "https://desk.example/phone/voice", f"AC{'1' * 32}"
    form = {"AccountSid": [second]}
    assert OURS.accepts(url, form, b"", signature("another", url, form))
    assert not OURS.accepts(url, form, b"", signature(TOKEN, url, form))
    assert OURS.accepts(
        url,
        {"AccountSid": ["AC-sub-account"]},
        b"",
        signature(TOKEN, url, {"AccountSid": ["AC-sub-account"]}),
    )
    assert not OURS.accepts(url, form, b"", "")
