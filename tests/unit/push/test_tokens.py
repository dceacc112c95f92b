"""What a button may do cannot be made, changed or kept for ever by anybody else."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from adapters.push.message import shortened
from adapters.push.tokens import LASTS, Act, Tokens
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.fakes.manual_clock import START

OURS, THEIRS = Tokens(b"ours"), Tokens(b"theirs")
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
ACTS = st.builds(Act, WORDS, WORDS, WORDS, st.just(START + LASTS))


@given(ACTS)
def test_it_comes_back_as_it_was(act: Act) -> None:
    token = OURS.written(act)
    assert OURS.read(token) == act
    assert token.replace("-", "").replace("_", "").isalnum()
    assert THEIRS.read(token) is None


@given(ACTS, st.integers(0, 10_000), st.sampled_from("abcXYZ019-_"))
def test_nothing_in_it_can_be_changed(act: Act, place: int, char: str) -> None:
    token = OURS.written(act)
    place %= len(token)
    changed = token[:place] + char + token[place + 1 :]
    assume(changed != token)
    read = OURS.read(changed)
    assert read is None or read == act  # the last character's spare bits say nothing


def test_what_else_the_desk_signs_does_not_fit() -> None:
    said = json.dumps(["mei", "ack T-1", "page:1", int((START + LASTS).timestamp())]).encode()
    plain = hmac.new(b"ours", said, hashlib.sha256).digest()[:16]
    assert OURS.read(base64.urlsafe_b64encode(plain + said).rstrip(b"=").decode()) is None


@given(st.text(max_size=60))
def test_anything_may_be_offered(token: str) -> None:
    assert OURS.read(token) is None


@given(ACTS, ACTS)
def test_one_button_is_one_event(one: Act, other: Act) -> None:
    again = Act(one.topic, one.verb, one.key, one.until + timedelta(seconds=1))
    assert one.event_key == again.event_key
    same = (one.topic, one.verb, one.key) == (other.topic, other.verb, other.key)
    assert (one.event_key == other.event_key) == same


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(3, 60))
def test_no_character_is_cut_in_two(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short.encode()) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
