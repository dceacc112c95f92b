"""Whatever stands in the files: never a crash, and always either a policy or a reason why there is none."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.configuration.environment import merged, parse_env
from bot.configuration.platform_ids import platform_faults
from bot.configuration.policy_file import examine, parse_policy
from bot.configuration.settings_rules import needed_faults, value_faults
from bot.configuration.variables import VARIABLES
from bot.escalation.policy import Roster, audience, snapshot
from bot.intake.chatter import is_chatter
from bot.intake.triage import triage
from bot.oncall.schedule import on_call
from bot.policy import Policy, Priority
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLE = tomllib.loads((Path(__file__).parents[3] / "dawnline.example.toml").read_text("utf-8"))
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

WORDS = [
    *("", " ", "\0", "\n", "\N{THUMBS UP SIGN}", "x" * 300, "../x", "mei", "P0", "slack", "none"),
    *("senior", "senior.2", "senior.0", "tier:lead", "engineer:", ":", ".", "everyone"),
    *("15m", "0s", "99999999999d", "1d" + " " * 200 + "x", "mon", "25:00", "00:00", "Europe/Berlin"),
]
SCALARS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WORDS, "id", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """The way to every value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield (*way, step)
        yield from places(each, *way, step)


PLACES = sorted(places(EXAMPLE), key=repr)


@st.composite
def spoilt_desks(draw: st.DrawFn) -> dict[str, Any]:
    """The example desk with a few of its values put away, replaced or doubled."""
    desk = deepcopy(EXAMPLE)
    for way in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        table: Any = desk
        try:
            for step in way[:-1]:
                table = table[step]
            draw(st.sampled_from([put_away, replace, double]))(table, way[-1], draw(VALUES))
        except (LookupError, TypeError):
            continue  # an earlier change took this place away
    return desk


def put_away(table: Any, key: Any, _value: object) -> None:
    del table[key]


def replace(table: Any, key: Any, value: object) -> None:
    if isinstance(table, str | date | time):
        raise TypeError
    table[key] = value


def double(table: Any, key: Any, value: object) -> None:
    if isinstance(table, list):
        table.append(deepcopy(table[key]))
    else:
        table[f"{key}x"] = value


def works(policy: Policy) -> None:
    """The whole core takes it: promises, timetables, targets, shifts, triage, chatter."""
    for team in policy.teams:
        duties = on_call(policy.schedule(team.schedule).build(), (), NOON)
        who = Roster(duties, policy.engineers, frozenset())
        for priority in Priority:
            frozen = snapshot(policy, priority, team)
            for number in range(8):
                frozen.page_at(NOON, number)
                audience(frozen.targets(number), who)
    triage("video is black", "", policy.triage)
    is_chatter("hello", policy.intake.chatter)


@given(spoilt_desks())
@settings(max_examples=300, deadline=None)
def test_a_spoilt_desk_has_faults_or_works(desk: dict[str, Any]) -> None:
    policy, faults = examine(desk, "dawnline.toml", platform_faults)
    assert (policy is None) == bool(faults)
    assert all(fault.key and str(fault).isprintable() for fault in faults)
    if policy is not None:
        works(policy)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_any_table_as_a_policy(value: Any) -> None:
    policy, faults = examine(value if isinstance(value, dict) else {"engineers": value}, "dawnline.toml")
    assert (policy, bool(faults)) == (None, True)


@given(st.binary(max_size=60) | st.text("[]{}=\"'\n\\,.#aé", max_size=60).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_as_toml(raw: bytes) -> None:
    policy, faults = parse_policy(raw, "dawnline.toml", platform_faults)
    assert (policy, bool(faults)) == (None, True)


NAMES = st.sampled_from([*VARIABLES, "DAWNLINE_CONFG", "OTHER"])
LINES = st.tuples(NAMES, st.sampled_from(["=", " = ", ""]), st.text(max_size=20)).map("".join)


@given(
    st.binary(max_size=60)
    | st.lists(LINES, max_size=5).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_as_env(raw: bytes) -> None:
    values, faults = parse_env(raw)
    read = merged(values, {})
    found = [*faults, *value_faults(read), *needed_faults(read)]
    assert all(fault.key and fault.message for fault in found)


@given(st.sampled_from(sorted(VARIABLES)), st.text(max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_value_from_the_environment(name: str, value: str) -> None:
    read = merged({}, {name: value})
    found = [*value_faults(read), *needed_faults(read)]
    assert {fault.file for fault in found if fault.key == name} <= {"the environment"}
