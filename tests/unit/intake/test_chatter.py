"""Wholly greeting, thanks or emoji is chatter; anything else is a message."""

import time
from itertools import combinations

import pytest
from bot.intake.chatter import CONFIRMATIONS, is_chatter
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.intake.builders import CHATTER


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "Hi!",
        "HELLO team 👋",
        "hiiii",
        "thank you so much!!! 🙏🙏",
        "Thanks :)",
        "thanks ;-D <3",
        "👍",
        "1️⃣",
        "㊗️",
        ":tada: :+1:",
        "...",
        "hahaha ok",
        "哈哈哈哈哈",
        "你好",
        "大家好的 谢谢了！",
        "谢谢谢谢",
        "ok，谢谢",
        "<@U02AB> hi",
        "@Dawnline thanks",
        "ｈｅｌｌｏ",
    ],
)
def test_chatter(text: str) -> None:
    assert is_chatter(text, CHATTER)


@pytest.mark.parametrize(
    "text",
    [
        "hi, video is black",
        "hi there",
        "thanks but it is still black",
        "oki",
        "history",
        "ok 500",
        "4017",
        "谢谢，还是黑屏",
        "你好吗",
        "hi 视频黑屏",
        "?",
        "？？",
        "<@U02AB> ?",
        "@Dawnline",
        "",
        "   ",
        "hi " * 100,
    ],
)
def test_not_chatter(text: str) -> None:
    assert is_chatter(text, CHATTER) is (text == "@Dawnline")


def test_a_bare_mention_says_nothing() -> None:
    assert is_chatter("@Dawnline", CHATTER)


@pytest.mark.parametrize(
    "text", ["it works now, thanks!", "Fixed 👍", "thanks, all good", "好了，谢谢", "已经正常了谢谢"]
)
def test_what_people_say_to_a_resolution(text: str) -> None:
    assert is_chatter(text, (*CHATTER, *CONFIRMATIONS))


@pytest.mark.parametrize(
    "text", ["thanks, but not fixed", "works for some users", "it is back", "没好", "还没解决", "不正常了"]
)
def test_what_opens_a_resolved_ticket_again(text: str) -> None:
    assert not is_chatter(text, (*CHATTER, *CONFIRMATIONS))


GREETINGS = st.lists(st.sampled_from([*CHATTER, "👋", "!", "🎉🎉", "hahaha"]), min_size=1, max_size=6)
MEANINGFUL = st.sampled_from(["black", "room 42", "fails", "4017", "down", "黑屏", "登录", "no", "why"])


@given(words=GREETINGS)
def test_greetings_stay_greetings_however_they_are_put_together(words: list[str]) -> None:
    assert is_chatter(" ".join(words), CHATTER)
    assert is_chatter(", ".join(words).upper(), CHATTER)


@given(words=GREETINGS, meaningful=MEANINGFUL, place=st.integers(0, 6))
def test_one_meaningful_word_makes_it_a_message(words: list[str], meaningful: str, place: int) -> None:
    words.insert(place, meaningful)
    assert not is_chatter(" ".join(words), CHATTER)


@given(text=st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert is_chatter(text, CHATTER) in (True, False)


def test_laughter_is_judged_at_once() -> None:
    """A pattern that tried every way to cut this would not end in anybody's lifetime."""
    phrases = ["好" * count for count in (1, 2, 3)]
    started = time.thread_time()
    assert not is_chatter("好" * 150 + "黑", phrases)
    assert time.thread_time() - started < 1


def test_phrases_of_one_another_can_stand_in_any_order() -> None:
    for first, second in combinations(CHATTER, 2):
        assert is_chatter(f"{second} {first}", CHATTER)
