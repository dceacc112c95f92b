"""Long texts in parts: nothing is lost, nothing is too long, no part is blank."""

import pytest
from adapters.phone.splitting import parts
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(alphabet="ab \n支🚨", max_size=120)


@given(TEXTS, st.integers(1, 20))
def test_every_part_fits_and_no_word_is_lost(text: str, most: int) -> None:
    found = parts(text, most)
    assert all(0 < len(each.strip()) <= len(each) <= most for each in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("ten letter", ["ten letter"]),
        ("one two three", ["one two", "three"]),
        ("one\ntwo th re", ["one", "two th re"]),
        ("0123456789 x", ["0123456789", "x"]),
        ("0123456789abc", ["0123456789", "abc"]),
    ],
)
def test_where_it_is_cut(text: str, expected: list[str]) -> None:
    assert parts(text, 10) == expected
