"""The whole way: every table's rows in batches, everything compared, and only then given free."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.errors import CopyRefused
from storage.upkeep.copying.comparing import Comparison
from storage.upkeep.copying.source import ROWS, Source, opened_source
from storage.upkeep.copying.tables import Table
from storage.upkeep.copying.target import Progress, Target, opened_target


class Bar(Protocol):
    def advance(self, count: int = 1) -> None: ...


class Stages(Protocol):
    """Told how far it is: the rows of each stage, and when so many more are done."""

    def stage(self, name: str, total: int) -> Bar: ...


@dataclass(frozen=True, slots=True)
class Copied:
    """`rows` of each table, all compared; `before`: so many of them an earlier try had copied."""

    rows: Mapping[str, int]
    before: int
    next_ticket: int

    @property
    def total(self) -> int:
        return sum(self.rows.values())


async def copy(path: Path, url: str, stages: Stages, *, batch: int = ROWS) -> Copied:
    """Copy the SQLite desk at `path` into the PostgreSQL database at `url`, or go on with what was broken
    off. Killed at any point it can be run again. `batch`: the rows that are committed together.

    Raises MustWait while somebody is at work on either, CopyRefused when the database is not empty, holds
    another copy, or is not the same at the end; StoreError when one of them cannot be had.
    """
    async with opened_source(path, batch) as source, opened_target(url, source.tables) as target:
        rows = {table.name: await source.count(table) for table in source.tables}
        begun = await target.begin(source.identity, source.tables)
        before = sum(each.rows for each in begun.values())
        bar = stages.stage("copying", sum(rows.values()))
        bar.advance(before)
        for table in source.tables:
            await _copy(table, begun[table.name], source, target, bar)
        await target.settle(source.tables)
        await _compare(source, target, stages.stage("comparing", sum(rows.values())))
        return Copied(rows, before, await target.finish())


async def _copy(table: Table, begun: Progress, source: Source, target: Target, bar: Bar) -> None:
    async for batch in source.batches(table, begun.after):
        await target.add(table, batch)
        bar.advance(len(batch))


async def _compare(source: Source, target: Target, bar: Bar) -> None:
    faults = [fault for table in source.tables for fault in await _faults(table, source, target, bar)]
    if faults:
        await target.spoil()
        raise CopyRefused("the copy is not the same; run it again: " + "; ".join(faults))


async def _faults(table: Table, source: Source, target: Target, bar: Bar) -> list[str]:
    comparison = Comparison(table)
    async with target.reading(table) as copy:
        async for batch in source.batches(table):
            comparison.ours(batch)
            comparison.theirs(await copy.next(len(batch)))
            bar.advance(len(batch))
            if comparison.hopeless:
                break
        while not comparison.hopeless and (rows := await copy.next(ROWS)):
            comparison.theirs(rows)
    return comparison.faults()
