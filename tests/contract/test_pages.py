"""The record of pages."""

from dataclasses import replace

from bot.escalation.page import Page
from bot.ports import Store

from tests.contract.builders import T0, after, page, put


async def of(store: Store, ticket: int = 1) -> tuple[Page, ...]:
    return await store.read(lambda tx: tx.pages.of(ticket))


async def test_pages_of_a_ticket_are_the_oldest_first(store: Store) -> None:
    second, first, other = page("a", created_at=after(minutes=1)), page("b"), page("c", ticket=2)
    await put(store, *(lambda tx, each=each: tx.pages.add(each) for each in (second, first, other)))
    assert await of(store) == (first, second)


async def test_the_newest_pages_of_a_ticket_are_the_newest_first(store: Store) -> None:
    first, second = page("a"), page("b", created_at=after(minutes=1))
    third, other = page("c", created_at=after(minutes=1)), page("d", ticket=2, created_at=after(minutes=2))
    await put(store, *(lambda tx, each=each: tx.pages.add(each) for each in (third, first, other, second)))
    assert await store.read(lambda tx: tx.pages.newest(1, 2)) == (third, second)
    assert await store.read(lambda tx: tx.pages.newest(1, 9)) == (third, second, first)
    assert await store.read(lambda tx: tx.pages.newest(3, 9)) == ()


async def test_pages_are_counted(store: Store) -> None:
    await put(store, *(lambda tx, each=each: tx.pages.add(page(each)) for each in "ab"))
    assert await store.read(lambda tx: tx.pages.count(1)) == 2
    assert await store.read(lambda tx: tx.pages.count(2)) == 0


async def test_the_same_page_again_changes_nothing(store: Store) -> None:
    await put(store, lambda tx: tx.pages.add(page()))
    await put(store, lambda tx: tx.pages.add(page(created_at=after(hours=1), engineer="lea")))
    assert await of(store) == (page(),)


async def test_a_page_is_delivered_once(store: Store) -> None:
    await put(store, lambda tx: tx.pages.add(page()), lambda tx: tx.pages.delivered("page:1", T0))
    await put(store, lambda tx: tx.pages.delivered("page:1", after(hours=1)))
    assert await of(store) == (replace(page(), delivered_at=T0),)


async def test_a_page_that_failed_says_why(store: Store) -> None:
    await put(store, lambda tx: tx.pages.add(page()), lambda tx: tx.pages.failed("page:1", "blocked", T0))
    assert await of(store) == (replace(page(), failed_at=T0, reason="blocked"),)


async def test_a_page_that_was_given_up_and_arrived_all_the_same(store: Store) -> None:
    await put(store, lambda tx: tx.pages.add(page()))
    await put(store, lambda tx: tx.pages.failed("page:1", "an answering machine", T0))
    await put(store, lambda tx: tx.pages.delivered("page:1", after(minutes=1)))
    (found,) = await store.read(lambda tx: tx.pages.of(page().ticket))
    assert (found.delivered_at, found.failed_at, found.reason) == (after(minutes=1), None, None)
