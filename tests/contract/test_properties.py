"""Any sequence of doings with timers and the outbox, against models of a few lines.

The models hold what the docstrings of `bot.ports` say and nothing else; whatever hypothesis comes up with,
the store and the model must give the same answers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, TypeVar

import pytest
from bot.durable import ClaimedItem, ClaimedTimer, OutboxItem, Purpose, Timer, TimerKind, Urgency
from bot.errors import LeaseLost
from bot.outgoing import Receipt
from bot.ports import Store, Transaction, Unit
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.contract.builders import GROUP, T0, item, post, put, timer
from tests.contract.places import Home, homes
from tests.openers import POSTGRESQL_IN_CI, SQLITE

T = TypeVar("T")
LEASE = timedelta(seconds=30)
KEYS = st.sampled_from(["a", "b", "c"])
TICKETS = st.integers(1, 2)
SPANS = st.integers(-20, 60).map(lambda seconds: timedelta(seconds=seconds))
WHICH = st.integers(0, 9)
RECEIPT = Receipt(GROUP, "17.9")
EXAMPLES = {"sqlite": 50, "postgresql": 20}
"""Every example has a database of its own, which takes PostgreSQL a good while."""


MakeHome = Callable[[Path], Awaitable[Home]]


@contextmanager
def opened(make: MakeHome) -> Iterator[tuple[asyncio.Runner, Store]]:
    with TemporaryDirectory() as directory, asyncio.Runner() as runner:
        home = runner.run(_made(make, Path(directory)))
        store = runner.run(home.open("desk"))
        yield runner, store
        runner.run(store.close())
        runner.run(home.remove())


async def _made(make: MakeHome, directory: Path) -> Home:
    return await make(directory)


class Machine(RuleBasedStateMachine):
    """A store, and a clock that only moves forward."""

    home: ClassVar[MakeHome]

    def __init__(self) -> None:
        super().__init__()
        self._closing = ExitStack()
        self.runner, self.store = self._closing.enter_context(opened(type(self).home))
        self.now = T0

    def teardown(self) -> None:
        self._closing.close()

    def write(self, unit: Unit[T]) -> T:
        return self.runner.run(self.store.write(unit))

    def settle_if(self, held: bool, *writes: Callable[[Transaction], None]) -> None:
        """The unit succeeds when the lease is held, and otherwise fails without a trace."""
        if held:
            self.runner.run(put(self.store, *writes))
        else:
            with pytest.raises(LeaseLost):
                self.runner.run(put(self.store, *writes))

    @rule(span=st.integers(0, 40).map(lambda seconds: timedelta(seconds=seconds)))
    def time_passes(self, span: timedelta) -> None:
        self.now += span


@dataclass
class ModelTimer:
    timer: Timer
    wake_at: datetime
    attempts: int = 0
    token: int = 0


class Timers(Machine):
    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, ModelTimer] = {}
        self.held: list[ClaimedTimer] = []

    def holds(self, claimed: ClaimedTimer) -> bool:
        known = self.model.get(claimed.timer.key)
        return known is not None and known.token == claimed.token

    @rule(key=KEYS, kind=st.sampled_from(TimerKind), ticket=TICKETS, span=SPANS)
    def set_one(self, key: str, kind: TimerKind, ticket: int, span: timedelta) -> None:
        new = timer(key, self.now + span, kind=kind, ticket=ticket)
        self.runner.run(put(self.store, lambda tx: tx.timers.set(new)))
        self.model[key] = ModelTimer(new, new.due_at)

    @rule(key=KEYS)
    def cancel(self, key: str) -> None:
        self.runner.run(put(self.store, lambda tx: tx.timers.cancel(key)))
        self.model.pop(key, None)

    @rule(ticket=TICKETS, kinds=st.sets(st.sampled_from(TimerKind), max_size=3))
    def cancel_all(self, ticket: int, kinds: set[TimerKind]) -> None:
        self.runner.run(put(self.store, lambda tx: tx.timers.cancel_all(ticket, kinds)))
        gone = [
            key
            for key, each in self.model.items()
            if each.timer.ticket == ticket and each.timer.kind in kinds
        ]
        for key in gone:
            del self.model[key]

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        claimed = self.write(lambda tx: tx.timers.claim(self.now, limit, LEASE))
        due = [each for each in self.model.values() if each.wake_at <= self.now]
        assert len(claimed) == min(limit, len(due))
        for each in claimed:
            known = self.model[each.timer.key]
            assert known in due
            assert (each.timer, each.attempts) == (known.timer, known.attempts)
            known.token, known.wake_at = each.token, self.now + LEASE
        self.held.extend(claimed)

    @precondition(lambda self: self.held)
    @rule(which=WHICH)
    def take(self, which: int) -> None:
        claimed = self.held[which % len(self.held)]
        holds = self.holds(claimed)
        assert self.write(lambda tx: tx.timers.take(claimed)) is holds
        if holds:
            del self.model[claimed.timer.key]

    @precondition(lambda self: self.held)
    @rule(which=WHICH, span=SPANS)
    def postpone(self, which: int, span: timedelta) -> None:
        claimed, until = self.held[which % len(self.held)], self.now + span
        self.settle_if(self.holds(claimed), lambda tx: tx.timers.postpone(claimed, until))
        if self.holds(claimed):
            known = self.model[claimed.timer.key]
            known.wake_at, known.token, known.attempts = until, 0, known.attempts + 1

    @rule()
    def restart(self) -> None:
        """The worker is found dead, and everything it held is free."""
        self.runner.run(put(self.store, lambda tx: tx.workers.remove("desk")))
        for each in (each for each in self.model.values() if each.token):
            each.token, each.wake_at = 0, each.timer.due_at

    @invariant()
    def the_next_is_known(self) -> None:
        due = min((each.wake_at for each in self.model.values()), default=None)
        assert self.runner.run(self.store.next_due()) == due


@dataclass
class ModelItem:
    item: OutboxItem
    wake_at: datetime
    state: str = "waiting"
    token: int = 0
    attempts: int = 0
    letter: str = ""
    revision: int = 0

    def give_back(self, wake_at: datetime) -> None:
        self.token, self.wake_at = 0, wake_at


@dataclass
class Held:
    claimed: ClaimedItem
    revision: int


class Outbox(Machine):
    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, ModelItem] = {}
        self.held: list[Held] = []

    def known(self, held: Held) -> ModelItem | None:
        """The item, if the lease is still this holder's."""
        known = self.model[held.claimed.item.key]
        return known if known.token == held.claimed.token else None

    @rule(key=KEYS, ticket=TICKETS, urgency=st.sampled_from(Urgency), span=SPANS, text=st.sampled_from("xyz"))
    def add(self, key: str, ticket: int, urgency: Urgency, span: timedelta, text: str) -> None:
        purpose = Purpose.CARD if key == "a" else Purpose.PAGE
        new = item(
            key,
            post(key, text, GROUP),
            ticket=ticket,
            urgency=urgency,
            purpose=purpose,
            due_at=self.now + span,
        )
        self.runner.run(put(self.store, lambda tx: tx.outbox.add(new)))
        known = self.model.get(key)
        if known is None:
            self.model[key] = ModelItem(new, new.due_at)
        elif purpose is Purpose.CARD:
            self._newest(known, new)

    def _newest(self, known: ModelItem, new: OutboxItem) -> None:
        if known.state != "waiting":
            known.state, known.letter = "waiting", ""
            known.give_back(new.due_at)
        known.item, known.attempts, known.revision = new, 0, known.revision + 1

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        claimed = self.write(lambda tx: tx.outbox.claim(self.now, limit, LEASE))
        due = [each for each in self.model.values() if each.state == "waiting" and each.wake_at <= self.now]
        due.sort(key=lambda each: (each.item.urgency, each.item.due_at))
        order = [(each.item.urgency, each.item.due_at) for each in claimed]
        assert order == [(each.item.urgency, each.item.due_at) for each in due[:limit]]
        for each in claimed:
            known = self.model[each.item.key]
            assert (each.item, each.attempts, each.letter) == (known.item, known.attempts, known.letter)
            assert each.uncertain is bool(known.letter)
            known.token, known.wake_at = each.token, self.now + LEASE
            self.held.append(Held(each, known.revision))

    @precondition(lambda self: self.held)
    @rule(which=WHICH, letter=KEYS)
    def sending(self, which: int, letter: str) -> None:
        held = self.held[which % len(self.held)]
        known = self.known(held)
        may = known is not None and known.state == "waiting"
        assert self.write(lambda tx: tx.outbox.sending(held.claimed, letter)) is may
        if may and known is not None:
            known.letter = letter

    @precondition(lambda self: self.held)
    @rule(which=WHICH, arrived=st.booleans())
    def settle(self, which: int, arrived: bool) -> None:
        held = self.held[which % len(self.held)]
        known = self.known(held)
        if arrived:
            self.settle_if(known is not None, lambda tx: tx.outbox.sent(held.claimed, RECEIPT, self.now))
        else:
            self.settle_if(known is not None, lambda tx: tx.outbox.dead(held.claimed, "gone", self.now))
        if known is None:
            return
        if known.revision != held.revision:
            known.letter = ""
            known.give_back(known.item.due_at)
        else:
            known.state = "sent" if arrived else "dead"

    @precondition(lambda self: self.held)
    @rule(which=WHICH, span=SPANS, uncertain=st.booleans())
    def postpone(self, which: int, span: timedelta, uncertain: bool) -> None:
        held, until = self.held[which % len(self.held)], self.now + span
        tries = held.claimed.attempts + 1
        known = self.known(held)
        self.settle_if(
            known is not None,
            lambda tx: tx.outbox.postpone(held.claimed, until, uncertain=uncertain, attempts=tries),
        )
        if known is not None:
            known.give_back(until)
            known.attempts = tries
            known.letter = (known.letter or held.claimed.item.key) if uncertain else ""

    @rule(ticket=TICKETS)
    def withdraw(self, ticket: int) -> None:
        self.runner.run(put(self.store, lambda tx: tx.outbox.withdraw(ticket, (Purpose.PAGE,))))
        for each in self.model.values():
            if each.state == "waiting" and (each.item.ticket, each.item.purpose) == (ticket, Purpose.PAGE):
                each.state = "withdrawn"

    @invariant()
    def the_next_is_known(self) -> None:
        due = min((each.wake_at for each in self.model.values() if each.state == "waiting"), default=None)
        assert self.runner.run(self.store.next_due()) == due


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL_IN_CI])
@pytest.mark.parametrize("machine", [Timers, Outbox])
def test_the_store_does_what_its_model_does(
    machine: type[Machine], kind: str, request: pytest.FixtureRequest
) -> None:
    home = homes(kind, request)
    few = settings(max_examples=EXAMPLES[kind], stateful_step_count=25, deadline=None)
    named = type(f"{machine.__name__} on {kind}", (machine,), {"home": staticmethod(home)})
    run_state_machine_as_test(named, settings=few)
