"""The answer to a commit that was made gets lost between PostgreSQL and the worker."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from bot.errors import StoreAway
from bot.ports import Store, Transaction
from storage.postgres.store import open_store

from tests.contract.builders import LEASE, T0, item, put, timer
from tests.contract.places import PostgresHome
from tests.servers.proxy import Proxy, proxy_to

CLAIM = b"Q\x00\x00\x00\x0bCOMMIT\x00"
Away = tuple[Store, Proxy]


@pytest.fixture
async def away(postgres_server: str) -> AsyncIterator[Away]:
    """A store that is reached by way of the proxy."""
    home = await PostgresHome.made(postgres_server)
    where = urlsplit(home.url)
    async with proxy_to(where.hostname or "", where.port or 0) as (proxy, port):
        store = await open_store(home.url.replace(f":{where.port}/", f":{port}/"), worker="w1")
        yield store, proxy
        await store.close()
    await home.remove()


async def _claim(tx: Transaction) -> list[str]:
    timers = await tx.timers.claim(T0, 100, LEASE)
    items = await tx.outbox.claim(T0, 100, LEASE)
    return [*(each.timer.key for each in timers), *(each.item.key for each in items)]


async def test_what_a_claim_took_without_hearing_of_it_is_claimed_again(away: Away) -> None:
    store, proxy = away
    await put(store, lambda tx: tx.timers.set(timer("t1")), lambda tx: tx.outbox.add(item("i1")))
    proxy.lose_answer_to(CLAIM)
    with pytest.raises(StoreAway):
        await store.claim(_claim)

    due = await store.next_due()
    assert due is not None
    assert due <= T0, "it is to be claimed now, not when the lease ends"
    assert await store.claim(_claim) == ["t1", "i1"]
    assert await store.claim(_claim) == []


async def test_a_group_whose_answer_was_lost_is_written_once(away: Away) -> None:
    store, proxy = away
    proxy.lose_answer_to(b"SET commits = commits + 1")
    with pytest.raises(StoreAway):
        await put(store, lambda tx: tx.outbox.add(item("i1")))

    await put(store, lambda tx: tx.outbox.add(item("i1")))
    assert await store.claim(_claim) == ["i1"]
