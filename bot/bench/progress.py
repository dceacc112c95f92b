"""How far a measurement is, for whoever watches: on stderr, and only on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@dataclass(slots=True)
class Bar:
    """One stage's bar."""

    progress: Progress
    task: int

    def advance(self, count: int = 1) -> None:
        self.progress.advance(self.task, count)  # type: ignore[arg-type]


class Stages:
    """Bars, one after the other."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def stage(self, name: str, total: int) -> Bar:
        return Bar(self._progress, self._progress.add_task(name, total=total))


@contextmanager
def watched() -> Iterator[Stages]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Stages(progress)
