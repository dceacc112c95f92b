"""The measurements that run on a PostgreSQL server leave nothing behind on it."""

import asyncio
import json
from collections.abc import Iterator

import asyncpg
import pytest
from bot.bench.filling_postgres import live, multiply
from bot.bench.history import HistoryOptions, run_history
from bot.bench.idle import IdleOptions, run_idle
from bot.bench.progress import watched
from bot.bench.server import PREFIX, scratch_database
from bot.errors import StoreError

INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"


async def databases(server: str) -> set[str]:
    connection = await asyncpg.connect(server)
    names = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
    await connection.close()
    return {name for name in names if name.startswith(PREFIX)}


@pytest.fixture
def nothing_left(postgres_server: str) -> Iterator[str]:
    before = asyncio.run(databases(postgres_server))
    yield postgres_server
    assert asyncio.run(databases(postgres_server)) == before


async def test_a_database_of_ones_own_is_gone_even_while_somebody_is_connected(postgres_server: str) -> None:
    async with scratch_database(postgres_server) as url:
        connection = await asyncpg.connect(url)
        assert str(await connection.fetchval("SELECT current_database()")) in await databases(postgres_server)
    assert url.rpartition("/")[2] not in await databases(postgres_server)
    connection.terminate()


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError):
        async with scratch_database("postgresql://127.0.0.1:9/nothing"):
            pass


async def test_a_filled_database_has_its_indexes_and_the_next_number(postgres_server: str) -> None:
    async with scratch_database(postgres_server) as url:
        await live(url)
        connection = await asyncpg.connect(url)
        before = await connection.fetch(INDEXES)
        with watched() as stages:
            await multiply(url, 300, 50, stages)
        assert await connection.fetch(INDEXES) == before
        assert await connection.fetchval("SELECT nextval('ticket_numbers')") == 301
        [row] = await connection.fetch("SELECT customer, body FROM tickets WHERE number = 207")
        assert (row["customer"], json.loads(row["body"])["number"]) == ("customer-0000007", 207)
        assert await connection.fetchval("SELECT count(*) FROM tickets WHERE active = 1") == 3
        assert await connection.fetchval("SELECT count(*) FROM customers") == 50
        await connection.close()


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_history(nothing_left: str) -> None:
    few = HistoryOptions(200, 400, customers=100, tickets=10, slices=2, callers=4, database=nothing_left)
    assert run_history(few).figures["store"] == "postgresql"


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_idle(nothing_left: str) -> None:
    report = run_idle(IdleOptions(starts=1, seconds=0.1, database=nothing_left))
    assert report.figures["store"] == "postgresql"
