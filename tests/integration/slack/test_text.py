"""Rules of text that must hold for every text."""

from adapters.slack.render import MAX_LENGTH, blocks, fallback, split
from adapters.slack.text import escaped, readable
from bot.outgoing import Button
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.slack_blocks import block_problems, utf16_length
from tests.fakes.slack_world import mentions

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4_000)
NASTY = st.lists(
    st.sampled_from(["<!channel>", "<@U2>", "&lt;", "&", "<", ">", "|", "😀", "\n", " ", "x" * 700])
).map("".join)


@settings(deadline=None)
@given(st.one_of(WORDS, NASTY))
def test_what_is_escaped_reads_the_same(text: str) -> None:
    assert readable(escaped(text), {}, emoji={}) == text


@settings(deadline=None)
@given(st.one_of(WORDS, NASTY))
def test_no_text_calls_anybody(text: str) -> None:
    assert mentions({"text": fallback(text), "blocks": blocks(text), "link_names": False}) == []


@settings(max_examples=50, deadline=None)
@given(st.one_of(WORDS, NASTY).map(lambda text: (text * 20)[:MAX_LENGTH]))
def test_every_text_fits_slacks_limits_and_loses_no_word(text: str) -> None:
    made = blocks(text, [Button("Acknowledge", "ack T-1"), Button("x" * 200, "note T-1")])
    assert block_problems(made) == []
    assert utf16_length(fallback(text)) <= 40_000
    assert "".join("".join(split(text)).split()) == "".join(text.split())
