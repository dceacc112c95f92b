"""A database with a past: two tickets are really lived through, then multiplied by SQL in every table.

Here for SQLite; what PostgreSQL needs beyond that stands in `filling_postgres`.
"""

import asyncio
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.bench.ground import CHANNEL, WORDS, Swallower, customer_of, house, name_of
from bot.bench.progress import Bar
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Address, MessagePosted, Person, VerbInvoked
from bot.ports import Store, Transaction
from storage.sqlite.schema import scripts
from storage.sqlite.store import open_store

NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)"
ACTIVE = 100
"""One ticket in so many is still being worked on; the others are closed."""
SPACING = 30_000_000
"""Microseconds between one ticket and the next."""
CHUNK = 20_000
CLOSED, TAKEN = 700_000_001, 700_000_002
"""The two tickets. Their numbers and the marks below occur nowhere else, so they are found in every text."""
_CUSTOMER, _MESSAGE, _EVENT = 9_999_999, "88888888", "7777777777"
_FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY")
OF_TICKETS = ("tickets", "events", "message_links", "ledger", "outbox", "pages", "timers")
OF_CUSTOMERS = ("customers", "identities")


class SetClock:
    """Keeps `bot.ports.Clock`: it is as late as it is set to be."""

    def __init__(self, now: datetime) -> None:
        self.set_to = now

    def now(self) -> datetime:
        return self.set_to

    async def sleep_until(self, instant: datetime | None) -> None:
        """Nobody sleeps while tickets are lived through at once."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a database says it. `rows` has :first and :last; `padded` a {} for the number; `rising` is like a
    platform's ids."""

    rows: str
    padded: str
    rising: str


SQLITE = Words(
    NUMBERS + " SELECT {} FROM numbers",  # noqa: S608 - of our own making
    "printf('%07d', {})",
    "printf('%014X', n)",
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A row that was really written, to be written again for many numbers `n`."""

    table: str
    values: dict[str, Any]

    def statement(self, ticket: int, tickets: int, customers: int, words: Words = SQLITE) -> str:
        """INSERT for `n` from :first to :last; row `n` belongs to ticket `n` of customer `n % customers`."""
        marks = {
            str(ticket): "n",
            str(_CUSTOMER): words.padded.format(f"n % {customers}"),
            _MESSAGE: "n",
            _EVENT: words.rising,
        }
        later = "n * 1000000" if self.table == "timers" else f"(n - {tickets}) * {SPACING}"
        chosen = "= 0" if ticket == TAKEN else "> 0"
        expressions = [_expression(value, marks, later) for value in self.values.values()]
        return (
            f"INSERT INTO {self.table} ({', '.join(self.values)}) "
            f"{words.rows.format(', '.join(expressions))} WHERE n % {ACTIVE} {chosen}"
        )


def _expression(value: Any, marks: dict[str, str], later: str) -> str:
    """The value in SQL, with every mark in it replaced; instants move with the number."""
    if isinstance(value, str):
        parts = re.split(f"({'|'.join(marks)})", value)
        return " || ".join(marks.get(part) or _quoted(part) for part in parts if part) or "''"
    if isinstance(value, int) and str(value) in marks:
        return marks[str(value)]
    if isinstance(value, int) and value > 10**15 and value < 10**16:
        return f"{value} + {later}"
    return "NULL" if value is None else str(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def live(path: Path) -> None:
    """A new database with two tickets: one closed, one that an engineer has."""
    db = sqlite3.connect(path)
    for script in scripts():
        db.executescript(script)
    columns = [row[1] for row in db.execute("PRAGMA table_info(tickets)")]
    before = {name: "" for name in columns} | {"number": CLOSED - 1}
    names, marks = ", ".join(before), ", ".join(f":{name}" for name in before)
    db.execute(f"INSERT INTO tickets ({names}) VALUES ({marks})", before)  # noqa: S608
    db.execute(f"PRAGMA user_version = {len(scripts())}")
    db.commit()
    db.close()
    store = await open_store(path)
    await live_on(store, SetClock(SystemClock().now()))
    await store.close()


async def live_on(store: Store, clock: SetClock) -> None:
    """The two tickets, on an empty store whose next ticket is number CLOSED."""
    home = house()
    engine = Engine(store, clock, home, {CHANNEL: Swallower(_MESSAGE)}, asyncio.Event())
    desk = Desk(store, clock, home, lambda: None)
    await store.write(_introduce)
    for ticket, command in ((CLOSED, "resolve {} see the guide"), (TAKEN, "update {} we look at it")):
        await desk.receive(_said(ticket, clock.now()))
        await engine.settle()
        clock.set_to += timedelta(minutes=1)
        await desk.receive(_command(ticket, command.format(f"T-{ticket}"), clock.now()))
        await engine.settle()
        if ticket == CLOSED:
            clock.set_to += timedelta(days=4)
            await engine.settle()


async def _introduce(tx: Transaction) -> None:
    tx.customers.save(customer_of(_CUSTOMER))


def _said(ticket: int, now: datetime) -> MessagePosted:
    author = Person(CHANNEL, f"U{_CUSTOMER}", f"Customer {_CUSTOMER}")
    at = Address(CHANNEL, name_of(_CUSTOMER))
    return MessagePosted(f"Ev{_EVENT}-{ticket}", at, f"17{ticket}", author, WORDS[ticket - CLOSED + 1], now)


def _command(ticket: int, text: str, now: datetime) -> VerbInvoked:
    engineer = Person(CHANNEL, "UFINN", "Finn")
    return VerbInvoked(f"Ev-{ticket}", Address(CHANNEL, name_of(_CUSTOMER)), engineer, text, now)


def multiply(path: Path, tickets: int, customers: int, bar: Bar) -> None:
    """Put `tickets` tickets of `customers` customers in the place of the two."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in _FAST:
        db.execute(f"PRAGMA {pragma}")
    past = {ticket: list(_rows_of(db, ticket)) for ticket in (CLOSED, TAKEN)}
    known = [Copied(table, row) for table in OF_CUSTOMERS for row in _rows(db, table)]
    for table in (*OF_TICKETS, *OF_CUSTOMERS):
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    inserts = [row.statement(ticket, tickets, customers) for ticket, rows in past.items() for row in rows]
    for row in known:
        for ticket in (CLOSED, TAKEN):
            db.execute(row.statement(ticket, tickets, customers), {"first": 0, "last": customers - 1})
    for first in range(1, tickets + 1, CHUNK):
        last = min(first + CHUNK - 1, tickets)
        db.execute("BEGIN")
        for insert in inserts:
            db.execute(insert, {"first": first, "last": last})
        db.execute("COMMIT")
        bar.advance(last - first + 1)
    db.close()
    _flush(path)


def _flush(path: Path) -> None:
    """Else the first checkpoint of whoever uses it waits for all of this to reach the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _rows_of(db: sqlite3.Connection, ticket: int) -> Iterator[Copied]:
    for table in OF_TICKETS:
        for row in _rows(db, table):
            if str(ticket) in str(row):
                yield Copied(table, row)


def _rows(db: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    cursor = db.execute(f"SELECT * FROM {table}")  # noqa: S608
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield {
            name: value
            for name, value in zip(names, row, strict=True)
            if name != "id" or table == "customers"
        }
