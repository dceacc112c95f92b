"""Looking ahead: units that first look and then decide look all together, and decide before it is their turn.

Waiting for each one's answers is most of what a small unit costs: two threads wake each other in turn. So a
unit is run by hand, without the event loop, as far as its first question; if that only looks, it is asked
together with those of others, and the unit goes on with the answers to its end. When its turn comes the same
question is asked again, right before its writes: only if the answers are the same does its decision count.
Otherwise, and whenever a unit asks a second time or awaits anything else, it is run again from the start,
alone. So the outcome is always one that running them one by one could have had.
"""

from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from storage.session import Row, Session, Statement


@dataclass(frozen=True, slots=True)
class _Question:
    writes: Sequence[Statement]
    queries: Sequence[Statement]

    def __await__(self) -> Generator["_Question", list[list[Row]], list[list[Row]]]:
        return (yield self)

    @property
    def only_looks(self) -> bool:
        looks = all(sql.lstrip().startswith("SELECT") for sql, _ in self.queries)
        return looks and bool(self.queries) and not self.writes


class Attempt:
    """One run of a unit's body, as far as it goes. `asked` waits for `decide`; `over` means that it came to
    its end, with `writes` and a result or an error. Neither: it must be run another way."""

    def __init__(self, body: Callable[[Session], Awaitable[Any]]) -> None:
        self.asked: Sequence[Statement] = ()
        self.answers: list[list[Row]] = []
        self.writes: list[Statement] = []
        self.over = False
        self.result: Any = None
        self.error: Exception | None = None
        self._session = Session(self)
        self._steps: Generator[Any, Any, Any] = self._begin(body).__await__()
        self._step(None)

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Keeps `storage.session.Driver`."""
        return await _Question(writes, queries)

    def decide(self, answers: list[list[Row]]) -> None:
        self.answers = answers
        self._step(answers)

    def give_up(self) -> None:
        with suppress(RuntimeError):  # a body that will not be closed is dropped
            self._steps.close()

    async def _begin(self, body: Callable[[Session], Awaitable[Any]]) -> Any:
        return await body(self._session)

    def _step(self, given: list[list[Row]] | None) -> None:
        try:
            question = self._steps.send(given)
        except StopIteration as end:
            self.over, self.result, self.writes = True, end.value, self._session.drain()
        except Exception as error:
            self.over, self.error = True, error
        else:
            self._heed(question)

    def _heed(self, question: object) -> None:
        first = not self.asked
        if first and isinstance(question, _Question) and question.only_looks:
            self.asked = question.queries
        else:
            self.give_up()
