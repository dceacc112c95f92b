"""Looking ahead: units that look and then decide look all together, and decide before it is their turn.

Waiting for each one's answers is most of what a small unit costs. So a unit is run by hand, without the event
loop, as far as its first question; that is asked together with those of others, and the unit goes on with the
answers to the next one, or to its end. Its own writes are only noted meanwhile, so it may go on looking as
long as it does not look at what it has written. When its turn comes, its decision counts if every answer
still is what it was; otherwise, and whenever it changes something by asking or awaits anything else, it is
run again from the start, alone. So the outcome is always one that running them one by one could have had.
"""

from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.errors import StoreError
from storage.footprint import Footprint
from storage.session import Body, Row, Session, Statement

Look = Callable[[Sequence[Statement]], Awaitable[list[list[Row]]]]


@dataclass(frozen=True, slots=True)
class _Question:
    writes: Sequence[Statement]
    queries: Sequence[Statement]

    def __await__(self) -> Generator["_Question", list[list[Row]], list[list[Row]]]:
        return (yield self)

    @property
    def only_looks(self) -> bool:
        return bool(self.queries) and all(sql.lstrip().startswith("SELECT") for sql, _ in self.queries)


class Attempt:
    """One run of a unit's body, as far as it goes. `asking` waits for `decide`; `asked` and `answers` are
    what it went by. `over` means that it came to its end, with `writes` and a result or an error. When it
    neither asks nor is over, it must be run another way."""

    def __init__(self, body: Body[Any]) -> None:
        self.asking: Sequence[Statement] = ()
        self.asked: list[Statement] = []
        self.answers: list[list[Row]] = []
        self.writes: list[Statement] = []
        self.over = False
        self.result: Any = None
        self.error: Exception | None = None
        self._written = Footprint()
        self._session = Session(self)
        self._steps: Generator[Any, Any, Any] = self._begin(body).__await__()
        self._step(None)

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """Keeps `storage.session.Driver`."""
        return await _Question(writes, queries)

    def decide(self, answers: list[list[Row]]) -> None:
        self.asked += self.asking
        self.answers += answers
        self.asking = ()
        self._step(answers)

    @property
    def taken(self) -> list[int]:
        return self._session.taken

    def give_up(self) -> None:
        self.asking = ()
        with suppress(RuntimeError):  # a body that will not be closed is dropped
            self._steps.close()

    async def _begin(self, body: Body[Any]) -> Any:
        return await body(self._session)

    def _step(self, given: list[list[Row]] | None) -> None:
        try:
            question = self._steps.send(given)
        except StopIteration as end:
            self.over, self.result = True, end.value
            self.writes += self._session.drain()
        except Exception as error:
            self.over, self.error, self.writes = True, error, []
        else:
            self._heed(question)

    def _heed(self, question: object) -> None:
        if isinstance(question, _Question):
            self.writes += question.writes
            self._written.touch(question.writes)
            if question.only_looks and not any(map(self._written.concerns, question.queries)):
                self.asking = question.queries
                return
        self.give_up()


async def look_ahead(bodies: Sequence[Body[Any]], look: Look) -> list[Attempt]:
    """An attempt at each, as far as it goes; those that ask at the same time are answered together."""
    attempts = [Attempt(body) for body in bodies]
    while asking := [each for each in attempts if each.asking]:
        await _answer(asking, look)
    return attempts


async def _answer(asking: Sequence[Attempt], look: Look) -> None:
    try:
        answers = iter(await look([query for each in asking for query in each.asking]))
    except StoreError:  # of one of them; which one shows when each asks alone
        for each in asking:
            each.give_up()
        return
    for each in asking:
        each.decide(list(islice(answers, len(each.asking))))
