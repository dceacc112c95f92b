"""What counts as kept, broken and waited for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

from bot.inbound import Address
from bot.policy import Priority
from bot.reports.sla import By, Figures, Promises, SlaReport, sla_report
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.reports.builders import NOON, after, clock, minutes, taken, ticket

RESPONSE, PLAN, UPDATE = ClockKind


def report(tickets: Iterable[Ticket], at: float = 60, by: By | None = None) -> SlaReport:
    return sla_report(tickets, NOON, after(24 * 60), after(at), by)


def response(*clocks: SlaClock, at: float = 60) -> Promises:
    return report([ticket(1, clocks)], at).total.promises[RESPONSE]


def test_a_promise_met_in_time_is_kept_and_one_met_late_is_broken() -> None:
    assert response(clock().meet(after(15))) == Promises(kept=1, broken=0, open=0)
    assert response(clock().meet(after(15.1))) == Promises(kept=0, broken=1, open=0)


def test_an_open_promise_stands_apart_until_it_is_past_due() -> None:
    assert response(clock(), at=15) == Promises(0, 0, 1)
    assert response(clock(), at=15.1) == Promises(0, 1, 0), "broken, even if a dead desk recorded nothing"


def test_a_paused_promise_is_open_however_late_it_is() -> None:
    assert response(clock().pause(after(10)), at=600) == Promises(0, 0, 1)


def test_waiting_for_the_customer_is_not_counted_against_us() -> None:
    waited = clock().pause(after(5)).resume(after(65)).meet(after(70))
    found = report([ticket(1, [waited])]).total
    assert found.promises[RESPONSE] == Promises(1, 0, 0)
    assert found.answered.max == minutes(10)


def test_a_cancelled_promise_is_not_counted_unless_it_was_broken_before() -> None:
    assert response(clock().cancel(after(20))) == Promises(0, 0, 0)
    assert response(clock().told(100, after(15)).cancel(after(20))) == Promises(0, 1, 0)


def test_each_clock_is_counted_by_itself() -> None:
    clocks = [
        clock().meet(after(5)),
        clock(PLAN, within=120),
        clock(UPDATE).meet(after(10)),
        clock(UPDATE, start=10).meet(after(40)),
        clock(UPDATE, start=50),
    ]
    found = report([ticket(1, clocks)], at=60).total.promises
    assert found == {RESPONSE: Promises(1, 0, 0), PLAN: Promises(0, 0, 1), UPDATE: Promises(1, 1, 1)}


def test_merged_and_withdrawn_tickets_are_told_but_not_counted() -> None:
    others = [ticket(2, [clock()], state=State.MERGED), ticket(3, [clock()], state=State.DISCARDED)]
    found = report([taken(1, "mei", 5, [clock()]), *others])
    assert (found.total.tickets, found.left_out) == (1, 2)
    assert found.total.promises[RESPONSE] == Promises(1, 0, 0)
    assert found.total.first_page.waiting == 0


def test_waits_run_from_the_customers_own_timestamp() -> None:
    found = report([taken(1, "mei", 5, [clock()]), taken(2, "jun", 9, [clock()])]).total
    assert (found.first_page.max, found.acknowledged.p50, found.answered.max) == (
        minutes(1),
        minutes(5),
        minutes(9),
    )


def test_who_still_waits_is_counted_beside_the_figures() -> None:
    found = report([taken(1, "mei", 5, [clock()]), ticket(2, [clock()])], at=60).total
    for spread in (found.first_page, found.acknowledged, found.answered):
        assert (spread.count, spread.waiting, spread.longest) == (1, 1, minutes(60))


def test_a_ticket_answered_before_anybody_was_paged_waits_for_no_page() -> None:
    found = report([replace(taken(1, "mei", 1, [clock()]), first_page_at=None)]).total
    assert (found.first_page.count, found.first_page.waiting) == (0, 0)


def test_acknowledged_is_not_answered() -> None:
    acknowledged = replace(ticket(1, [clock()], state=State.ACKNOWLEDGED), acknowledged_at=after(3))
    found = report([acknowledged], at=10).total
    assert (found.acknowledged.count, found.answered.count, found.answered.longest) == (1, 0, minutes(10))


def test_a_reopened_ticket_promises_anew_but_was_first_answered_when_it_was() -> None:
    again = replace(
        taken(1, "mei", 5, [clock()]).starting(clock(start=100)), state=State.REOPENED, answered_at=None
    )
    found = report([again], at=110).total
    assert found.promises[RESPONSE] == Promises(1, 0, 1)
    assert (found.answered.count, found.answered.max, found.answered.waiting) == (1, minutes(5), 0)


def test_a_page_before_the_customers_timestamp_took_no_time() -> None:
    early = replace(ticket(1), first_page_at=after(-1))
    assert report([early]).total.first_page.max == timedelta(0)


def test_groups() -> None:
    tickets = [
        taken(1, "mei", 5),
        replace(taken(2, "jun", 5), assignee=None),
        replace(ticket(3, customer="zeta", priority=Priority.P3), home=Address("telegram", "-1")),
    ]
    names = {by: [group.name for group in report(tickets, by=by).groups] for by in By}
    assert names == {
        By.CUSTOMER: ["acme", "zeta"],
        By.PRIORITY: ["P0", "P3"],
        By.ENGINEER: ["jun", "mei", None],
        By.CHANNEL: ["slack", "telegram"],
    }
    assert report(tickets).groups == ()


def test_of_no_tickets_it_says_so() -> None:
    assert report([], by=By.CUSTOMER).is_empty
    assert report([ticket(1, state=State.MERGED)]).is_empty
    assert not report([ticket(1)]).is_empty


@st.composite
def some_clock(draw: st.DrawFn) -> SlaClock:
    kind = draw(st.sampled_from(ClockKind))
    started = clock(kind, within=draw(st.integers(1, 100)), start=draw(st.integers(0, 100)))
    at = st.integers(100, 400).map(after)
    steps = {
        "running": lambda: started,
        "met": lambda: started.meet(draw(at)),
        "paused": lambda: started.pause(draw(at)),
        "cancelled": lambda: started.cancel(draw(at)),
        "breached": lambda: started.told(100, started.due_at),
        "resumed": lambda: started.pause(after(100)).resume(draw(at)),
    }
    return steps[draw(st.sampled_from(sorted(steps)))]()


@st.composite
def some_ticket(draw: st.DrawFn) -> Ticket:
    moment = st.none() | st.integers(0, 500).map(after)
    return replace(
        ticket(draw(st.integers(1, 99)), draw(st.lists(some_clock(), max_size=4))),
        state=draw(st.sampled_from(State)),
        customer=draw(st.sampled_from(["acme", "zeta"])),
        priority=draw(st.sampled_from(Priority)),
        assignee=draw(st.none() | st.sampled_from(["mei", "jun"])),
        first_page_at=draw(moment),
        acknowledged_at=draw(moment),
    )


def added(groups: Iterable[Figures]) -> dict[str, int]:
    found = list(groups)
    sums = {
        f"{kind.value} {fate}": sum(getattr(group.promises[kind], fate) for group in found)
        for kind in ClockKind
        for fate in ("kept", "broken", "open")
    }
    for name in ("first_page", "acknowledged", "answered"):
        sums[f"{name} count"] = sum(getattr(group, name).count for group in found)
        sums[f"{name} waiting"] = sum(getattr(group, name).waiting for group in found)
    return {**sums, "tickets": sum(group.tickets for group in found)}


@given(st.lists(some_ticket(), max_size=12), st.sampled_from(By), st.randoms())
def test_groups_add_up_to_the_whole_in_any_order(tickets: list[Ticket], by: By, random: Random) -> None:
    found = report(tickets, at=450, by=by)
    assert added(found.groups) == added([found.total])
    assert found.total.tickets + found.left_out == len(tickets)
    shuffled = random.sample(tickets, len(tickets))
    assert report(shuffled, at=450, by=by) == found


@given(st.lists(some_ticket(), max_size=8))
def test_every_promise_of_a_counted_ticket_is_exactly_one_of_three_or_was_cancelled(
    tickets: list[Ticket],
) -> None:
    found = report(tickets, at=450)
    counted = [each for each in tickets if each.state not in (State.MERGED, State.DISCARDED)]
    for kind in ClockKind:
        clocks = [each for ticket in counted for each in ticket.clocks if each.kind is kind]
        cancelled = [each for each in clocks if each.cancelled_at and each.breached_at is None]
        promises = found.total.promises[kind]
        assert promises.kept + promises.broken + promises.open == len(clocks) - len(cancelled)
