"""Very many of everything: customers, tickets that wait for somebody, timers that lie in the future."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial

from bot.bench.ground import CHANNEL, SLACK, Customers, Swallower, customer_of, engineer, people
from bot.bench.place import Place, tell
from bot.bench.progress import Stages
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import MessagePosted
from bot.messages.catalogue import Catalogue
from bot.policy import Policy
from bot.ports import Store, Transaction
from bot.work import House
from storage.encoding import to_micros
from storage.session import Driver

AT_ONCE = 64
CHUNK = 100_000
FAR = timedelta(days=30)
FIRST = 100_000_000
"""The tickets of timers that only lie there begin with this number: none is opened so far up."""
_ESCALATIONS = ("critical", "urgent", "normal", "quiet")
_MODEL = 0
_CUSTOMERS = """
INSERT INTO customers (id, body, identities)
SELECT replace(id, :model, lpad(CAST(n AS TEXT), 7, '0')),
       replace(body, :model, lpad(CAST(n AS TEXT), 7, '0')),
       replace(identities, :model, lpad(CAST(n AS TEXT), 7, '0'))
FROM customers CROSS JOIN generate_series(1, CAST(:last AS BIGINT)) AS numbers(n)
"""
_IDENTITIES = """
INSERT INTO identities (kind, value, customer)
SELECT kind, replace(value, :model, lpad(CAST(n AS TEXT), 7, '0')),
       replace(customer, :model, lpad(CAST(n AS TEXT), 7, '0'))
FROM identities CROSS JOIN generate_series(1, CAST(:last AS BIGINT)) AS numbers(n)
"""
_TIMERS = """
INSERT INTO timers (key, kind, ticket, due_at, wake_at, token, attempts, data)
SELECT CAST(:prefix AS TEXT) || n, 'clock', n, :due + n * :apart, :due + n * :apart, 0, 0,
       '{{"clock":"response"}}'
FROM {numbers}
"""
_NUMBERS_HERE = """(
    WITH RECURSIVE every(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM every WHERE n < :last)
    SELECT n FROM every
) AS numbers"""
_NUMBERS_SHARED = "generate_series(CAST(:first AS BIGINT), CAST(:last AS BIGINT)) AS numbers(n)"
_PUT = """
UPDATE timers SET due_at = :due + ticket * :apart, wake_at = :due + ticket * :apart WHERE kind = 'escalate'
"""


@lru_cache(maxsize=1)
def storm_house(engineers: int) -> House:
    """A desk of many engineers, each of whom is paged for customers of their own."""
    more = [engineer(_engineer_of(number, engineers), "support") for number in range(engineers)]
    steps = {name: {"steps": [["tam"]] * 4} for name in _ESCALATIONS}
    known = people()
    everybody = [*known["engineers"], *more]
    policy = Policy.model_validate({**known, "engineers": everybody, "escalation": steps})
    return House.build(policy, Catalogue.load(), {CHANNEL: SLACK})


def _engineer_of(customer: int, engineers: int) -> str:
    return f"e{customer % engineers:04}"


async def untaken(place: Place, tickets: int, engineers: int, stages: Stages) -> None:
    """Open so many tickets, with the receipts sent and the escalations put off to far in the future."""
    clock, home, store = SystemClock(), storm_house(engineers), await place.open("bench")
    customers, bar = Customers(tickets), stages.stage("tickets to be paged for", tickets)
    await _introduce(store, tickets, engineers)
    desk = Desk(store, clock, home, bar.advance)
    waiting = (customers.message(number, clock.now()) for number in range(tickets))
    await asyncio.gather(*(_bring(desk, waiting) for _ in range(AT_ONCE)))
    async with place.beside() as beside:
        await put_escalations(beside, clock.now() + FAR)
        await Engine(store, clock, home, {CHANNEL: Swallower()}, asyncio.Event()).settle()
        await store.close()
        await tell(beside, "ANALYZE")


async def _introduce(store: Store, count: int, engineers: int) -> None:
    async def some(numbers: Iterable[int], tx: Transaction) -> None:
        for number in numbers:
            manager = _engineer_of(number, engineers)
            tx.customers.save(replace(customer_of(number), account_manager=manager))

    for first in range(0, count, 1000):
        await store.write(partial(some, range(first, min(first + 1000, count))))


async def _bring(desk: Desk, messages: Iterator[MessagePosted]) -> None:
    for message in messages:
        await desk.receive(message)


async def put_escalations(beside: Driver, due: datetime, apart: timedelta = timedelta(0)) -> None:
    """Every escalation is due then, one so much after the other as their tickets' numbers are."""
    await tell(beside, _PUT, due=to_micros(due), apart=apart // timedelta(microseconds=1))


async def pending(place: Place, count: int, due: datetime, apart: timedelta, stages: Stages) -> None:
    """Timers of no real tickets, from `due` on, one so much after the other."""
    sql = _TIMERS.format(numbers=_NUMBERS_SHARED if place.shared else _NUMBERS_HERE)
    micros = apart // timedelta(microseconds=1)
    bar = stages.stage("timers that lie there", count)
    async with place.beside() as beside:
        for first in range(FIRST, FIRST + count, CHUNK):
            last = min(first + CHUNK, FIRST + count) - 1
            start = to_micros(due) - FIRST * micros
            await tell(beside, sql, prefix="clock:response:", first=first, last=last, due=start, apart=micros)
            bar.advance(last - first + 1)
        await tell(beside, "ANALYZE")


async def many_customers(place: Place, count: int) -> None:
    """As `Customers.introduce`, by the database itself; on PostgreSQL."""
    store = await place.open("bench")
    await Customers(1).introduce(store)
    await store.close()
    async with place.beside() as beside:
        for sql in (_CUSTOMERS, _IDENTITIES):
            await tell(beside, sql, model=f"{_MODEL:07}", last=count - 1)
        await tell(beside, "ANALYZE")
