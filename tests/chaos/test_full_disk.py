"""The disk under PostgreSQL is full: intake refuses, and when there is room again everything goes on."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from tests.chaos.customers import QUICK
from tests.chaos.desk import Chaos, chaos
from tests.chaos.waiting import until
from tests.servers.postgres import SAFE, NoPostgres, Server
from tests.servers.small_disk import NoDisk, SmallDisk, small_disk

pytestmark = pytest.mark.chaos
DATA, LOG = 96, 24
"""Megabytes: a new server's data take about 40."""
SMALL = ("max_wal_size=8MB", "min_wal_size=2MB", "wal_recycle=off", "wal_init_zero=off")


@contextmanager
def _server(full: str) -> Iterator[tuple[Server, SmallDisk]]:
    """With its data or its log of writes on a small disk."""
    try:
        with TemporaryDirectory(prefix="dawnline-disk-") as place:
            Path(place).chmod(0o755)
            with small_disk(Path(place) / "small", DATA if full == "data" else LOG) as disk:
                roomy = Path(place) / "roomy"
                roomy.mkdir(mode=0o777)
                roomy.chmod(0o777)
                home, log = (disk.path, roomy) if full == "data" else (roomy, disk.path)
                server = Server((*SAFE, *SMALL), home, log / "log")
                try:
                    yield server, disk
                finally:
                    server.stop()
    except (NoDisk, NoPostgres) as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("full", ["data", "log"])
async def test_intake_refuses_while_the_disk_is_full(full: str, tmp_path: Path) -> None:
    """Without room for its log PostgreSQL breaks down; it recovers by itself, or ends trying."""
    with _server(full) as (server, disk):
        async with chaos(tmp_path, server.url(), 2) as desk:
            async with desk.customers.writing(QUICK):
                await desk.accepts_again()
                await asyncio.to_thread(disk.fill)
                await _refuses(desk)
                disk.empty()
                await _answers(desk, server)
                desk.doubts += await desk.database.in_doubt(*(hand.name for hand in desk.fleet.working))
                await desk.accepts_again()
            await desk.ends_well()


async def _refuses(desk: Chaos) -> None:
    async def refused() -> bool:
        return any("PostgreSQL" in each for each in desk.customers.refused)

    await until(refused, lambda: "anything refused")


async def _answers(desk: Chaos, server: Server) -> None:
    async def answers() -> bool:
        if server.process.poll() is not None:
            await asyncio.to_thread(server.start)
        with suppress(OSError, asyncpg.PostgresError):
            return await desk.database.unsettled() >= 0
        return False

    await until(answers, lambda: "PostgreSQL answers")
