"""The open tickets in the order in which they fall due, what is counted of them, and the log as it grows."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bot.policy import Priority
from bot.ports import Store
from bot.tickets.board import Spot, Wanted, spot_of
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.builders import T0, after, event, put, saving, ticket


def due_in(*minutes: float) -> tuple[SlaClock, ...]:
    """Running clocks that fall due so many minutes after T0."""
    kinds = (ClockKind.RESPONSE, ClockKind.UPDATE, ClockKind.PLAN)
    return tuple(
        SlaClock(kind, T0, timedelta(minutes=each)) for kind, each in zip(kinds, minutes, strict=False)
    )


def done() -> tuple[SlaClock, ...]:
    """One that fell due first and was kept, and one that is paused."""
    met, paused = due_in(1, 2)
    return (replace(met, met_at=after(seconds=30)), replace(paused, paused_at=after(seconds=30)))


async def board(store: Store, *, after: Spot | None = None, limit: int = 100, **wanted: Any) -> list[int]:
    found = await store.read(lambda tx: tx.tickets.board(Wanted(**wanted), after=after, limit=limit))
    return [each.number for each in found]


async def fill(store: Store) -> None:
    await put(
        store,
        saving(1, clocks=due_in(30), title="Video is black"),
        saving(2, clocks=due_in(20, 10), customer="globex", priority=Priority.P0),
        saving(3, clocks=(*done(), *due_in(15)), assignee="eve", state=State.ACKNOWLEDGED),
        saving(4, clocks=done(), state=State.WAITING, assignee="leo", title="Ärger auf der Straße \ud83d"),
        saving(5, clocks=due_in(30), title='100% of users_a lost "sound"!'),
        saving(6, clocks=due_in(-5), title="Late"),
        saving(7, clocks=due_in(1), state=State.RESOLVED),
        saving(8, clocks=(), title="No clock"),
    )


async def test_by_the_nearest_running_clock(store: Store) -> None:
    """None comes last; of two at the same time the older number first; what is over is not there."""
    await fill(store)
    assert await board(store) == [6, 2, 3, 1, 5, 4, 8]


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_page_by_page(store: Store, size: int) -> None:
    await fill(store)
    seen: list[int] = []
    spot: Spot | None = None
    while page := await board(store, after=spot, limit=size):
        seen += page
        last = page[-1]
        assert len(seen) <= 7
        spot = spot_of(await store.read(lambda tx, last=last: tx.tickets.get(last)))  # type: ignore[misc]
    assert seen == [6, 2, 3, 1, 5, 4, 8]


async def test_a_place_stays_though_its_ticket_is_gone(store: Store) -> None:
    await fill(store)
    spot = spot_of(await store.read(lambda tx: tx.tickets.get(3)))
    await put(
        store, saving(3, state=State.CLOSED), saving(9, clocks=due_in(12)), saving(10, clocks=due_in(16))
    )
    assert await board(store, after=spot) == [10, 1, 5, 4, 8]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"customer": "globex"}, [2]),
        ({"customer": "glob"}, []),
        ({"assignee": "eve"}, [3]),
        ({"assignee": "eve", "customer": "globex"}, []),
        ({"priority": Priority.P0}, [2]),
        ({"priority": Priority.P3}, []),
        ({"untaken": True}, [6, 2, 1, 5, 8]),
        ({"words": "BLACK in ROOM"}, [6, 2, 3, 1, 5, 4, 8]),
        ({"words": "  100%  "}, [5]),
        ({"words": "100_"}, []),
        ({"words": "users_a"}, [5]),
        ({"words": "users%lost"}, []),
        ({"words": "usersXa"}, []),
        ({"words": '"sound"!'}, [5]),
        ({"words": "!"}, [5]),
        ({"words": "\\"}, []),
        ({"words": "%"}, [5]),
        ({"words": "late", "untaken": True}, [6]),
        ({"words": "ärger  AUF der strasse"}, [4]),
        ({"words": "strasse ÄRGER"}, [4]),
        ({"words": "lost  video 100%"}, [5]),
        ({"words": "100% auf"}, []),
        ({"words": "100% of lost sound nowhere"}, []),
        ({"words": "100% of lost sound black nowhere"}, [5]),
        ({"words": "\ud83d"}, [4]),
        ({"words": "title"}, []),
        ({"words": "opened_at"}, []),
        ({"words": "GLOBEX"}, [2]),
    ],
)
async def test_only_what_is_wanted(store: Store, wanted: dict[str, Any], found: list[int]) -> None:
    await fill(store)
    assert await board(store, **wanted) == found


@pytest.mark.parametrize(
    ("minutes", "late"), [(-5, []), (-4, [6]), (10, [6]), (10.1, [6, 2]), (10**6, [6, 2, 3, 1, 5])]
)
async def test_what_is_late(store: Store, minutes: float, late: list[int]) -> None:
    """As it is counted."""
    await fill(store)
    assert await board(store, late_at=after(minutes=minutes)) == late


async def over(store: Store, *, back: int = 100, limit: int = 100, **wanted: Any) -> list[int]:
    found = await store.read(lambda tx: tx.tickets.finished(Wanted(**wanted), back=back, limit=limit))
    return [each.number for each in found]


async def test_what_is_over(store: Store) -> None:
    assert await over(store) == []
    await fill(store)
    await put(
        store,
        saving(9, state=State.MERGED, customer="globex"),
        saving(10, state=State.CLOSED, title="Ärger am Tor"),
        saving(12, state=State.DISCARDED),
    )
    assert await over(store) == [12, 10, 9, 7]
    assert await over(store, limit=2) == [12, 10]
    assert await over(store, words="ÄRGER am") == [10]
    assert await over(store, customer="globex") == [9]
    assert await over(store, untaken=True) == []
    assert [await over(store, back=back) for back in (0, 1, 2, 3, 5, 6)] == [
        [],
        [12],
        [12],
        [12, 10],
        [12, 10, 9],
        [12, 10, 9, 7],
    ]


async def test_counts(store: Store) -> None:
    assert await store.read(lambda tx: tx.tickets.counts()) == {}
    await fill(store)
    assert await store.read(lambda tx: tx.tickets.counts()) == {Priority.P0: 1, Priority.P1: 6}


@pytest.mark.parametrize(("minutes", "late"), [(-6, 0), (-5, 0), (-4, 1), (10, 1), (10.1, 2), (10**6, 5)])
async def test_overdue(store: Store, minutes: float, late: int) -> None:
    await fill(store)
    assert await store.read(lambda tx: tx.tickets.overdue(after(minutes=minutes))) == late


async def test_a_company_s_tickets_newest_first(store: Store) -> None:
    await fill(store)

    async def theirs(customer: str, **given: int) -> list[int]:
        found = await store.read(lambda tx: tx.tickets.of_customer(customer, **given))
        return [each.number for each in found]

    assert await theirs("acme") == [8, 7, 6, 5, 4, 3, 1]
    assert await theirs("acme", before=5) == [4, 3, 1]
    assert await theirs("acme", before=5, limit=2) == [4, 3]
    assert await theirs("acme", before=1) == []
    assert (await theirs("globex"), await theirs("glob"), await theirs("")) == ([2], [], [])


async def test_the_log_beyond_a_line(store: Store) -> None:
    assert await store.read(lambda tx: tx.events.newest()) == 0
    await fill(store)
    await put(store, lambda tx: tx.events.add(event(1)), lambda tx: tx.events.add(event(2)))
    first = await store.read(lambda tx: tx.events.newest())
    assert await store.read(lambda tx: tx.events.beyond(first)) == ()
    await put(store, lambda tx: tx.events.add(event(2)), lambda tx: tx.events.add(event(7)))
    lines = await store.read(lambda tx: tx.events.beyond(first))
    assert [line[1:] for line in lines] == [(2, "globex"), (7, "acme")]
    assert [line[0] for line in lines] == sorted({line[0] for line in lines})
    assert lines[-1][0] == await store.read(lambda tx: tx.events.newest())
    assert await store.read(lambda tx: tx.events.beyond(first, limit=1)) == lines[:1]


CLOCKS = st.lists(st.integers(-60, 600), max_size=3)
KEEP = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@KEEP
@given(
    made=st.lists(st.tuples(CLOCKS, st.sampled_from(State)), min_size=1, max_size=12), size=st.integers(1, 5)
)
async def test_any_board_in_any_pages(store: Store, made: list[tuple[list[int], State]], size: int) -> None:
    tickets = [ticket(n, clocks=due_in(*minutes), state=state) for n, (minutes, state) in enumerate(made, 1)]
    await put(store, *(lambda tx, each=each: tx.tickets.save(each) for each in tickets))
    await put(store, *(saving(n, state=State.CLOSED) for n in range(len(tickets) + 1, 13)))
    seen: list[Ticket] = []
    while True:
        spot = spot_of(seen[-1]) if seen else None
        page = await store.read(lambda tx, spot=spot: tx.tickets.board(Wanted(), after=spot, limit=size))  # type: ignore[misc]
        if not page:
            break
        seen += page
        assert len(seen) <= len(made)
    active = sorted(
        (each for each in tickets if each.is_active), key=lambda each: (spot_of(each).due_at, each.number)
    )
    assert [each.number for each in seen] == [each.number for each in active]
    counts = await store.read(lambda tx: tx.tickets.counts())
    assert counts == Counter(each.priority for each in active)
