"""No statement that runs for every message or every look of the engine reads a table from end to end."""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio
import storage.access
import storage.contacts
import storage.events
import storage.footprint
import storage.intake
import storage.limits
import storage.outbox
import storage.pages
import storage.people
import storage.places
import storage.telephone
import storage.tickets
import storage.timers
import storage.webhooks
import storage.workers
from storage.postgres.dialect import set_form, single
from storage.sqlite.schema import scripts

from tests.contract.places import PostgresHome

GROWING = (
    "tickets events ledger timers outbox pages message_links customers identities snapshots calls reports "
    "sessions sign_ins answers"
)
ALIASES = "t l c i e due other"
WAYS = {
    "INTEGER PRIMARY KEY": storage.tickets.ALL,
    "tickets_customer": storage.tickets.OF_ONE,
    "tickets_open": storage.tickets.OPEN,
}
"""By SQLite's names of the indexes that lead there."""
HOT = {
    "intake": [
        storage.intake.SEEN,
        storage.intake.SEEN_MESSAGE,
        storage.intake.REPLIED,
        storage.intake.RECENT,
        storage.intake.ROOM,
        storage.people.OWNER,
        storage.intake.BY_KEY,
        storage.tickets.TICKET_OF,
    ],
    "engine": [
        CLAIM_TIMERS := storage.timers.CLAIM.format(skip_locked=""),
        storage.timers.HELD,
        storage.timers.TAKE,
        storage.timers.POSTPONE,
        storage.timers.NEXT_TIMER,
        CLAIM_ITEMS := storage.outbox.CLAIM.format(skip_locked=""),
        storage.outbox.HELD,
        storage.outbox.SENDING,
        storage.outbox.SENT,
        storage.outbox.DEAD,
        storage.outbox.POSTPONE,
        storage.outbox.NEXT_ITEM,
        storage.outbox.RELEASE_ITEMS_OF,
        storage.timers.RELEASE_TIMERS_OF,
        storage.limits.OF,
        storage.pages.DELIVERED,
        storage.pages.FAILED,
        storage.pages.OF,
        storage.pages.NEWEST,
        storage.pages.COUNT,
        storage.outbox.FIND,
        storage.telephone.GET,
        storage.telephone.TICKET,
        storage.telephone.CUSTOMER,
        storage.telephone.WAITING,
        storage.telephone.LAST,
        storage.telephone.CODES,
        storage.outbox.HASTEN,
        storage.outbox.HASTEN_TO,
        storage.people.GET,
        storage.people.OVERRIDES,
        storage.tickets.GET,
        storage.tickets.SNAPSHOT_OF,
    ],
    "commands": [
        storage.people.REMOVE_OVERRIDE,
        storage.intake.FIND,
        storage.intake.SINCE,
        storage.intake.OF_CONVERSATION,
        storage.outbox.READDRESS,
        storage.outbox.WITHDRAW,
        storage.people.AFTER,
        storage.people.FORGET,
        storage.people.TAKE_AWAY,
        storage.people.RENAME_LINE,
        storage.people.RENAME,
        storage.tickets.ACTIVE,
        storage.tickets.ACTIVE_OF,
        storage.tickets.ASSIGNED,
        storage.events.OF,
        storage.tickets.LAST_PAGED,
        storage.tickets.MIGRATE_LEDGER,
        *storage.tickets.MIGRATE_LINKS,
        storage.tickets.NEAREST,
        storage.tickets.OF_CONVERSATION,
        storage.tickets.OPENED,
        storage.intake.QUARANTINED,
        storage.intake.WAITING,
        storage.timers.CANCEL,
        storage.timers.CANCEL_KIND,
    ],
    "web": [
        storage.access.ASKED,
        storage.access.END_SESSION,
        storage.access.END_SESSIONS_OF,
        storage.access.FIND_TOKEN,
        storage.access.GET_ANSWER,
        storage.access.GET_SESSION,
        storage.access.GET_SIGN_IN,
        storage.access.GET_TOKEN,
        storage.access.RENEW_SESSION,
        storage.access.SWEEP_ANSWERS,
        storage.access.SWEEP_SESSIONS,
        storage.access.SWEEP_SIGN_INS,
        storage.access.USED_TOKEN,
        storage.tickets.BOARD,
        storage.tickets.COUNTS,
        storage.events.BEYOND,
        storage.events.SAID_TO_CUSTOMERS,
        storage.events.SAID_TO_ENGINEERS,
        storage.events.LATEST,
        storage.events.COUNT,
        storage.tickets.FINISHED,
        storage.events.NEWEST,
        storage.tickets.OF_CUSTOMER,
        storage.tickets.OVERDUE,
        storage.tickets.UNPLACED,
        *(sql for way in WAYS.values() for sql in way),
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
    """Steps that read everything. The indexes `tickets_active` and
    `ledger_quarantined` are nothing but what is asked for, in order."""
    names = "|".join(f"{GROWING} {ALIASES}".split())
    scan = rf"SCAN ({names})\b(?! USING INDEX (?:tickets_active|ledger_quarantined)$)"
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


@pytest.mark.parametrize(("index", "way"), WAYS.items())
def test_a_list_goes_down_its_index_without_sorting(
    db: sqlite3.Connection, index: str, way: storage.tickets.Way
) -> None:
    for sql in way:
        steps = plan(db, sql)
        assert any(re.search(rf"USING .*\b{index}\b", step) for step in steps), steps
        assert not [step for step in steps if "TEMP B-TREE" in step]


def test_a_scan_would_be_noticed(db: sqlite3.Connection) -> None:
    assert whole_tables(plan(db, "SELECT body FROM tickets WHERE untaken = 1"))
    assert whole_tables(plan(db, "SELECT t.body FROM tickets AS t ORDER BY opened_at"))


ROOMS = (
    storage.access,
    storage.contacts,
    storage.events,
    storage.intake,
    storage.limits,
    storage.outbox,
    storage.pages,
    storage.people,
    storage.places,
    storage.telephone,
    storage.tickets,
    storage.timers,
    storage.webhooks,
    storage.workers,
)


def texts_of_the_rooms() -> set[str]:
    return {
        value
        for room in ROOMS
        for name, value in vars(room).items()
        if name.isupper() and name[0] != "_" and isinstance(value, str) and "COLUMNS" not in name
    } | {sql for way in WAYS.values() for sql in way}


def test_no_statement_was_forgotten() -> None:
    """Every SQL text of the rooms is above, or inserts one row by its key, or is about the few workers and
    webhooks."""
    texts = texts_of_the_rooms() - {storage.timers.CLAIM, storage.outbox.CLAIM}
    inserts = {sql for sql in texts if re.match(r"\s*INSERT", sql) and "SELECT" not in sql}
    startup = {storage.timers.RELEASE_TIMERS, storage.outbox.RELEASE_ITEMS, storage.people.ALL}
    by_key = {storage.people.DROP_OLD}
    by_key |= {storage.places.BOOKMARK, storage.places.SECRET, storage.places.DEAD, storage.places.CLEAR}
    # Of some hundred engineers, and of a means that failed now and then.
    by_key |= {
        storage.contacts.GET,
        storage.contacts.CONFIRMED,
        storage.contacts.CURRENT,
        storage.contacts.SINCE,
    }
    few = {
        value
        for room in (storage.workers, storage.webhooks)
        for name, value in vars(room).items()
        if name.isupper() and isinstance(value, str)
    } | {storage.access.ALL_TOKENS}
    known = {sql for _, sql in STATEMENTS}
    assert texts - inserts - startup - by_key - few - known == set()


DESCRIBING = frozenset(
    [
        "channel",
        "kind",
        "since",
        "start",
        "end",
        "limit",
        "now",
        "until",
        "token",
        "active",
        "untaken",
        "priority",
        "opened_at",
        "last_message_at",
        "body",
        "identities",
        "line",
        "old_line",
        "new_line",
        "old_json",
        "new_json",
        "at",
        "actor",
        "data",
        "author",
        "author_name",
        "text",
        "sent_at",
        "received_at",
        "outcome",
        "reason",
        "item",
        "due_at",
        "attempts",
        "uncertain",
        "letter",
        "revision",
        "purpose",
        "urgency",
        "language",
        "created_at",
        "round",
        "via",
        "stands_in",
        "instead_of",
        "role",
        "taken",
        "blocked_until",
        "reserved_until",
        "reserved_for",
        "version",
        "knows",
        "started_at",
        "alive_until",
        "place",
        "secret",
        "sequence",
        "code",
        "waiting",
        "began_at",
        "ended_at",
        "digest",
        "tries",
        "confirmed_at",
        "address",
        "expires_at",
        "asked_at",
        "used_at",
        "after",
        "back",
        "before",
        "beyond",
        "status",
        "urgent_at",
        "wanted_assignee",
        "wanted_customer",
        "wanted_due",
        "wanted_priority",
        "wanted_state",
        "wanted_untaken",
        "wanted_word_a",
        "wanted_word_b",
        "wanted_word_c",
        "wanted_word_d",
        "wanted_word_e",
        "within",
        "without",
        "words",
    ]
)
"""Parameters whose value does not name what a statement is about."""


def test_every_parameter_names_or_describes() -> None:
    """Whether units of a group are in each other's way is told by the names; a new parameter must be sorted
    in."""
    used = {name for sql in texts_of_the_rooms() for name in storage.footprint.names(sql)}
    assert used - DESCRIBING - storage.footprint.NAMING == set()
    assert not DESCRIBING & storage.footprint.NAMING


ROWS = 40_000
FILLED = {
    "tickets": """(number, customer, active, untaken, priority, assignee, channel, conversation,
        opened_at, last_message_at, urgent_at, body) SELECT n, 'c' || n % 500, (n % 50 = 0)::int, 0, 'P2',
        'e' || n % 9, 'slack', 'C' || n, n, n, n, repeat('x', 200)""",
    "events": "(ticket, at, kind, actor, data) SELECT n, n, 'opened', 'desk', '{}'",
    "ledger": """(channel, event_key, conversation, message_id, author, author_name, text, sent_at,
        received_at, outcome, reason, ticket, item) SELECT 'slack', 'e' || n, 'C' || n, 'm' || n, 'u', 'U',
        'text', n, n, 'opened', '', n, repeat('x', 200)""",
    "message_links": "(channel, conversation, message_id, ticket) SELECT 'slack', 'C' || n, 'm' || n, n",
    "timers": """(key, kind, ticket, due_at, wake_at, token, attempts, data)
        SELECT 'k' || n, 'clock', n, n, n, 0, 0, '{}'""",
    "outbox": """(key, purpose, urgency, language, channel, conversation, kind, body, ticket, data,
        created_at, due_at, wake_at, token, attempts, uncertain, state) SELECT 'k' || n, 'page', 1, 'en',
        'slack', 'C' || n, 'Post', repeat('x', 200), n, '{}', n, n, n, 1, 0, 0,
        CASE WHEN n % 50 = 0 THEN 'waiting' ELSE 'sent' END""",
    "pages": """(key, ticket, round, engineer, via, created_at)
        SELECT 'k' || n, n, 0, 'e' || n % 50, 'slack', n""",
    "customers": "(id, body, identities) SELECT 'c' || n, '{}', ''",
    "identities": "(kind, value, customer) SELECT 'conversation', 'C' || n, 'c' || n",
    "calls": "(id, ticket, waiting, began_at, body) SELECT 'k' || n, n, (n % 50 = 0)::int, n, '{}'",
    "reports": "(key, sequence) SELECT 'k' || n, 3",
    "snapshots": "(name, body) SELECT 's' || n, '{}'",
    "sessions": "(digest, address, expires_at, body) SELECT 'd' || n, 'a' || n, n, '{}'",
    "sign_ins": "(digest, address, asked_at, expires_at) SELECT 'd' || n, 'a' || n, n, n",
    "tokens": "(id, digest, body) SELECT 't' || n, 'd' || n, '{}'",
    "answers": "(token, key, digest, body, at) SELECT 't' || n, 'k' || n, 'd' || n, '{}', n",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A PostgreSQL desk with some ten thousand rows in every growing table, and what the planner knows of
    them."""

    db: "asyncpg.Connection[asyncpg.Record]"

    async def scans(self, sql: str) -> list[str]:
        """Growing tables that it reads from end to end, one by one or in a set. What it finds is nothing, or
        one."""
        prepared = await self.db.prepare(single(sql))
        types = [each.name for each in prepared.get_parameters()]
        values = ["1" if each == "text" else 1 for each in types]
        plans = [await self.db.fetch(f"EXPLAIN {single(sql)}", *values)]
        if (form := set_form(sql, types)) is not None:
            plans.append(await self.db.fetch(f"EXPLAIN {form.sql}", *([each] * 3 for each in values)))
        seen = "\n".join(row[0] for plan in plans for row in plan)
        return re.findall(rf"Seq Scan on ({'|'.join(FILLED)})\b", seen)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(postgres_server: str) -> AsyncIterator[Filled]:
    home = await PostgresHome.made(postgres_server)
    db = await asyncpg.connect(home.url)
    for table, rows in FILLED.items():
        await db.execute(f"INSERT INTO {table} {rows} FROM generate_series(1, {ROWS}) AS n")
    await db.execute("ANALYZE")
    yield Filled(db)
    await db.close()
    await home.remove()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("room", "sql"), STATEMENTS)
async def test_it_goes_by_an_index_on_postgresql(filled: Filled, room: str, sql: str) -> None:
    assert await filled.scans(sql) == []


@pytest.mark.asyncio(loop_scope="module")
async def test_a_scan_would_be_noticed_on_postgresql(filled: Filled) -> None:
    assert await filled.scans("SELECT body FROM tickets WHERE untaken = 1") == ["tickets"]
