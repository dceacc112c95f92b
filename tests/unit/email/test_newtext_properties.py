"""Whatever is in a mail: no line is made up, nothing is lost above a quote, and enough is enough."""

import pytest
from adapters.email.reading.newtext import new_text
from adapters.email.reading.phrases.finding import of_all
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.email.layouts import ATTRIBUTIONS, HEADERS, PROGRAMS, QUOTED, WORDS, marked
from tests.unit.email.test_newtext import KEPT, SIGNATURES

_PIECES = [
    *WORDS.values(),
    *(line for _, _, line in ATTRIBUTIONS),
    *(lines for _, _, lines in HEADERS),
    *(line for _, line in PROGRAMS),
    *KEPT,
    *SIGNATURES,
    marked(QUOTED), QUOTED, "", "", " ", "-- ", "--", "_____", "The log:", "> quoted", ">", "See below",
]  # fmt: skip
_MAILS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=30), max_size=14).map("\n".join)
_LINE = st.text(st.characters(categories=["Ll", "Lo"], include_characters=" "), min_size=1, max_size=40)
_PROSE = st.lists(_LINE.map(str.strip).filter(bool), min_size=1, max_size=5).map("\n\n".join)


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in lines if line.strip()]


@given(mail=_MAILS, is_reply=st.booleans())
@settings(max_examples=150)
def test_it_is_made_of_lines_of_the_mail_in_their_order(mail: str, is_reply: bool) -> None:
    rest = iter(_lines(mail))
    assert all(any(line == other for other in rest) for line in _lines(new_text(mail, is_reply=is_reply)))


@given(mail=_MAILS)
@settings(max_examples=150)
def test_new_words_are_all_new(mail: str) -> None:
    once = new_text(mail, is_reply=True)
    assert new_text(once, is_reply=True) == once


@given(mail=_MAILS)
@settings(max_examples=50)
def test_a_first_mail_loses_nothing(mail: str) -> None:
    assert _lines(new_text(mail, is_reply=False)) == _lines(mail)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        ":\n",
        ">\n",
        "> a\n\nb\n",
        "\r",
        "a" * 100_000,
        "-" * 100_000,
        "-- \n",
        "Sent from my iPhone\n",
        f"{'wrote ' * 66}:\n",
        f"on {'1' * 380}>:\n",
        f"{'<' * 399}:\n",
        "From: a@b 10:22\n",
        "From: a\nTo: b\n",
        "-----\nThis message is confidential and it is long.\n",
    ],
)
def test_hostile_mails_take_no_longer_than_their_size(line: str) -> None:
    """A pattern that tries every way would take hours for these, not a moment."""
    mail = (line * (100_000 // len(line)))[:100_000]
    assert len(new_text(mail, is_reply=True)) <= len(mail)


@given(words=_PROSE, line=st.sampled_from(ATTRIBUTIONS), quote=_PROSE)
@settings(max_examples=100)
def test_words_around_a_marked_quote_come_back(words: str, line: tuple[str, str, str], quote: str) -> None:
    assert new_text(f"{words}\n\n{line[2]}\n{marked(quote)}", is_reply=True) == words
    assert new_text(f"{line[2]}\n{marked(quote)}\n\n{words}", is_reply=True) == words


@given(words=_PROSE, lines=st.sampled_from(HEADERS), quote=_PROSE)
@settings(max_examples=100)
def test_words_above_an_unmarked_quote_come_back(words: str, lines: tuple[str, str, str], quote: str) -> None:
    assume(not any(phrase in words.casefold() for phrase in of_all("below")))
    assert new_text(f"{words}\n\n{lines[2]}\n\n{quote}", is_reply=True) == words
