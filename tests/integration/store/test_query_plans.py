"""No statement that runs for every message or every look of the engine reads a table from end to end."""

import re
import sqlite3
from collections.abc import Iterator

import pytest
import storage.intake
import storage.outbox
import storage.pages
import storage.people
import storage.tickets
import storage.timers
from storage.sqlite.schema import scripts

GROWING = "tickets events ledger timers outbox pages message_links customers identities snapshots"
ALIASES = "t l c i"
HOT = {
    "intake": [
        storage.intake.SEEN,
        storage.intake.SEEN_MESSAGE,
        storage.intake.REPLIED,
        storage.intake.RECENT,
        storage.intake.ROOM,
        storage.people.OWNER,
    ],
    "engine": [
        storage.timers.CLAIM,
        storage.timers.TAKE,
        storage.timers.POSTPONE,
        storage.timers.NEXT_TIMER,
        storage.outbox.CLAIM,
        storage.outbox.SENDING,
        storage.outbox.SENT,
        storage.outbox.OUTDATED,
        storage.outbox.DEAD,
        storage.outbox.POSTPONE,
        storage.outbox.NEXT_ITEM,
        storage.pages.DELIVERED,
        storage.pages.FAILED,
        storage.pages.OF,
        storage.people.GET,
        storage.people.OVERRIDES,
        storage.tickets.GET,
        storage.tickets.SNAPSHOT_OF,
    ],
    "commands": [
        storage.intake.FIND,
        storage.intake.SINCE,
        storage.intake.OF_CONVERSATION,
        storage.outbox.READDRESS,
        storage.outbox.WITHDRAW,
        storage.people.FORGET,
        storage.people.TAKE_AWAY,
        storage.people.RENAME_LINE,
        storage.people.RENAME,
        storage.tickets.ACTIVE,
        storage.tickets.ACTIVE_OF,
        storage.tickets.ASSIGNED,
        storage.tickets.EVENTS_OF,
        storage.tickets.LAST_PAGED,
        storage.tickets.MIGRATE_LEDGER,
        *storage.tickets.MIGRATE_LINKS,
        storage.tickets.NEAREST,
        storage.tickets.OF_CONVERSATION,
        storage.tickets.OPENED,
        storage.tickets.TICKET_OF,
        storage.timers.CANCEL,
        storage.timers.CANCEL_KIND,
    ],
}
STATEMENTS = [(room, sql) for room, statements in HOT.items() for sql in statements]


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    """Empty and never analysed, as a young desk's is: the indexes themselves must suggest the plan."""
    connection = sqlite3.connect(":memory:")
    for script in scripts():
        connection.executescript(script)
    yield connection
    connection.close()


def plan(db: sqlite3.Connection, sql: str) -> list[str]:
    values = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def whole_tables(steps: list[str]) -> list[str]:
    """Steps that read everything. The index `tickets_active` is nothing but what is asked for, in order."""
    names = "|".join(f"{GROWING} {ALIASES}".split())
    scan = rf"SCAN ({names})\b(?! USING INDEX tickets_active$)"
    return [step for step in steps if re.match(scan, step)]


@pytest.mark.parametrize(("room", "sql"), STATEMENTS)
def test_it_goes_by_an_index(db: sqlite3.Connection, room: str, sql: str) -> None:
    steps = plan(db, sql)
    assert steps
    assert whole_tables(steps) == []


@pytest.mark.parametrize("sql", [storage.timers.NEXT_TIMER, storage.outbox.NEXT_ITEM])
def test_the_next_due_is_the_first_entry_of_an_index(db: sqlite3.Connection, sql: str) -> None:
    """SQLite takes a lone min() of an indexed column from the index's end: a single seek."""
    assert re.match(r"SEARCH (timers|outbox) USING .*INDEX \w+_wake", plan(db, sql)[0])


def test_a_scan_would_be_noticed(db: sqlite3.Connection) -> None:
    assert whole_tables(plan(db, "SELECT body FROM tickets WHERE untaken = 1"))
    assert whole_tables(plan(db, "SELECT t.body FROM tickets AS t ORDER BY opened_at"))


def test_no_statement_was_forgotten() -> None:
    """Every SQL text of the rooms is above, or inserts one row by its key."""
    rooms = (
        storage.intake,
        storage.outbox,
        storage.pages,
        storage.people,
        storage.tickets,
        storage.timers,
    )
    texts = {
        value
        for room in rooms
        for name, value in vars(room).items()
        if name.isupper() and isinstance(value, str) and "COLUMNS" not in name
    }
    inserts = {sql for sql in texts if re.match(r"\s*INSERT", sql) and "SELECT" not in sql}
    startup = {storage.timers.RELEASE_TIMERS, storage.outbox.RELEASE_ITEMS, storage.people.ALL}
    by_key = {storage.people.DROP_OLD}
    known = {sql for _, sql in STATEMENTS}
    assert texts - inserts - startup - by_key - known == set()
