"""One desk under chaos: its workers, its customers, what is found in its database, and what must hold at the
end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from bot.clock import SystemClock
from storage.encoding import to_micros

from tests.chaos.customers import Customers
from tests.chaos.fleet import Fleet, Hand, fleet
from tests.chaos.waiting import LONG, until
from tests.chaos.worker import ASKABLE, BLIND, SENT
from tests.integration.killed.audit import Audit
from tests.integration.killed.rows import PostgresRows
from tests.integration.killed.wire import sent

SOON = timedelta(seconds=30)
"""What is due later is none of the tests' business."""
HANDED_OVER = 10.0
"""Seconds within which the others have done what somebody left, where the machine is at their disposal."""
_UNSETTLED = """
SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting')
     + (SELECT count(*) FROM timers WHERE wake_at < $1)
"""
_IN_DOUBT = """
SELECT DISTINCT channel, coalesce(letter, key) FROM outbox
WHERE state = 'waiting' AND uncertain = 1 AND holder = ANY($1)
"""
_ITEMS_HELD = "SELECT key, revision FROM outbox WHERE state = 'waiting' AND token <> 0 AND holder = $1"
_TIMERS_HELD = "SELECT key, due_at FROM timers WHERE token <> 0 AND holder = $1"
_STILL = """
SELECT (SELECT count(*) FROM outbox AS o JOIN unnest($1::text[], $2::bigint[]) AS h (key, revision)
        ON (o.key, o.revision) = (h.key, h.revision) WHERE o.state = 'waiting')
     + (SELECT count(*) FROM timers AS t JOIN unnest($3::text[], $4::bigint[]) AS h (key, due_at)
        ON (t.key, t.due_at) = (h.key, h.due_at))
"""
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has under lease: items with their revision, timers with the instant they are due."""

    items: Rows
    timers: Rows


@dataclass(frozen=True, slots=True)
class Database:
    url: str

    async def ask(self, sql: str, *values: Any) -> Rows:
        connection = await asyncpg.connect(self.url, timeout=LONG)
        try:
            return [tuple(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def held_by(self, worker: str) -> Held:
        return Held(await self.ask(_ITEMS_HELD, worker), await self.ask(_TIMERS_HELD, worker))

    async def still_to_do(self, held: Held) -> int:
        columns = [[row[at] for row in rows] for rows in (held.items, held.timers) for at in (0, 1)]
        [[count]] = await self.ask(_STILL, *columns)
        return int(count)

    async def in_doubt(self, *workers: str) -> list[tuple[str, str]]:
        """Channels and letters that these have marked as leaving and not yet settled."""
        return [(row[0], row[1]) for row in await self.ask(_IN_DOUBT, list(workers))]

    async def unsettled(self) -> int:
        due = to_micros(SystemClock().now() + SOON)
        [[count]] = await self.ask(_UNSETTLED, due)
        return int(count)

    async def workers(self) -> set[str]:
        return {row[0] for row in await self.ask("SELECT id FROM workers")}


@dataclass(eq=False, slots=True)
class Chaos:
    """`doubts`: what may be on a channel once too often, since somebody ended or stood still with it under
    way. `found`: figures for whoever runs it."""

    fleet: Fleet
    customers: Customers
    database: Database
    doubts: list[tuple[str, str]] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    async def left_by(self, hand: Hand, *, comes_back: bool) -> Held:
        """Note what somebody who ended or stands still leaves in doubt, and give what is left to the others.

        Only who comes back can post again where a channel can be asked: it has asked already.
        """
        in_doubt = await self.database.in_doubt(hand.name)
        blind = [each for each in in_doubt if each[0] == BLIND]
        assert len(blind) <= 1, f"{hand.name} had {blind} under way"
        self.doubts += in_doubt if comes_back else blind
        return await self.database.held_by(hand.name)

    async def taken_over(self, held: Held) -> float:
        """The seconds until the others have done all of that."""

        async def done() -> bool:
            return not await self.database.still_to_do(held)

        return await until(done, lambda: f"taken over: {held}")

    async def settled(self) -> None:
        """Everything written is accepted, everything due is done, and whoever is gone is forgotten."""
        await self.customers.heard()
        names = {hand.name for hand in self.fleet.working}

        async def quiet() -> bool:
            with suppress(OSError, asyncpg.PostgresError):
                return not await self.database.unsettled() and await self.database.workers() == names
            return False

        await until(quiet, lambda: "nothing is due and nobody dead is listed")

    async def accepts_again(self, count: int = 1) -> None:
        """So many that were written only now are accepted."""
        before = set(self.customers.offered)

        async def accepted() -> bool:
            return len(set(self.customers.keys) - before) >= count

        await until(accepted, lambda: f"accepted: {self.customers.refused[-3:]}")

    async def ends_well(self) -> Audit:
        """Let everything come to rest, stop everybody, and look whether all is as promised."""
        await self.settled()
        await self.fleet.stop()
        audit = self.audit()
        faults = await asyncio.to_thread(lambda: tuple(audit.faults()))
        self._report(audit)
        assert not faults, faults
        for channel in (ASKABLE, BLIND):
            allowed = [letter for where, letter in self.doubts if where == channel]
            twice = beyond(audit.duplicates(channel), allowed)
            assert not twice, f"{channel}: {twice}"
        return audit

    def audit(self) -> Audit:
        wire = tuple(sent(self.fleet.directory / SENT))
        rows = PostgresRows(self.database.url)
        return Audit(rows, wire, self.customers.keys, self.customers.offered, (ASKABLE, BLIND))

    def _report(self, audit: Audit) -> None:
        """For `pytest -rP`."""
        self.found |= {
            "tickets": len(self.customers.offered),
            "refusals": len(self.customers.refused),
            "latest page": round(audit.latest_page(), 2),
            "in doubt": len(self.doubts),
            "twice, askable": len(audit.duplicates(ASKABLE)),
            "twice, blind": len(audit.duplicates(BLIND)),
            "leases lost": len(list(self.fleet.lines("lease lost"))),
        }
        print(self.found)  # noqa: T201


def beyond(twice: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Those of the duplicates that nobody's end explains."""
    return list((Counter(twice) - Counter(allowed)).elements())


@asynccontextmanager
async def chaos(directory: Path, url: str, workers: int, slack: str = "") -> AsyncIterator[Chaos]:
    async with fleet(directory, url, workers, slack) as running:
        yield Chaos(running, Customers(running), Database(url))
