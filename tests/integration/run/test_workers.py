"""Several `dawnline run` on one PostgreSQL: roles, restarts one by one, takeover."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from tests.contract.places import PostgresHome
from tests.fakes.slack_server import FakeSlack
from tests.fakes.small_desk import POLICY
from tests.integration.run.process import Process, dawnline
from tests.integration.run.test_run import deliver, outage, readiness, receipts, settings, stopped
from tests.servers.ports import free_port

LATE = 20.0
"""Seconds; nothing here takes longer, however busy the machine."""


@pytest.fixture
async def home(postgres_server: str) -> AsyncIterator[PostgresHome]:
    home = await PostgresHome.made(postgres_server)
    yield home
    await home.remove()


@dataclass(frozen=True, slots=True)
class Workers:
    """Starts workers on the one store, all of which listen on the same port."""

    directory: Path
    environment: dict[str, str]
    alive: AsyncExitStack

    async def start(self, *words: str) -> Process:
        process = await self.alive.enter_async_context(
            dawnline(self.directory, self.environment, "run", *words)
        )
        await process.until_it_says("slack connected")
        return process

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])


@pytest.fixture
async def workers(slack: FakeSlack, home: PostgresHome, tmp_path: Path) -> AsyncIterator[Workers]:
    (tmp_path / "dawnline.toml").write_text(POLICY, "utf-8")
    url = home.url.replace("postgres@", "postgres:hunter2@")
    async with AsyncExitStack() as alive:
        yield Workers(tmp_path, {**settings(slack, free_port()), "DATABASE_URL": url}, alive)


async def known(home: PostgresHome) -> set[str]:
    """The roles of the workers that say they are alive."""
    db = await asyncpg.connect(home.url)
    try:
        return {row[0] for row in await db.fetch("SELECT role FROM workers")}
    finally:
        await db.close()


@pytest.mark.slow
async def test_one_takes_in_what_another_answers(
    slack: FakeSlack, home: PostgresHome, workers: Workers
) -> None:
    web, engine = await workers.start("--role", "web"), await workers.start("--role", "engine")
    assert await known(home) == {"web", "engine"}
    assert (await readiness(workers.port)).status_code == 200
    assert await deliver(workers.port, outage(slack)) == 200
    await slack.until(lambda: receipts(slack))
    for process in (web, engine):
        await stopped(process)
        assert "hunter2" not in "".join(process.said)
    assert await known(home) == set()
    slack.take_violations()


@pytest.mark.slow
async def test_workers_are_restarted_one_by_one_and_nobody_waits(slack: FakeSlack, workers: Workers) -> None:
    running = [await workers.start(), await workers.start()]
    for _ in range(2):
        running.append(await workers.start())
        await stopped(running.pop(0))
    assert await deliver(workers.port, outage(slack)) == 200
    await slack.until(lambda: receipts(slack))
    assert len(receipts(slack)) == 1
    for process in running:
        await stopped(process)
    slack.take_violations()


@pytest.mark.slow
async def test_what_a_killed_worker_left_goes_on(slack: FakeSlack, workers: Workers) -> None:
    first = await workers.start()
    assert await deliver(workers.port, outage(slack)) == 200
    await first.end(signal.SIGKILL)
    second = await workers.start()
    async with asyncio.timeout(LATE):
        await slack.until(lambda: receipts(slack) and slack.called("conversations.create"))
    assert len(receipts(slack)) == 1
    await stopped(second)


async def test_roles_are_for_a_shared_store(slack: FakeSlack, tmp_path: Path) -> None:
    (tmp_path / "dawnline.toml").write_text(POLICY, "utf-8")
    async with dawnline(tmp_path, settings(slack, free_port()), "run", "--role", "web") as process:
        line = await process.until_it_says("--role web")
        assert "PostgreSQL" in line
        assert await process.child.wait() == 2


async def test_a_database_that_is_not_there_is_said_so(slack: FakeSlack, tmp_path: Path) -> None:
    (tmp_path / "dawnline.toml").write_text(POLICY, "utf-8")
    away = f"postgresql://desk:hunter2@127.0.0.1:{free_port()}/desk"
    environment = {**settings(slack, free_port()), "DATABASE_URL": away}
    async with dawnline(tmp_path, environment, "run") as process:
        line = await process.until_it_says("cannot open the database")
        assert await process.child.wait() == 2
    assert "hunter2" not in line + "".join(process.said)
