"""What a desk with nothing to do costs, and how long it takes until it is ready.

`dawnline run` is started as a process of its own, with Slack and Telegram both configured against a stand-in
on this machine, until /readyz answers 200. In turn with it, a bare Python is started that imports the
libraries such a desk is made of, and nothing else. The last desk is then left alone and watched.
"""

import asyncio
import platform
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.bench.ground import scratch
from bot.bench.observed import PATIENCE, Child, Spent, child, pause
from bot.bench.platforms import platforms
from bot.bench.progress import Stages, watched
from bot.bench.report import CannotMeasure, Figure, Goal, Report
from bot.bench.server import scratch_database

MEMORY_MB, START_SECONDS = 120.0, 2.0
LIBRARIES = "slack_bolt, telegram, aiohttp, starlette, uvicorn, pydantic"
_MARK = "imported"
_BARE = f"import {LIBRARIES}, pathlib, signal; pathlib.Path({_MARK!r}).touch(); signal.pause()"
_GLANCE = 0.005
_POLICY = """
teams = [{ name = "all", schedule = "global" }]

[[engineers]]
id = "eve"
name = "Eve"
tier = "architect"
region = "emea"
time_zone = "Europe/Berlin"
identities = { slack = "U0000EVE", telegram = "4711" }

[[schedules]]
name = "global"
rotation_start = 2026-01-05
[[schedules.shifts]]
name = "day"
region = "emea"
time_zone = "UTC"
start = "00:00"
end = "00:00"
roles = { architect = ["eve"], lead = ["eve"], senior = ["eve"], support = ["eve"], frontline = ["eve"] }
"""


@dataclass(frozen=True, slots=True)
class IdleOptions:
    """`starts` of either process; `seconds` the desk is left alone; `database` a PostgreSQL, else SQLite."""

    starts: int = 7
    seconds: float = 20.0
    database: str | None = None

    def __post_init__(self) -> None:
        if min(self.starts, self.seconds) <= 0:
            raise ValueError("every option must be above zero")


QUICK = IdleOptions(starts=3, seconds=5.0)


@dataclass(frozen=True, slots=True)
class Start:
    """One process when it was ready. `share_mb` None: the kernel does not say."""

    seconds: float
    memory_mb: float
    share_mb: float | None


def run_idle(options: IdleOptions = IdleOptions()) -> Report:
    """Takes about a minute. Raises CannotMeasure where there is no /proc, StoreError without a database."""
    with scratch() as directory, watched() as stages:
        return asyncio.run(_measure(directory, options, stages))


async def _measure(directory: Path, options: IdleOptions, stages: Stages) -> Report:
    bar = stages.stage("starts beside a bare Python", options.starts)
    bare, desk = [], []
    async with _settings(directory, options.database) as settings:
        (directory / "dawnline.toml").write_text(_POLICY, "utf-8")
        for _ in range(options.starts):
            async with _bare(directory) as process:
                bare.append(await _started(process, lambda: _imported(directory)))
            async with child(directory, [sys.executable, "-m", "bot.cli", "run"], settings) as process:
                desk.append(await _started(process, lambda: answers_ready(int(settings["PORT"]))))
                if len(desk) == options.starts:
                    idle = await _left_alone(process, options.seconds)
            bar.advance()
    goals = (
        Goal("memory when ready", median(each.memory_mb for each in desk), MEMORY_MB, "MB (at most)"),
        Goal("start until ready", median(each.seconds for each in desk), START_SECONDS, "s (at most)"),
    )
    return Report("idle", _figures(options, bare, desk, idle), goals)


def _figures(options: IdleOptions, bare: list[Start], desk: list[Start], idle: Spent) -> dict[str, Figure]:
    return {
        "starts": options.starts,
        **_of("desk", desk),
        **_of("bare_python", bare),
        "idle_seconds": options.seconds,
        "idle_cpu_seconds": idle.cpu_seconds,
        "idle_wakeups": idle.wakeups,
        "store": "postgresql" if options.database else "sqlite",
        "python": platform.python_version(),
    }


def _of(name: str, starts: list[Start]) -> dict[str, Figure]:
    shares = [each.share_mb for each in starts if each.share_mb is not None]
    return {
        f"{name}_start_seconds": median(each.seconds for each in starts),
        f"{name}_memory_mb": median(each.memory_mb for each in starts),
        **({f"{name}_share_mb": median(shares)} if shares else {}),
    }


@asynccontextmanager
async def _settings(directory: Path, server: str | None) -> AsyncIterator[dict[str, str]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    async with platforms() as settings:
        if server is None:
            yield {**settings, "PORT": port, "DATABASE_URL": f"sqlite:///{directory / 'desk.db'}"}
            return
        async with scratch_database(server) as database:
            yield {**settings, "PORT": port, "DATABASE_URL": database}


@asynccontextmanager
async def _bare(directory: Path) -> AsyncIterator[Child]:
    (directory / _MARK).unlink(missing_ok=True)
    async with child(directory, [sys.executable, "-c", _BARE], {}) as process:
        yield process


async def _started(process: Child, ready: Callable[[], Awaitable[bool]]) -> Start:
    while not await ready():
        if process.process.returncode is not None or perf_counter() - process.began > PATIENCE:
            raise CannotMeasure(f"a process did not become ready: {process.complaint()}")
        await pause(_GLANCE)
    return Start(perf_counter() - process.began, process.memory_mb, process.share_mb)


async def _imported(directory: Path) -> bool:
    return (directory / _MARK).exists()


async def answers_ready(port: int) -> bool:
    """Whether /readyz answers 200 on a connection of its own."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")
    try:
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


async def _left_alone(process: Child, seconds: float) -> Spent:
    before = process.spent()
    await pause(seconds)
    return process.spent().since(before)
