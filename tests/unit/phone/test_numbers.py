"""Numbers as callers show them, or not."""

import pytest
from adapters.phone.numbers import e164, party
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("given_", "number"),
    [
        ("+491701234567", "+491701234567"),
        (" +49 (170) 123-45.67 ", "+491701234567"),
        ("tel:+12125550100", "+12125550100"),
        ("anonymous", ""),
        ("Anonymous", ""),
        ("+266696687", ""),
        ("+7378742833", ""),
        ("+2562533", ""),
        ("+8656696", ""),
        ("+86282452253", ""),
        ("Restricted", ""),
        ("sip:mei@example.com", ""),
        ("client:mei", ""),
        ("", ""),
        ("12345", ""),
        ("+0123456789", ""),
        ("+1234567890123456", ""),
    ],
)
def test_e164(given_: str, number: str) -> None:
    assert e164(given_) == number


@pytest.mark.parametrize(
    ("number", "textable"),
    [
        ("+491701234567", True),
        ("+4930901820", False),
        ("+12125550123", True),  # North America: nobody can tell
        ("+8613800138000", True),
        ("+861062551234", False),
        ("+9991234567", False),  # no such country
        ("anonymous", False),
    ],
)
def test_who_can_be_texted(number: str, textable: bool) -> None:
    assert party(number, "+4930555000").textable is textable


def test_a_number_that_the_network_calls_forged() -> None:
    assert party("+12125550123", "+1", "TN-Validation-Failed-C").doubtful
    assert not party("+12125550123", "+1", "TN-Validation-Passed-A").doubtful
    assert not party("+12125550123", "+1", "").doubtful


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_anything_may_stand_there(theirs: str, ours: str, stir: str) -> None:
    made = party(theirs, ours, stir)
    assert made.number == "" or made.number.startswith("+")
