"""First triage: the worst phrase wins, the reason is shown, a customer's tier sets the floor."""

import pytest
from bot.intake.triage import Verdict, language_of, title_of, triage
from bot.messages.catalogue import LANGUAGES, Catalogue
from bot.policy import Priority, Triage, TriageRule
from hypothesis import given
from hypothesis import strategies as st

P0, P1, P2, P3 = Priority
RULES = Triage(
    default=P2,
    rules=(
        TriageRule(priority=P0, phrases=("is down", "全部用户无法")),
        TriageRule(priority=P1, phrases=("black screen", "can't join", "黑屏")),
        TriageRule(priority=P3, phrases=("how do I", "请问")),
        TriageRule(priority=P1, phrases=("slow",), tiers=("gold",)),
    ),
    floor={"gold": P2, "platinum": P1},
)


@pytest.mark.parametrize(
    ("text", "tier", "priority", "phrase"),
    [
        ("Production IS   DOWN", "", P0, "is down"),
        ("black screen and everything is down", "", P0, "is down"),
        ("we can’t join", "", P1, "can't join"),
        ("全部用户无法登录", "", P0, "全部用户无法"),
        ("视频黑屏了", "", P1, "黑屏"),
        ("How do I read this?", "", P3, "how do I"),
        ("it is slow", "gold", P1, "slow"),
    ],
)
def test_the_worst_phrase_wins_and_is_shown(text: str, tier: str, priority: Priority, phrase: str) -> None:
    expected = Verdict(priority, "triage.phrase", {"phrase": phrase, "priority": priority.value})
    assert triage(text, tier, RULES) == expected


@pytest.mark.parametrize("text", ["it is slow", "is downtime planned?", "blackscreen", "nothing known"])
def test_without_a_whole_phrase_it_is_the_default(text: str) -> None:
    assert triage(text, "", RULES) == Verdict(P2, "triage.default", {})


def test_a_tier_lifts_to_its_floor_and_says_so() -> None:
    lifted = triage("How do I read this?", "platinum", RULES)
    assert lifted == Verdict(P1, "triage.floor", {"tier": "platinum", "priority": "P1"})


def test_a_floor_never_lowers() -> None:
    assert triage("it is down", "gold", RULES).priority is P0


@given(text=st.text(max_size=80), tier=st.sampled_from(["", "gold", "platinum", "unheard"]))
def test_every_message_has_a_priority_and_a_reason_everybody_can_read(text: str, tier: str) -> None:
    verdict = triage(text, tier, RULES)
    floor = RULES.floor.get(tier)
    assert floor is None or not floor.is_above(verdict.priority)
    for language in LANGUAGES:
        assert Catalogue.load().template(language, verdict.reason).format_map(verdict.words)


@given(before=st.text(max_size=60), behind=st.text(max_size=20))
def test_nothing_around_a_phrase_hides_it(before: str, behind: str) -> None:
    assert triage(f"{before} is down {behind}", "", RULES).priority is P0


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello team,\n\nvideo is black in room 42\nsince 10:00", "video is black in room 42"),
        ("hi", "hi"),
        ("  \n\n", "crash.log"),
        ("", "crash.log"),
        ("x" * 81, "x" * 79 + "…"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert title_of(text, "crash.log", ("hi", "hello", "team")) == title


@pytest.mark.parametrize(
    ("text", "preferred", "language"),
    [("video is black", "", ""), ("视频黑屏", "", "zh"), ("视频黑屏", "en", "en"), ("video", "zh", "zh")],
)
def test_the_language_is_the_customers_or_that_of_the_words(text: str, preferred: str, language: str) -> None:
    assert language_of(text, preferred) == language
