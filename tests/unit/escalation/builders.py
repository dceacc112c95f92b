"""A desk's policy in few words, and the roster of one instant."""

from datetime import date, timedelta
from typing import Any

from bot.escalation.policy import Roster
from bot.oncall.schedule import Duty
from bot.policy import Policy

from tests.unit.tickets.builders import after

PEOPLE = {
    "ada": ("architect", "emea"),
    "abe": ("architect", "amer"),
    "leo": ("lead", "emea"),
    "nora": ("senior", "emea"),
    "tom": ("support", "emea"),
    "fay": ("frontline", "emea"),
}
ROLES = {
    "architect": ["ada", "abe"],
    "lead": ["leo"],
    "senior": ["nora"],
    "support": ["tom"],
    "frontline": ["fay"],
}
# Somebody new in each of the first steps, which the default's first step (all architects) has not.
CRITICAL = [
    ["architect", "lead"],
    ["architect.2", "senior"],
    ["senior.2", "support"],
    ["tier:architect"],
    ["tier:lead"],
]
ZONES = {"emea": "Europe/Berlin", "amer": "America/New_York", "apac": "Asia/Shanghai"}


def engineer(name: str, tier: str, region: str, **facts: Any) -> dict[str, Any]:
    base = {"id": name, "name": f"{name.title()} Brandt", "tier": tier, "region": region}
    return {**base, "time_zone": ZONES[region], "identities": {"slack": f"U-{name.upper()}"}, **facts}


def people(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody, `changed` as said for those named. Fay is on Telegram too."""
    facts = {"fay": {"identities": {"slack": "U-FAY", "telegram": "206"}}, **changed}
    return [engineer(name, *what, **facts.get(name, {})) for name, what in PEOPLE.items()]


def policy(**tables: Any) -> Policy:
    """Everybody is on call round the clock; `tables` are laid over that and over the defaults."""
    shift = {
        "name": "always",
        "region": "emea",
        "time_zone": "Europe/Berlin",
        "start": "00:00",
        "end": "00:00",
        "rotation": "none",
        "roles": ROLES,
    }
    base: dict[str, Any] = {
        "engineers": people(),
        "teams": [{"name": "core", "schedule": "always"}],
        "schedules": [{"name": "always", "rotation_start": date(2026, 1, 5), "shifts": [shift]}],
        "escalation": {"critical": {"steps": CRITICAL}},
    }
    return Policy.model_validate({**base, **tables})


def roster(*awake: str, account_manager: str | None = None, duties: tuple[Duty, ...] | None = None) -> Roster:
    on_call = tuple(Duty("always", "emea", role, tuple(names), after(600)) for role, names in ROLES.items())
    engineers = policy().engineers
    return Roster(on_call if duties is None else duties, engineers, frozenset(awake), account_manager)


def offsets(spans: tuple[timedelta, ...]) -> list[float]:
    """In minutes."""
    return [span / timedelta(minutes=1) for span in spans]
