"""Where a process of a crash test ends, or is held."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Fate:
    """An observer that knows its point. At the `visit`-th visit from now it tells `told`, and sends its own
    process `number`. `changed` is called after every commit."""

    told: Callable[[str], object]
    changed: Callable[[], object] = lambda: None
    point: str | None = None
    visit: int = 0
    number: signal.Signals = signal.SIGKILL
    visits: Counter[str] = field(default_factory=Counter)

    def meet(self, point: str, visit: int, number: signal.Signals) -> None:
        """Have it happen from now on."""
        self.point, self.visit, self.number = point, visit + self.visits[point], number

    def __call__(self, point: str) -> None:
        self.visits[point] += 1
        if point == self.point and self.visits[point] >= self.visit:
            self.point = None
            self.told(point)
            os.kill(os.getpid(), self.number)
        if point == "store.committed":
            self.changed()
