"""What a desk has that says nothing, and how its own file is laid over it."""

from datetime import timedelta

import pytest
from bot.defaults import defaults
from bot.escalation.policy import snapshot
from bot.intake.chatter import is_chatter
from bot.intake.triage import triage
from bot.policy import Policy, Priority

from tests.unit.settings.desks import policy

PLAIN = policy()
P0, P1, P2, P3 = Priority


def minutes(*counts: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=count) for count in counts)


def test_the_promises_of_the_readme() -> None:
    promised = PLAIN.priorities
    assert [promised[each].respond_within for each in Priority] == list(minutes(15, 30, 240, 1440))
    assert [promised[each].plan_within for each in Priority] == [None, timedelta(hours=2), None, None]
    assert [each for each in Priority if promised[each].incident] == [P0]
    assert all(set(promised[each].meaning) == {"en", "zh"} for each in Priority)


def test_the_cadence_until_acknowledged() -> None:
    assert [PLAIN.progress[each].until_acknowledged for each in Priority] == list(minutes(3, 10, 60, 480))


def test_the_timetable_of_a_p0_shares_its_response_time() -> None:
    steps = snapshot(PLAIN, P0, PLAIN.teams[0]).steps
    assert tuple(step.after for step in steps) == minutes(0, 3, 6, 9, 12)


def test_every_way_to_a_policy_leads_over_the_defaults() -> None:
    bare = PLAIN.model_dump(include={"teams", "engineers"}) | {"schedules": PLAIN.schedules}
    assert Policy.model_validate(bare) == PLAIN


def test_a_table_is_joined_and_a_list_replaced() -> None:
    own = policy('[priorities.P1]\nmeaning = { en = "half" }\n[escalation.urgent]\nsteps = [["senior"]]')
    assert own.priorities[P1].meaning == {"en": "half", "zh": PLAIN.priorities[P1].meaning["zh"]}
    assert own.priorities[P1].respond_within == timedelta(minutes=30)
    assert own.escalation["urgent"].steps == (("senior",),)
    assert own.escalation["normal"] == PLAIN.escalation["normal"]


def test_a_new_escalation_policy_stands_beside_the_defaults() -> None:
    own = policy('[escalation.night]\nsteps = [["senior"]]\n[priorities.P2]\nescalation = "night"')
    assert set(own.escalation) == {"critical", "urgent", "normal", "quiet", "night"}
    assert own.priorities[P2].escalation == "night"


def test_a_default_plan_can_be_taken_away() -> None:
    assert policy('[priorities.P1]\nplan_within = "none"').priorities[P1].plan_within is None


RULE = '[[triage.{key}]]\npriority = "P0"\nphrases = ["trading halted"]'


def test_extra_rules_come_on_top() -> None:
    own = policy(RULE.format(key="extra_rules")).triage
    assert triage("trading halted", "", own).priority is P0
    assert triage("video is black", "", own).priority is P1


def test_rules_take_the_place_of_the_defaults() -> None:
    own = policy(RULE.format(key="rules")).triage
    assert triage("trading halted", "", own).priority is P0
    assert triage("video is black", "", own).priority is P2


def test_extra_chatter_comes_on_top_and_chatter_takes_the_place() -> None:
    more = policy('[intake]\nextra_chatter = ["guten morgen"]').intake.chatter
    only = policy('[intake]\nchatter = ["guten morgen"]').intake.chatter
    assert [is_chatter("Guten Morgen!", each) for each in (more, only)] == [True, True]
    assert [is_chatter("hello", each) for each in (more, only)] == [True, False]


def test_the_shared_defaults_stay_as_they_are() -> None:
    before = repr(defaults())
    policy('[priorities.P1]\nplan_within = "3h"\n[intake]\nextra_chatter = ["moin"]')
    assert repr(defaults()) == before


def test_no_phrase_is_there_twice() -> None:
    phrases = [phrase.casefold() for rule in PLAIN.triage.rules for phrase in rule.phrases]
    chatter = PLAIN.intake.chatter
    assert sorted({each for each in phrases if phrases.count(each) > 1}) == []
    assert sorted({each for each in chatter if chatter.count(each) > 1}) == []


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "Hello team!",
        "thanks a lot :)",
        "Good morning everyone",
        "你好",
        "好的，谢谢",
        "收到 👍",
        "早上好 各位",
    ],
)
def test_chatter(text: str) -> None:
    assert is_chatter(text, PLAIN.intake.chatter)


@pytest.mark.parametrize(
    "text", ["hi, video is black", "ok but it still fails", "好的，但是还是黑屏", "help", "救命"]
)
def test_no_chatter(text: str) -> None:
    assert not is_chatter(text, PLAIN.intake.chatter)
