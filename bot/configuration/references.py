"""The faults between entries: names that lead nowhere, names and identities used twice. Pure rules.

They look at the file as it is written, so that they are found while other things are wrong as well.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.configuration.outline import Found, Outline, table, tables, texts
from bot.configuration.saying import Place, did_you_mean, key_of, listed
from bot.configuration.targets import RESERVED, offset_faults, target_faults, widening_faults
from bot.identities import channels_of
from bot.values import A_SLUG, SLUG


def reference_faults(data: dict[str, Any]) -> Iterator[Found]:
    """Everything in the file that does not fit together, each with its place."""
    desk = Outline.of(data)
    for rule in _RULES:
        yield from rule(desk)


def _names_twice(desk: Outline) -> Iterator[Found]:
    yield from _twice(desk, ((place, each.get("id"), "id") for place, each in desk.engineers()))
    yield from _twice(desk, ((place, each.get("name"), "name") for place, each in desk.teams()))
    yield from _twice(desk, ((place, each.get("name"), "name") for place, each in desk.schedules()))
    for schedule, _ in desk.schedules():
        own = (shift for shift in desk.shifts() if shift.place[: len(schedule)] == schedule)
        yield from _twice(desk, ((shift.place, shift.name, "name") for shift in own))


def _twice(desk: Outline, named: Iterable[tuple[Place, object, str]]) -> Iterator[Found]:
    first: dict[str, Place] = {}
    for place, name, key in named:
        if not isinstance(name, str):
            continue
        if name in first:
            yield (
                (*place, key),
                f"{name!r} is already the {key} of {key_of(first[name], desk.given)}",
            )
        first.setdefault(name, place)


def _own_numbers(desk: Outline) -> Iterator[Found]:
    numbers = tables(table(desk.given.get("phone")).get("numbers"), "phone", "numbers")
    yield from _twice(desk, ((place, each.get("number"), "number") for place, each in numbers))


def _identities(desk: Outline) -> Iterator[Found]:
    """Each belongs to one engineer, and every engineer has at least one."""
    first: dict[tuple[str, str], Place] = {}
    for place, engineer in desk.engineers():
        identities = engineer.get("identities", {})
        if identities == {}:
            yield (
                (*place, "identities"),
                'is empty, so they cannot be paged; it must be at least one, such as { slack = "U012AB3CD" }',
            )
        for channel, identity in table(identities).items():
            if not isinstance(identity, str):
                continue
            owner = first.setdefault((channel, identity), place)
            if owner != place:
                whose = key_of(owner, desk.given)
                yield (*place, "identities", channel), f"{identity!r} is already that of {whose}"


def _ladders(desk: Outline) -> Iterator[Found]:
    for place, engineer in desk.engineers():
        identities = table(engineer.get("identities"))
        known = [channel for kind in identities for channel in channels_of(kind)]
        used: set[tuple[str, str]] = set()
        for inner, rung in tables(engineer.get("ladder"), *place, "ladder"):
            via = rung.get("via")
            if not isinstance(via, str):
                continue
            said = {(via, priority) for priority in _priorities(rung)}
            if via not in known:
                near = did_you_mean(via, known)
                yield (*inner, "via"), f"{via!r} leads to none of their identities ({listed(known)}){near}"
            elif said & used:
                yield (*inner, "via"), f"{via!r} is there twice; a page goes each way once"
            used |= said


def _priorities(rung: Mapping[str, Any]) -> tuple[str, ...]:
    given = rung.get("priorities")
    return tuple(map(str, given)) if isinstance(given, list) else ("P0", "P1", "P2", "P3")


def _shift_roles(desk: Outline) -> Iterator[Found]:
    known = desk.engineer_ids()
    for shift in desk.shifts():
        for role, people in shift.roles.items():
            place = (*shift.place, "roles", role)
            if role in RESERVED or not SLUG.fullmatch(role):
                yield place, f"a role is {A_SLUG}, and none of {listed(RESERVED)}"
            if people == []:
                yield place, "names nobody; name an engineer or leave the role out"
            yield from _unknown(texts(people, *place), known, "engineer")


def _unknown(named: Iterable[tuple[Place, str]], known: Collection[str], what: str) -> Iterator[Found]:
    for place, name in named:
        if name not in known:
            near = did_you_mean(name, known) or f"; there are: {listed(known)}"
            yield place, f"there is no {what} {name!r}{near}"


def _named(entries: Iterable[tuple[Place, Mapping[str, Any]]], key: str) -> Iterator[tuple[Place, str]]:
    for place, entry in entries:
        if isinstance(name := entry.get(key), str):
            yield (*place, key), name


def _schedules_of_teams(desk: Outline) -> Iterator[Found]:
    known = [name for _, name in _named(desk.schedules(), "name")]
    yield from _unknown(_named(desk.teams(), "schedule"), known, "schedule")


def _industries(desk: Outline) -> Iterator[Found]:
    """Each is served by one team: the first that names it would silently win."""
    first: dict[str, Place] = {}
    for place, team in desk.teams():
        for inner, industry in texts(team.get("industries"), *place, "industries"):
            owner = first.setdefault(industry, place)
            if owner != place:
                yield inner, f"{industry!r} is already served by {key_of(owner, desk.given)}"


def _escalations_of_priorities(desk: Outline) -> Iterator[Found]:
    priorities = table(desk.whole.get("priorities"))
    entries = ((("priorities", name), table(entry)) for name, entry in priorities.items())
    yield from _unknown(
        _named(entries, "escalation"), tuple(table(desk.whole.get("escalation"))), "escalation policy"
    )


def _customer_tiers(desk: Outline) -> Iterator[Found]:
    known = [name for _, name in texts(table(desk.given.get("customers")).get("tiers"))]
    if not known:
        return
    triage = table(desk.given.get("triage"))
    named = [(("triage", "floor", tier), tier) for tier in table(triage.get("floor"))]
    yield from _unknown(named, known, "customer tier")
    for key in ("rules", "extra_rules"):
        for place, rule in tables(triage.get(key), "triage", key):
            yield from _unknown(texts(rule.get("tiers"), *place, "tiers"), known, "customer tier")


def _awake(desk: Outline) -> Iterator[Found]:
    awake = {"start": "07:00", "end": "23:00", **table(table(desk.given.get("desk")).get("awake"))}
    if awake["start"] == awake["end"]:
        yield (
            ("desk", "awake"),
            "starts when it ends, so nobody would ever count as awake; give it some hours",
        )


_RULES: tuple[Callable[[Outline], Iterator[Found]], ...] = (
    _names_twice,
    _own_numbers,
    _identities,
    _ladders,
    _shift_roles,
    _schedules_of_teams,
    _industries,
    _escalations_of_priorities,
    target_faults,
    offset_faults,
    widening_faults,
    _customer_tiers,
    _awake,
)
