"""Customers' words on a terminal: shown, never obeyed."""

import io
from contextlib import redirect_stdout

from bot.cli.screen import line, plain, show, table
from hypothesis import given
from hypothesis import strategies as st


@given(st.text())
def test_nothing_in_them_steers_the_terminal(words: str) -> None:
    shown = plain(words)
    assert len(shown) == len(words)
    assert not set(shown) & {"\x1b", "\x9b", "\x07", "\r", "\b", "\u202e", "\u2066"}
    assert plain(shown) == shown


@given(st.text(), st.integers(1, 100))
def test_a_line_is_one_line_of_at_most_that_length(words: str, longest: int) -> None:
    shown = line(words, longest)
    assert len(shown) <= longest
    assert "\n" not in shown


def test_ordinary_words_stay_as_they_are() -> None:
    words = "视频黑屏 📷 caf\u00e9\n\tשלום [red]no markup[/red] :smile:"
    assert plain(words) == words


def printed(*parts: object) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        show(*parts)  # type: ignore[arg-type]
    return out.getvalue()


def test_markup_is_text_in_lines_and_in_tables() -> None:
    assert printed("[red]x[/red] :smile:") == "[red]x[/red] :smile:\n"
    assert "[red]x[/red] :smile:" in printed(table(("head",), [("[red]x[/red] :smile:",)]))


def test_nothing_is_folded_where_nobody_sees_a_window() -> None:
    words = "word " * 40
    assert words.strip() in printed(table(("head", "other"), [("x", words)]))
    assert printed("word " * 200).count("\n") == 1
