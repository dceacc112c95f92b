"""Customers' words on a terminal: shown, never obeyed."""

import io
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest
from bot.cli.screen import aligned, line, plain, show, show_table
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


class Window(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(out: io.StringIO, say: Callable[[], None]) -> str:
    with redirect_stdout(out):
        say()
    return out.getvalue()


@pytest.mark.parametrize("out", [io.StringIO, Window])
def test_markup_is_text_in_lines_and_in_tables(out: type[io.StringIO]) -> None:
    assert "[red]x[/red] :smile:" in printed(out(), lambda: show("[red]x[/red] :smile:"))
    rows = [("[red]x[/red] :smile:",)]
    assert "[red]x[/red] :smile:" in printed(out(), lambda: show_table(("head",), rows))


def test_in_a_pipe_a_row_is_a_line_and_columns_stand_below_each_other() -> None:
    words = "word " * 100
    rows = [("视频", words.strip()), ("video", "x")]
    lines = printed(io.StringIO(), lambda: show_table(("a", "b"), rows, title="t")).splitlines()
    assert lines == ["t", "a      b", f"视频   {words.strip()}", "video  x"]
    assert printed(io.StringIO(), lambda: show("word " * 200)).count("\n") == 1


def test_in_a_window_cells_are_folded() -> None:
    text = printed(Window(), lambda: show_table(("a", "b"), [("x", "word " * 100)]))
    assert max(len(line) for line in text.splitlines()) <= 200
    assert text.count("\n") > 5


def test_a_list_too_long_to_read_is_printed_at_once() -> None:
    rows = [(str(number), "x") for number in range(3000)]
    assert printed(Window(), lambda: show_table(("a", "b"), rows)).splitlines()[3000] == "2999  x"


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")).map(line), st.text().map(line)), min_size=1))
def test_aligned_rows_keep_their_words(rows: list[tuple[str, str]]) -> None:
    for (first, second), text in zip(rows, aligned(rows), strict=True):
        assert text.startswith(first.rstrip())
        assert text.endswith(second.rstrip())
