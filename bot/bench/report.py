"""What every measurement ends with: figures, and goals met or missed; as JSON or as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table

from bot.errors import DawnlineError

Figure = float | int | str


class CannotMeasure(DawnlineError):
    """What is to be measured, or what it is to be measured beside, cannot be had here."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`unit` says which way it counts: "× (at least)", "ms (at most)"."""

    name: str
    value: float
    goal: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value >= self.goal if "at least" in self.unit else self.value <= self.goal


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` by name; a name ends with its unit (`_per_second`, `_ms`) unless it is a count."""

    name: str
    figures: dict[str, Figure]
    goals: tuple[Goal, ...]

    @property
    def met(self) -> bool:
        return all(goal.met for goal in self.goals)

    def as_json(self) -> dict[str, Any]:
        """`{"name", "figures", "goals": [{"name", "value", "goal", "unit", "met"}]}`, values rounded."""
        goals = [
            {
                "name": each.name,
                "value": rounded(each.value),
                "goal": each.goal,
                "unit": each.unit,
                "met": each.met,
            }
            for each in self.goals
        ]
        figures = {name: rounded(value) for name, value in self.figures.items()}
        return {"name": self.name, "figures": figures, "goals": goals}

    def as_tables(self) -> tuple[RenderableType, ...]:
        figures = Table("figure", "value", box=box.SIMPLE_HEAD, title=self.name, title_justify="left")
        for name, value in self.figures.items():
            figures.add_row(name.replace("_", " "), str(rounded(value)))
        goals = Table("goal", "measured", "wanted", "", box=box.SIMPLE_HEAD)
        for each in self.goals:
            verdict = "[green]met[/]" if each.met else "[red]missed[/]"
            goals.add_row(each.name, str(rounded(each.value)), f"{each.goal} {each.unit}", verdict)
        return figures, goals


def rounded(value: Figure) -> Figure:
    """Three significant digits are more than a measurement has; counts stay whole."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the (sorted, not empty) values do not exceed."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
