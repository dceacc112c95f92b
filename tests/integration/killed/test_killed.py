"""A desk under load is killed with SIGKILL at every named point and started again: nothing is lost, no ticket
is there twice, every page arrives, and a message at most once too often per crash, never where the platform
can be asked."""

import asyncio
import re
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from bot.clock import SystemClock

from tests.integration.killed.audit import Audit
from tests.integration.killed.child import CONFIRMED, DATABASE, SENT
from tests.integration.killed.load import TICKETS
from tests.integration.killed.rows import SqliteRows
from tests.integration.killed.wire import lines_of, sent

REPOSITORY = Path(__file__).parents[3]
WAIT = 60.0
WAYS = ("askable", "blind")
POINTS = {
    "store.committing": 9,
    "store.committed": 9,
    "timers.claimed": 2,
    "timers.fired": 2,
    "outbox.claimed": 3,
    "outbox.sending": 7,
    "outbox.sent": 7,
    "outbox.recorded": 7,
}
"""Every named point, and at which visit the quick test kills there."""
QUICK = "outbox.sent"
"""What the desk has sent and does not know yet: this one is always tried."""
VISITS = (1, 2, 3, 7, 20)
ALWAYS = 3
"""So often every point is visited, however busy the machine."""
Kill = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    way: str
    visits: tuple[str, ...]
    crashes: int
    faults: tuple[str, ...]
    duplicates: tuple[str, ...]
    repeated_edits: int


async def child(directory: Path, *words: str) -> tuple[int, str]:
    """Its exit code, negative for a signal, and what it said last."""
    with (directory / "log.txt").open("ab") as log:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.integration.killed.child",
            str(directory),
            *words,
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await asyncio.wait_for(running.communicate(), WAIT)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
    assert running.returncode is not None
    return running.returncode, said.decode()


def audit_of(directory: Path) -> Audit:
    wire, confirmed = tuple(sent(directory / SENT)), lines_of(directory / CONFIRMED)
    offered = {f"e{number}" for number in range(TICKETS)}
    return Audit(SqliteRows(directory / DATABASE), wire, confirmed, offered)


async def lives_through(directory: Path, way: str, kills: Sequence[Kill]) -> Outcome:
    """One desk is killed as often as that, each time at its point, and then left to finish. A point that is
    not visited that often any more lets it finish sooner, which is no crash."""
    began, codes, visits = SystemClock().now().isoformat(), [], []
    for point, visit in kills:
        code, said = await child(directory, way, began, point, str(visit))
        assert code in (-signal.SIGKILL, 0), f"{way}: {code} {said}"
        codes.append(code)
        visits.append(said)
    code, said = await child(directory, way, began)
    assert code == 0, f"{way}: {said}"
    audit = audit_of(directory)
    told = tuple(audit.faults()), tuple(audit.duplicates()), audit.repeated_edits()
    return Outcome(way, (*visits, said), codes.count(-signal.SIGKILL), *told)


async def survives(directory: Path, *kills: Kill) -> int:
    """Both kinds of platform at once; how many crashes the one that had fewer lived through."""
    for way in WAYS:
        (directory / way).mkdir()
    outcomes = await asyncio.gather(*(lives_through(directory / way, way, kills) for way in WAYS))
    for outcome in outcomes:
        print(kills, outcome)  # noqa: T201 - the figures, for `pytest -rP`
        assert outcome.faults == ()
        assert len(outcome.duplicates) <= (outcome.crashes if outcome.way == "blind" else 0)
    return min(outcome.crashes for outcome in outcomes)


def test_every_point_in_the_code_is_killed_at() -> None:
    found = set()
    for package in ("bot", "storage", "adapters"):
        for file in (REPOSITORY / package).rglob("*.py"):
            found |= set(re.findall(r"observe\(\s*\"([^\"]+)\"", file.read_text("utf-8")))
    assert found == set(POINTS)


@pytest.mark.slow
async def test_without_a_crash_nothing_is_sent_twice(tmp_path: Path) -> None:
    await survives(tmp_path)


@pytest.mark.parametrize(
    ("point", "visit"),
    [
        pytest.param(point, visit, marks=() if point == QUICK else pytest.mark.slow)
        for point, visit in POINTS.items()
    ],
)
async def test_killed_at_any_point_nothing_is_lost(point: str, visit: int, tmp_path: Path) -> None:
    assert await survives(tmp_path, (point, visit)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("visit", VISITS)
@pytest.mark.parametrize("point", POINTS)
async def test_killed_early_or_late(point: str, visit: int, tmp_path: Path) -> None:
    crashes = await survives(tmp_path, (point, visit))
    if crashes == 0 and visit > ALWAYS:
        pytest.skip("on a busy machine more happens at once: it was not visited that often")
    assert crashes == 1


@pytest.mark.slow
@pytest.mark.parametrize("first", POINTS)
async def test_killed_three_times_in_a_row(first: str, tmp_path: Path) -> None:
    crashes = await survives(tmp_path, (first, POINTS[first]), ("outbox.sent", 2), (first, 1))
    assert crashes >= 2, "only the last may find nothing left to do"
