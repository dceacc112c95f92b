"""Promises kept and broken, and how long customers waited for us. Pure: tickets in, figures out.

What counts, and what does not:

1. A promise is a clock of a ticket. It is broken when it was breached or met late, and also when it is past
   due at the report's instant though nobody has recorded that yet (the desk was down). It is open while it
   can still be kept. A cancelled one is not counted, unless it was broken before: a broken promise stays one.
2. Merged and discarded tickets are not counted; `left_out` says how many there were.
3. Time spent waiting for the customer is not counted against us: clocks pause meanwhile, and the time to the
   first human answer is the time its response clock ran.
4. Waits begin at the customer's own timestamp. A page sooner than that (clocks differ) took no time.
5. A ticket that was reopened makes a new response promise; its waits are those of the first time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.reports.spread import Spread
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket

NO_TIME = timedelta(0)
NOT_COUNTED = frozenset({State.MERGED, State.DISCARDED})


class By(StrEnum):
    """What tickets are grouped by. The engineer is who has the ticket, else who acknowledged it first."""

    CUSTOMER = "customer"
    PRIORITY = "priority"
    ENGINEER = "engineer"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Promises:
    kept: int
    broken: int
    open: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One group of tickets; `name` is None for those that no engineer has had."""

    name: str | None
    tickets: int
    promises: Mapping[ClockKind, Promises]
    first_page: Spread
    acknowledged: Spread
    answered: Spread


@dataclass(frozen=True, slots=True)
class SlaReport:
    """Tickets by the customer's own time in [start, end), as they stood at `at`; instants are UTC."""

    start: datetime
    end: datetime
    at: datetime
    by: By | None
    total: Figures
    groups: tuple[Figures, ...]
    left_out: int

    @property
    def is_empty(self) -> bool:
        return self.total.tickets == 0


def sla_report(
    tickets: Iterable[Ticket], start: datetime, end: datetime, at: datetime, by: By | None = None
) -> SlaReport:
    """`tickets` are those of [start, end). Groups come by name, nobody's last; none without `by`."""
    found = list(tickets)
    counted = [ticket for ticket in found if ticket.state not in NOT_COUNTED]
    groups: dict[str | None, list[Ticket]] = {}
    for ticket in counted if by else ():
        groups.setdefault(_KEYS[by](ticket), []).append(ticket)  # type: ignore[index] # there is one
    names = sorted(groups, key=lambda name: (name is None, name or ""))
    return SlaReport(
        start=start,
        end=end,
        at=at,
        by=by,
        total=_figures(None, counted, at),
        groups=tuple(_figures(name, groups[name], at) for name in names),
        left_out=len(found) - len(counted),
    )


_KEYS: dict[By, Callable[[Ticket], str | None]] = {
    By.CUSTOMER: lambda ticket: ticket.customer,
    By.PRIORITY: lambda ticket: ticket.priority.value,
    By.ENGINEER: lambda ticket: ticket.assignee or ticket.acknowledged_by,
    By.CHANNEL: lambda ticket: ticket.home.channel,
}


def _figures(name: str | None, tickets: Sequence[Ticket], at: datetime) -> Figures:
    return Figures(
        name=name,
        tickets=len(tickets),
        promises={kind: _promises(kind, tickets, at) for kind in ClockKind},
        first_page=_spread(_until_paged(ticket, at) for ticket in tickets),
        acknowledged=_spread(_until_acknowledged(ticket, at) for ticket in tickets),
        answered=_spread(_until_answered(ticket, at) for ticket in tickets),
    )


class Fate(StrEnum):
    """How a promise stands, by rule 1 of this module."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    CANCELLED = "cancelled"


def _promises(kind: ClockKind, tickets: Sequence[Ticket], at: datetime) -> Promises:
    clocks = (clock for ticket in tickets for clock in ticket.clocks if clock.kind is kind)
    fates = Counter(fate(clock, at) for clock in clocks)
    return Promises(fates[Fate.KEPT], fates[Fate.BROKEN], fates[Fate.OPEN])


def fate(clock: SlaClock, at: datetime) -> Fate:
    if clock.kept is not None:
        return Fate.KEPT if clock.kept else Fate.BROKEN
    if clock.cancelled_at is not None:
        return Fate.CANCELLED
    return Fate.BROKEN if clock.is_running and clock.due_at < at else Fate.OPEN


@dataclass(frozen=True, slots=True)
class _Wait:
    """It took that long; or it has lasted that long so far; or, with neither, nobody waits."""

    took: timedelta | None = None
    so_far: timedelta | None = None


def _spread(waits: Iterable[_Wait]) -> Spread:
    known = list(waits)
    took = (wait.took for wait in known if wait.took is not None)
    so_far = (wait.so_far for wait in known if wait.so_far is not None)
    return Spread.of(took, so_far)


def _until_paged(ticket: Ticket, at: datetime) -> _Wait:
    return _until(ticket.first_page_at, ticket, at)


def _until_acknowledged(ticket: Ticket, at: datetime) -> _Wait:
    return _until(ticket.acknowledged_at, ticket, at)


def _until(happened_at: datetime | None, ticket: Ticket, at: datetime) -> _Wait:
    if happened_at is not None:
        return _Wait(took=_since(ticket.opened_at, happened_at))
    # Somebody who answered before anybody was paged left nothing to page for.
    return _Wait(so_far=_since(ticket.opened_at, at)) if ticket.is_untaken else _Wait()


def _until_answered(ticket: Ticket, at: datetime) -> _Wait:
    clocks = [clock for clock in ticket.clocks if clock.kind is ClockKind.RESPONSE]
    met = next((clock for clock in clocks if clock.met_at is not None), None)
    if met is not None and met.met_at is not None:
        return _Wait(took=_since(met.started_at + met.paused_for, met.met_at))
    running = next((clock for clock in clocks if clock.is_running), None)
    return _Wait(so_far=_since(running.started_at + running.paused_for, at)) if running else _Wait()


def _since(start: datetime, end: datetime) -> timedelta:
    return max(end - start, NO_TIME)
