"""A process of its own, watched from outside through Linux's /proc."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from bot.bench.report import CannotMeasure
from bot.clock import SystemClock

PATIENCE = 60.0
"""Seconds. Whoever is not ready by then never is."""
_PROC = Path("/proc")
_SECOND = os.sysconf("SC_CLK_TCK")
_OWN_COPY, _SHARED_OUT, _LEFT_OFF = "VmRSS", "Pss", "voluntary_ctxt_switches"


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process has used since it began. `wakeups`: how often one of its threads went to wait."""

    cpu_seconds: float
    wakeups: int

    def since(self, before: "Spent") -> "Spent":
        return Spent(self.cpu_seconds - before.cpu_seconds, self.wakeups - before.wakeups)


@dataclass(frozen=True, slots=True)
class Child:
    """A running process; `began` is when it was started, as perf_counter counts."""

    process: asyncio.subprocess.Process
    errors: Path
    began: float

    @property
    def memory_mb(self) -> float:
        """Resident, in millions of bytes."""
        return self._kilobytes("status", _OWN_COPY)

    @property
    def share_mb(self) -> float | None:
        """Its proportional share of what it has in memory; None where the kernel does not say."""
        return self._kilobytes("smaps_rollup", _SHARED_OUT) if (self._at / "smaps_rollup").exists() else None

    def spent(self) -> Spent:
        counters = (self._at / "stat").read_text().rpartition(")")[2].split()
        wakeups = sum(_count(each.read_text(), _LEFT_OFF) for each in self._at.glob("task/*/status"))
        return Spent((int(counters[11]) + int(counters[12])) / _SECOND, wakeups)

    def complaint(self) -> str:
        """The last it said on stderr."""
        return "\n".join(self.errors.read_text("utf-8", "replace").splitlines()[-5:])

    @property
    def _at(self) -> Path:
        return _PROC / str(self.process.pid)

    def _kilobytes(self, file: str, name: str) -> float:
        return _count((self._at / file).read_text(), name) * 1024 / 1_000_000


@asynccontextmanager
async def child(
    directory: Path, words: Sequence[str], environment: Mapping[str, str]
) -> AsyncIterator[Child]:
    """`words` run in `directory` with these settings and no others; asked to end afterwards."""
    if not (_PROC / "self" / "status").exists():
        raise CannotMeasure("a process's memory is read from /proc, which this system does not have")
    errors = directory / "stderr"
    with errors.open("wb") as stderr:
        began = perf_counter()
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=directory,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        yield Child(process, errors, began)
    finally:
        await _end(process)


async def pause(seconds: float) -> None:
    clock = SystemClock()
    await clock.sleep_until(clock.now() + timedelta(seconds=seconds))


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()


def _count(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0
