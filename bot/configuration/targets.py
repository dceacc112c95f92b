"""The faults of escalation: targets that mean nobody on this desk, and widening that reaches nobody.

The grammar of targets is that of `bot.escalation.policy.resolve`. Pure rules.
"""

import re
from collections.abc import Iterator

from bot.configuration.outline import Found, Outline, table, texts
from bot.configuration.saying import did_you_mean, listed
from bot.policy import Tier, misplaced
from bot.values import parse_duration

RESERVED = ("tam", "awake", "everyone")
_PLACE = re.compile(r"[1-9][0-9]{0,2}")
_GRAMMAR = "a role, role.2 (the second on call), engineer:ID, tier:TIER, tam, awake or everyone"


def target_faults(desk: Outline) -> Iterator[Found]:
    """Of the desk's own policies only: the defaults name roles that a small desk need not have, and what
    resolves to nobody is skipped at once."""
    for name, policy in table(desk.given.get("escalation")).items():
        steps = table(policy).get("steps")
        lists = [
            (("steps", number), step) for number, step in enumerate(steps if isinstance(steps, list) else ())
        ]
        for inner, targets in [*lists, (("widen",), table(policy).get("widen"))]:
            for place, target in texts(targets, "escalation", name, *inner):
                if fault := _fault(target, desk):
                    yield place, fault


def _fault(target: str, desk: Outline) -> str | None:
    kind, colon, name = target.partition(":")
    if target in RESERVED:
        return None
    if not colon:
        return _role_fault(target, desk)
    if kind == "engineer":
        return _missing("engineer", name, desk.engineer_ids())
    if kind == "tier":
        return _missing("tier", name, [each.value for each in Tier]) or _empty_tier(name, desk)
    return f"{target!r} is no target; it must be {_GRAMMAR}"


def _missing(what: str, name: str, known: list[str] | tuple[str, ...]) -> str | None:
    if name in known:
        return None
    near = did_you_mean(name, known) or f"; there are: {listed(known)}"
    return f"there is no {what} {name!r}{near}"


def _empty_tier(tier: str, desk: Outline) -> str | None:
    return None if tier in desk.tiers() else f"no engineer is of tier {tier!r}"


def _role_fault(target: str, desk: Outline) -> str | None:
    role, dot, place = target.partition(".")
    roles = desk.roles()
    if role not in roles:
        near = did_you_mean(role, (*roles, *RESERVED)) or f"; it must be {_GRAMMAR}"
        return f"no shift has the role {role!r}{near}"
    if dot and not _PLACE.fullmatch(place):
        return f"{target!r} is no target; after the dot stands a number from 1, as in {role}.2"
    if dot and int(place) > roles[role]:
        return f"{target!r} is nobody: no shift has more than {roles[role]} for the role {role!r}"
    return None


def offset_faults(desk: Outline) -> Iterator[Found]:
    """What `EscalationPolicy` says too once all else in it is right, in the same words."""
    for name, policy in table(desk.whole.get("escalation")).items():
        steps, offsets = table(policy).get("steps"), table(policy).get("at")
        if not isinstance(steps, list) or not isinstance(offsets, list):
            continue
        try:
            fault = misplaced([parse_duration(each) for each in offsets], len(steps))
        except ValueError:
            continue
        if fault:
            yield ("escalation", name), fault


def widening_faults(desk: Outline) -> Iterator[Found]:
    """Beyond the last step somebody must be left to wake, for every team."""
    known = [schedule.get("name") for _, schedule in desk.schedules()]
    schedules = [name for _, team in desk.teams() if (name := team.get("schedule")) in known]
    for name, policy in table(desk.given.get("escalation")).items():
        targets = [target for _, target in texts(table(policy).get("widen"))]
        reached = [any(_reaches(target, desk, schedule) for target in targets) for schedule in schedules]
        if targets and desk.engineer_ids() and not all(reached):
            yield (
                ("escalation", name, "widen"),
                f"reaches nobody on schedule {schedules[reached.index(False)]!r}; "
                "add a target that always means somebody: awake, everyone or a tier:TIER",
            )


def _reaches(target: str, desk: Outline, schedule: object) -> bool:
    kind, colon, name = target.partition(":")
    if not colon and target in RESERVED:
        return target != "tam"  # not every customer has an account manager
    if kind == "tier":
        return name in desk.tiers()
    if kind == "engineer":
        return name in desk.engineer_ids()
    return _role_fault(target, desk) is None and target.partition(".")[0] in desk.roles_of(schedule)
