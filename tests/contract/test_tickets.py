"""Tickets, the snapshots they carry, and their log."""

from datetime import timedelta

import pytest
from bot.errors import Refused, StoreError
from bot.escalation.page import Page
from bot.escalation.policy import Snapshot, Step
from bot.inbound import Address
from bot.policy import Priority
from bot.ports import Store, Transaction
from bot.tickets.conversation import Audience
from bot.tickets.ticket import Card, Event, State, Ticket

from tests.contract.builders import T0, after, event, page, put, ticket


def full_ticket() -> Ticket:
    """Every field that may be None is not."""
    return ticket(
        5,
        state=State.WAITING,
        escalating_since=T0,
        round=3,
        paged=("mei", "lea"),
        first_page_at=after(seconds=1),
        assignee="mei",
        acknowledged_at=after(minutes=2),
        acknowledged_by="mei",
        answered_at=after(minutes=3),
        resolved_at=after(minutes=4),
        waiting_for="the SDK log",
        card=Card(Address("slack", "C1", "17.1"), "17.2"),
        room=Address("slack", "C9"),
        timeline=Card(Address("slack", "C9"), "18.1"),
        merged_into=4,
    )


async def save(store: Store, *tickets: Ticket) -> None:
    await put(store, *(lambda tx, each=each: tx.tickets.save(each) for each in tickets))


async def found(store: Store, **wanted: object) -> list[int]:
    tickets = await store.read(lambda tx: tx.tickets.active(**wanted))  # type: ignore[arg-type]
    return [each.number for each in tickets]


@pytest.mark.parametrize("kept", [ticket(), full_ticket()], ids=["fresh", "full"])
async def test_a_ticket_comes_back_as_it_was(store: Store, kept: Ticket) -> None:
    await save(store, kept)
    assert await store.read(lambda tx: tx.tickets.get(kept.number)) == kept


async def test_saving_again_replaces(store: Store) -> None:
    await save(store, ticket(1), ticket(1, title="room 42"))
    assert (await store.read(lambda tx: tx.tickets.get(1))).title == "room 42"


@pytest.mark.parametrize(
    ("there", "asked", "near"),
    [((), 7, ""), ((1, 5), 4, "T-5"), ((1, 5), 2, "T-1"), ((1, 5), 900, "T-5"), ((8, 9), 1, "T-8")],
)
async def test_an_unknown_number_names_the_nearest(
    store: Store, there: tuple[int, ...], asked: int, near: str
) -> None:
    await save(store, *(ticket(number) for number in there))
    with pytest.raises(Refused) as refused:
        await store.read(lambda tx: tx.tickets.get(asked))
    assert refused.value.key == "unknown_ticket"
    assert refused.value.words == {"ticket": f"T-{asked}", "near": near}


async def test_active_are_the_most_urgent_first_then_the_oldest(store: Store) -> None:
    await save(
        store,
        ticket(1, priority=Priority.P2),
        ticket(2, priority=Priority.P0, opened_at=after(hours=1)),
        ticket(3, priority=Priority.P0),
        ticket(4, state=State.RESOLVED),
        ticket(5, state=State.WAITING, priority=Priority.P1, customer="globex"),
        ticket(6, state=State.MERGED),
        ticket(7, state=State.DISCARDED),
        ticket(8, state=State.CLOSED),
    )
    assert await found(store) == [3, 2, 5, 1]
    assert await found(store, limit=2) == [3, 2]
    assert await found(store, customer="globex") == [5]
    assert await found(store, customer="nobody") == []


async def test_tickets_of_a_conversation_are_the_newest_first_whatever_their_state(store: Store) -> None:
    elsewhere = Address("telegram", "C1")
    threaded = Address("slack", "C1", "17.1")
    await save(store, ticket(1), ticket(2, home=elsewhere), ticket(3, home=threaded, state=State.CLOSED))
    tickets = await store.read(lambda tx: tx.tickets.of_conversation("slack", "C1"))
    assert [each.number for each in tickets] == [3, 1]


async def test_a_ticket_that_moved_is_found_in_its_new_home_only(store: Store) -> None:
    await save(store, ticket(1), ticket(1, home=Address("slack", "C2")))
    assert await store.read(lambda tx: tx.tickets.of_conversation("slack", "C1")) == ()
    assert len(await store.read(lambda tx: tx.tickets.of_conversation("slack", "C2"))) == 1


async def test_assigned_are_the_active_ones_newest_first(store: Store) -> None:
    await save(
        store,
        ticket(1, assignee="mei", state=State.ACKNOWLEDGED),
        ticket(2, assignee="lea", state=State.ACKNOWLEDGED),
        ticket(3, assignee="mei", state=State.WAITING),
        ticket(4, assignee="mei", state=State.RESOLVED),
    )
    tickets = await store.read(lambda tx: tx.tickets.assigned("mei"))
    assert [each.number for each in tickets] == [3, 1]


async def paged(store: Store, *pages: Page) -> None:
    await put(store, *(lambda tx, each=each: tx.pages.add(each) for each in pages))


async def last_paged(store: Store, engineer: str) -> int | None:
    last = await store.read(lambda tx: tx.tickets.last_paged(engineer))
    return last.number if last else None


async def test_last_paged_is_the_untaken_one_of_the_newest_page(store: Store) -> None:
    await save(store, ticket(1), ticket(2), ticket(3, state=State.ACKNOWLEDGED))
    await paged(
        store,
        page("a", ticket=2, created_at=after(minutes=1)),
        page("b", ticket=1, created_at=after(minutes=2)),
        page("c", ticket=3, created_at=after(minutes=3)),
        page("d", ticket=2, created_at=after(minutes=4), engineer="lea"),
    )
    assert await last_paged(store, "mei") == 1
    assert await last_paged(store, "nobody") is None


async def test_last_paged_is_the_newest_page_when_everything_is_taken(store: Store) -> None:
    await save(store, ticket(1, state=State.RESOLVED), ticket(2, state=State.CLOSED))
    await paged(store, page("a", ticket=2), page("b", ticket=1, created_at=after(minutes=1)))
    assert await last_paged(store, "mei") == 1


async def test_opened_between_goes_by_the_customers_time_and_excludes_the_end(store: Store) -> None:
    early, late = after(hours=-1), after(hours=1)
    await save(
        store,
        ticket(1, opened_at=late),
        ticket(2, opened_at=early),
        ticket(3, opened_at=T0, received_at=after(days=3)),
        ticket(4, opened_at=late - timedelta(microseconds=1)),
        ticket(5, opened_at=early - timedelta(microseconds=1)),
    )
    tickets = await store.read(lambda tx: tx.tickets.opened_between(early, late))
    assert [each.number for each in tickets] == [2, 3, 4]


def snapshot(minutes: int = 15) -> Snapshot:
    standing = {name: None for name in Snapshot.__dataclass_fields__}
    promised = timedelta(minutes=minutes)
    known = {
        "priority": Priority.P0,
        "respond_within": promised,
        "schedule": "global",
        "steps": (Step(timedelta(0), ("architect", "lead")), Step(timedelta(seconds=90), ("tier:lead",))),
        "widen": ("awake",),
        "all_means_at_once": True,
        "incident": True,
        "quiet": True,
    }
    spans = {name: promised for name, value in standing.items() if value is None and name not in known}
    return Snapshot(**{**spans, **known})  # type: ignore[arg-type]


async def test_a_snapshot_comes_back_as_it_was(store: Store) -> None:
    kept = snapshot()
    await put(store, lambda tx: tx.tickets.keep_snapshot(kept.name, kept))
    assert await store.read(lambda tx: tx.tickets.snapshot(kept.name)) == kept


async def test_keeping_a_snapshot_again_changes_nothing(store: Store) -> None:
    await put(
        store,
        lambda tx: tx.tickets.keep_snapshot("one", snapshot(15)),
        lambda tx: tx.tickets.keep_snapshot("one", snapshot(30)),
    )
    assert await store.read(lambda tx: tx.tickets.snapshot("one")) == snapshot(15)


async def test_a_snapshot_that_was_never_kept_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="never"):
        await store.read(lambda tx: tx.tickets.snapshot("never"))


async def test_the_log_is_in_the_order_of_writing(store: Store) -> None:
    """Also where all of it happened at the same instant."""
    first, second = event(1, "opened", text="hi"), event(1, "paged", people=["mei"], round=1)
    await put(store, lambda tx: tx.events.add(first), lambda tx: tx.events.add(event(2)))
    await put(store, lambda tx: tx.events.add(second))
    assert await store.read(lambda tx: tx.events.of(1)) == (first, second)
    assert await store.read(lambda tx: tx.events.of(9)) == ()


async def test_the_newest_of_a_log(store: Store) -> None:
    """Of what each audience reads, and of all lines; of no other ticket."""
    kinds = ("opened", "paged", "message", "paged", "note", "paged", "replied", "said", "paged")
    log = [event(1, kind, text=str(number)) for number, kind in enumerate(kinds)]
    await put(store, *(lambda tx, each=each: tx.events.add(each) for each in (*log, event(2))))
    inside = [each for each in log if each.kind != "paged"]
    outside = [each for each in inside if each.kind not in ("note", "said")]
    for limit in (1, 2, 3, 9):

        async def newest(tx: Transaction, limit: int = limit) -> list[tuple[Event, ...]]:
            talks = [await tx.events.talk(1, each, limit) for each in Audience]
            return [*talks, await tx.events.latest(1, limit)]

        expected = [outside[-limit:], inside[-limit:], log[: -limit - 1 : -1]]
        assert await store.read(newest) == [tuple(each) for each in expected]
    assert await store.read(lambda tx: tx.events.count(1)) == len(log)
    assert await store.read(lambda tx: tx.events.count(9)) == 0


async def test_that_there_is_no_news_takes_one_line_of_a_conversation(store: Store) -> None:
    kinds = ("opened", *["customer_updated"] * 9, "message", *["customer_updated"] * 9)
    log = [event(1, kind, text=str(number)) for number, kind in enumerate(kinds)]
    await put(store, *(lambda tx, each=each: tx.events.add(each) for each in log))
    said = await store.read(lambda tx: tx.events.talk(1, Audience.CUSTOMERS, 3))
    assert said == (log[9], log[10], log[-1])
    assert await store.read(lambda tx: tx.events.talk(1, Audience.ENGINEERS, 3)) == (log[0], log[10])


async def test_a_unit_reads_its_own_log(store: Store) -> None:
    async def unit(tx: Transaction) -> int:
        tx.events.add(event(1))
        return len(await tx.events.of(1))

    assert await store.write(unit) == 1
