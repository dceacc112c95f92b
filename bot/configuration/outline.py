"""The desk's file as far as it can be read, whatever else is wrong in it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.configuration.saying import Place
from bot.defaults import over_defaults

Found = tuple[Place, str]


def tables(value: object, *place: str | int) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The tables of a list of tables, each with its place; anything else in it is left out."""
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield (*place, index), entry


def texts(value: object, *place: str | int) -> Iterator[tuple[Place, str]]:
    """The texts of a list, each with its place."""
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, str):
            yield (*place, index), entry


def table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Shift:
    """`roles`: each role's engineers as they are written."""

    place: Place
    name: object
    schedule: str
    roles: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outline:
    """`given` is the desk's own file, `whole` the same laid over the defaults."""

    given: Mapping[str, Any]
    whole: Mapping[str, Any]

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Outline":
        return cls(data, over_defaults(data))

    def engineers(self) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        return tables(self.given.get("engineers"), "engineers")

    def teams(self) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        return tables(self.given.get("teams"), "teams")

    def schedules(self) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        return tables(self.given.get("schedules"), "schedules")

    def shifts(self) -> Iterator[Shift]:
        for place, schedule in self.schedules():
            for inner, shift in tables(schedule.get("shifts"), *place, "shifts"):
                yield Shift(inner, shift.get("name"), str(schedule.get("name")), table(shift.get("roles")))

    def engineer_ids(self) -> tuple[str, ...]:
        ids = (engineer.get("id") for _, engineer in self.engineers())
        return tuple(dict.fromkeys(each for each in ids if isinstance(each, str)))

    def tiers(self) -> frozenset[object]:
        """The tiers somebody has."""
        return frozenset(
            each for _, engineer in self.engineers() if isinstance(each := engineer.get("tier"), str)
        )

    def roles(self) -> Mapping[str, int]:
        """Every role of any shift, and how many are on call for it at most."""
        most: dict[str, int] = {}
        for shift in self.shifts():
            for role, people in shift.roles.items():
                most[role] = max(most.get(role, 0), sum(1 for _ in texts(people)))
        return most

    def roles_of(self, schedule: object) -> frozenset[str]:
        """The roles of a schedule's shifts that have anybody."""
        return frozenset(
            role
            for shift in self.shifts()
            if shift.schedule == schedule
            for role, people in shift.roles.items()
            if any(texts(people))
        )
