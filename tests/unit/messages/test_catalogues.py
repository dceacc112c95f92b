"""Two languages, the same keys, the same placeholders; every key the code says exists, and none is dead."""

import re
import string
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from bot.access.session import Scope
from bot.access.visitor import Role
from bot.durable import Purpose
from bot.hotline.hearing import KNOWN, MENU, OFFER, PAGE, TAKE
from bot.intake.ledger import Outcome
from bot.messages.catalogue import LANGUAGES, Catalogue, Voice
from bot.policy import Tier
from bot.portal.filing import FACTS
from bot.tickets.conversation import READ_BY_CUSTOMERS, Line, Speaker, for_customers, for_engineers
from bot.tickets.sla import LEVELS, ClockKind
from bot.tickets.ticket import Event, Move, State
from bot.verbs.grammar import VERBS
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.messages import keys_in_code, keys_in_templates

CATALOGUE = Catalogue.load()
KEYS = CATALOGUE.keys("en")
GROUPS = frozenset(key.partition(".")[0] for key in KEYS)
ZONES = sorted(available_timezones())

# What only programs read has its words in a table of its own.
FOR_PROGRAMS = {key.removeprefix("api.problem.") for key in KEYS if key.startswith("api.problem.")}
EVENTS = {key.partition(".")[2] for key in KEYS if key.startswith("event.")} - {"desk", "files", "unverified"}
CLOCKS = [each.value for each in ClockKind]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def lines(kinds: set[str]) -> tuple[Line, ...]:
    """What stands on the pages of events of these kinds."""
    events = [Event(1, YEAR, kind, "Sam", {"text": "a", "need": "b", "reason": "c"}) for kind in kinds]
    return (*for_customers(events), *for_engineers(events))


# Whatever is logged, so that nothing the pages show is without its words.
SHOWN = lines({*READ_BY_CUSTOMERS, *(kind.removesuffix("_plain") for kind in EVENTS)})
HAPPENED = sorted({line.kind for line in SHOWN if line.voice is Speaker.DESK})
TAGGED = sorted(
    {line.kind for line in SHOWN if line.voice is not Speaker.DESK} - {"opened", "message", "replied"}
)

# Keys the code builds, and everything that can be put in.
BUILT: dict[str, list[str]] = {
    "state.{}": [each.value for each in State],
    "standing.{}": [each.value for each in State],
    "tier.{}": [each.value for each in Tier],
    "complexity.{}": ["low", "medium", "high"],
    "clock.{}": CLOCKS,
    "heading.{}": ["ticket", "priority", "state", "owner", "answer_by", "next"],
    "nudge.{}_{}": [f"{clock}_{level}" for clock in CLOCKS for level in LEVELS[:2]],
    "verb.{}": list(VERBS),
    "target.{}": ["tam", "awake", "everyone"],
    "customer.priority{}": ["", "_late"],
    "customer.priority_taken{}": ["", "_late"],
    "api.title.{}": sorted(key.rpartition(".")[2] for key in KEYS if key.startswith("api.title.")),
    "api.problem.{}": sorted(FOR_PROGRAMS),
    "event.{}": sorted(EVENTS),
    "event.{}_plain": [kind.removesuffix("_plain") for kind in sorted(EVENTS) if kind.endswith("_plain")],
    "heard.{}": sorted(
        {*LANGUAGES, *MENU.values(), *KNOWN.values(), *OFFER.values(), *TAKE.values(), *PAGE.values()}
    ),
    "what.{}": ["outage", "problem", "question"],
    "way.{}": ["call", "sms", "push"],
    "spoken.{}": ["hour", "hours", "minute", "minutes"],
    "play.{}": ["customer", "engineer", "answer", "page", "post", "room", "fault"],
    "web.event.{}": HAPPENED,
    "web.fact.{}": list(FACTS),
    "web.trial.{}": ["done", "at_work", "waits"],
}
# The same in the templates of the pages.
BUILT_IN_TEMPLATES: dict[str, list[str]] = {
    "state.{}": BUILT["state.{}"],
    "standing.{}": BUILT["standing.{}"],
    "complexity.{}": BUILT["complexity.{}"],
    "clock.{}": CLOCKS,
    "web.promise.{}": [ClockKind.RESPONSE.value, ClockKind.PLAN.value],
    "web.met.{}": [ClockKind.RESPONSE.value, ClockKind.PLAN.value],
    "web.line.{}": TAGGED,
    "web.outcome.{}": sorted(Outcome),
    "web.role.{}": sorted({*Role} - {Role.CUSTOMER, Role.ENGINEER}),
    "web.fact.{}": list(FACTS),
    "web.fact_example.{}": list(FACTS),
    "web.scope.{}": [each.name.lower() for each in Scope],
    "web.hooks.{}": ["active", "failing", "gone", "disabled"],
}
# `{prefix}.{word}`, for the facts of an event or a refusal.
OTHERS = {
    *(f"move.{move}" for move in (*Move, "priority", "assign", "update", "escalate")),
    *(f"standing.{state}" for state in State),
    *(f"how.{how}" for how in ("command", "reply", "update", "assign", "wait", "resolve", "call")),
    *(f"what.{purpose.value}" for purpose in Purpose),
}


def for_people() -> set[str]:
    """The refusals that people read."""
    said = {each.key for each in keys_in_code.refusals()}
    return {key for key in said if f"refused.{key}" in KEYS or key not in FOR_PROGRAMS}


def refused() -> dict[str, list[str]]:
    """As BUILT, of refusals."""
    near = {each.key for each in keys_in_code.refusals() if each.words and "near" in each.words}
    plain = sorted(for_people())
    every = [*plain, *(f"{key}_near" for key in sorted(near))]
    return {
        "refused.{}": every,
        "refused.{}_near": sorted(near),
        "web.refused.{}": [key for key in every if f"web.refused.{key}" in KEYS],
    }


def placeholders(language: str, key: str) -> set[str]:
    template = CATALOGUE.template(language, key)
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def used() -> dict[str, str]:
    """Every key the code can say, and where it first does."""
    found = dict(keys_in_code.literals(GROUPS))
    built = BUILT | refused()
    for template, where in keys_in_code.templates(GROUPS):
        before, _, rest = template.partition("{}")
        for value in built[template]:
            first, _, second = value.rpartition("_") if "{}" in rest else (value, "", "")
            found.setdefault(before + first + rest.replace("{}", second), where)
    found |= {each.key: each.where for each in keys_in_templates.said()}
    for template, where in keys_in_templates.built():
        found |= {template.replace("{}", value): where for value in BUILT_IN_TEMPLATES[template]}
    return {**found, **dict.fromkeys(OTHERS, "built")}


def test_both_languages_have_the_same_keys() -> None:
    assert CATALOGUE.keys("zh") == KEYS


def test_both_languages_have_the_same_placeholders() -> None:
    unlike = {key: placeholders("en", key) ^ placeholders("zh", key) for key in KEYS}
    # The month has a name in English and a number in Chinese.
    assert {key: names for key, names in unlike.items() if names} == {
        "time.other_day": {"month", "month_name"},
        "time.other_year": {"month", "month_name"},
    }


def test_every_built_key_is_listed_here() -> None:
    assert {template for template, _ in keys_in_code.templates(GROUPS)} == set(BUILT | refused())
    assert {template for template, _ in keys_in_templates.built()} == set(BUILT_IN_TEMPLATES)


def test_every_key_in_the_code_exists() -> None:
    missing = {key: where for key, where in used().items() if key not in KEYS}
    assert missing == {}


def test_no_key_is_dead() -> None:
    assert KEYS - set(used()) == set()


def test_every_refusal_has_its_words() -> None:
    said = {each.key: each for each in keys_in_code.refusals()}
    assert {key for key in said if f"refused.{key}" not in KEYS} - FOR_PROGRAMS == set()


def test_whoever_says_a_key_gives_every_word_of_it() -> None:
    said = [*keys_in_code.said(), *keys_in_templates.said()]
    missing = {
        f"{each.key}@{each.where}": placeholders("en", each.key) - each.words
        for each in said
        if each.words is not None
    }
    assert len(said) > 400
    assert {where: words for where, words in missing.items() if words} == {}


def test_every_refusal_gives_every_word_of_it() -> None:
    ours, missing = for_people(), {}
    for each in keys_in_code.refusals():
        assert each.words is not None, each
        needed = placeholders("en", f"{'refused' if each.key in ours else 'api.problem'}.{each.key}")
        if "near" in each.words:
            needed |= placeholders("en", f"refused.{each.key}_near")
        for own in {f"web.refused.{each.key}", f"web.refused.{each.key}_near"} & KEYS:
            needed |= placeholders("en", own)
        missing[f"{each.key}@{each.where}"] = needed - each.words
    assert len(missing) > 80
    assert {where: words for where, words in missing.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_are_never_asked_for_commands(language: str) -> None:
    read = [key for key in KEYS if key.startswith(("card.", "progress.", "customer."))]
    assert [key for key in read if "/" in CATALOGUE.template(language, key)] == []


MOMENTS = st.integers(0, 2 * 365 * 86_400).map(lambda seconds: YEAR + timedelta(seconds=seconds))
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["{ticket}", "{0}", "{", "%s", "<!channel>", "@everyone", "“”", "a\nb"]),
    MOMENTS,
    st.timedeltas(timedelta(days=-2), timedelta(days=400)),
    st.integers(),
)


@given(
    key=st.sampled_from(sorted(KEYS)),
    language=st.sampled_from([*LANGUAGES, "fr"]),
    zone=st.sampled_from(ZONES),
    now=MOMENTS,
    data=st.data(),
)
def test_every_sentence_can_be_said_in_every_language_and_zone(
    key: str, language: str, zone: str, now: datetime, data: st.DataObject
) -> None:
    voice = Voice(CATALOGUE, language, zone, now)
    values = {name: data.draw(VALUES, label=name) for name in sorted(placeholders("en", key) | {"month"})}
    if key.startswith("time."):
        values |= {"count": 3, "month_name": "Mar"}
    said = voice.say(key, **values)
    for name in placeholders(language if language in LANGUAGES else "en", key):
        assert voice.spoken(values[name]) in said


def test_chinese_sentences_are_chinese() -> None:
    """A sentence nobody translated would still be the English one."""
    names = re.compile(r"\{[^}]*\}|Dawnline|inc-|max|live-shop|room-42")
    worded = [key for key in KEYS if re.search(r"[a-z]{3,}", names.sub("", CATALOGUE.template("en", key)))]
    assert len(worded) > 600
    assert [key for key in worded if not re.search(r"[\u4e00-\u9fff]", CATALOGUE.template("zh", key))] == []
