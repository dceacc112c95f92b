"""The condition of a PostgreSQL store: the server, the schema, and who is at work."""

from collections.abc import Iterator
from datetime import timedelta

from bot.engine.presence import LAPSE
from bot.ports import Clock
from storage.encoding import from_micros
from storage.postgres.connection import Link
from storage.postgres.schema import SCRIPTS, Standing, standing
from storage.scripts import AFTER, BEFORE, Script
from storage.session import Session
from storage.upkeep.condition import (
    Condition,
    Found,
    Level,
    seconds,
    tables_found,
    waiting,
    waiting_found,
    workers_found,
)
from storage.workers import SqlWorkers

OLDEST = 14
APART, TOO_FAR_APART = timedelta(seconds=1), LAPSE / 2
"""Leases go by clocks: a worker whose own is off by half a lapse soon takes the living for dead."""
_ASKINGS = 3
_SERVER = """
SELECT CAST(current_setting('server_version_num') AS INTEGER), current_setting('server_version'),
       current_setting('server_encoding')
"""
_LASTING = {
    "fsync": "a crash of its machine can destroy the database",
    "full_page_writes": "a crash of its machine can destroy the database",
    "synchronous_commit": "what a platform was told to be received can be lost",
}
_SETTINGS = (
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
)
_NOW = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
_THERE = """
SELECT relname FROM pg_class
WHERE pg_table_is_visible(oid) AND relkind IN ('r', 'i', 'S')
  AND oid NOT IN (SELECT indexrelid FROM pg_index WHERE NOT indisvalid)
"""


async def postgres_condition(url: str, clock: Clock, scripts: tuple[Script, ...] = SCRIPTS) -> Condition:
    """Nothing is changed. Raises StoreError when the database cannot be had."""
    link = Link(url)
    try:
        return await _condition(link, clock, scripts)
    finally:
        await link.close()


async def _condition(link: Link, clock: Clock, scripts: tuple[Script, ...]) -> Condition:
    [[server], settings] = await link.run([], [(_SERVER, {}), (_SETTINGS, {})])
    skew = await _skew(link, clock)
    now = clock.now() + skew
    stands = await standing(link, scripts)
    found = (
        *server_found(*server),
        *settings_found(dict(settings)),
        clock_found(skew),
        *schema_found(stands),
    )
    if stands.pending(BEFORE):
        return Condition(found, now)
    [there] = await link.run([], [(_THERE, {})])
    numbers = {number for number, _ in stands.applied}
    tables = tables_found((each for each in scripts if each.number in numbers), (row[0] for row in there))
    if tables.level is Level.WRONG:
        return Condition((*found, tables), now)
    workers = tuple(each for each in await SqlWorkers(Session(link)).all() if each.alive_until > now)
    waits = await waiting(link)
    found = (*found, tables, workers_found(workers, now), waiting_found(waits, now))
    return Condition(found, now, workers, waits)


async def _skew(link: Link, clock: Clock) -> timedelta:
    """How far the database's clock is ahead of this machine's, by the asking that took the least time."""
    return min([await _asked(link, clock) for _ in range(_ASKINGS)])[1]


async def _asked(link: Link, clock: Clock) -> tuple[timedelta, timedelta]:
    began = clock.now()
    [[row]] = await link.run([], [(_NOW, {})])
    took = clock.now() - began
    return took, from_micros(row[0]) - (began + took / 2)


def server_found(number: int, version: str, encoding: str) -> Iterator[Found]:
    old = number < OLDEST * 10_000
    allowed = f"; it must be {OLDEST} or later" if old else ""
    yield Found("server", Level.WRONG if old else Level.WELL, f"PostgreSQL {version}{allowed}")
    if encoding != "UTF8":
        text = f"{encoding}; it must be UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        yield Found("encoding", Level.WRONG, text)
    else:
        yield Found("encoding", Level.WELL, encoding)


def settings_found(settings: dict[str, str]) -> Iterator[Found]:
    off = [name for name in _LASTING if settings.get(name) == "off"]
    for name in off:
        yield Found("settings", Level.DOUBTFUL, f"{name} is off: {_LASTING[name]}")
    if not off:
        yield Found("settings", Level.WELL, f"{', '.join(_LASTING)} are on")


def clock_found(skew: timedelta) -> Found:
    level = Level.WELL if abs(skew) <= APART else Level.DOUBTFUL
    level = Level.WRONG if abs(skew) > TOO_FAR_APART else level
    remedy = "" if level is Level.WELL else "; have both machines keep time (NTP), for leases go by it"
    return Found("clock", level, f"{seconds(abs(skew))} from this machine's{remedy}")


def schema_found(stands: Standing) -> Iterator[Found]:
    """One finding for each thing that is not as this Dawnline would have it."""
    numbered = f"{stands.newest}, this Dawnline knows {len(stands.known)}"
    found = list(_schema_faults(stands, numbered))
    yield from found or [Found("schema", Level.WELL, f"{stands.newest}, no script waits")]


def _schema_faults(stands: Standing, numbered: str) -> Iterator[Found]:
    if stands.too_new:
        yield Found("schema", Level.WRONG, f"{numbered}: upgrade it")
    elif stands.unknown:
        yield Found("schema", Level.WELL, f"{numbered}, which may work beside newer workers")
    if stands.half_copied:
        text = "a copy into it is not finished; run `dawnline db copy` until it says so"
        yield Found("schema", Level.WRONG, text)
    if before := stands.pending(BEFORE):
        text = f"{_listed(before)} must still run: `dawnline db migrate`, or start a worker"
        yield Found("schema", Level.WRONG, text)
    if after := stands.pending(AFTER):
        text = f"{_listed(after)} must run once no older worker is left: `dawnline db migrate --after`"
        yield Found("schema", Level.DOUBTFUL, text)


def _listed(scripts: tuple[Script, ...]) -> str:
    return ", ".join(map(str, scripts))
