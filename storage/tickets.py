"""Tickets, the snapshots they carry, and which message belongs to which."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from string import ascii_lowercase
from typing import Any, NamedTuple

from bot.customers.customer import conversation
from bot.errors import Refused, StoreError
from bot.escalation.policy import Snapshot
from bot.inbound import Address
from bot.policy import Priority
from bot.tickets.board import LOOK_BACK, MOST_WORDS, Spot, Stretch, Wanted, folded, spot_of, words_of
from bot.tickets.ticket import ACTIVE as ACTIVE_STATES
from bot.tickets.ticket import State, Ticket
from storage.encoding import SNAPSHOT, TICKET, document, to_micros, whole
from storage.people import move_identity
from storage.session import Row, Session

SAVE = """
INSERT INTO tickets (number, customer, active, untaken, priority, assignee, channel, conversation,
                     opened_at, last_message_at, urgent_at, words, body)
VALUES (:number, :customer, :active, :untaken, :priority, :assignee, :channel, :conversation,
        :opened_at, :last_message_at, :urgent_at, :words, :body)
ON CONFLICT (number) DO UPDATE SET
    customer = excluded.customer, active = excluded.active, untaken = excluded.untaken,
    priority = excluded.priority, assignee = excluded.assignee, channel = excluded.channel,
    conversation = excluded.conversation, opened_at = excluded.opened_at,
    last_message_at = excluded.last_message_at, urgent_at = excluded.urgent_at, words = excluded.words,
    body = excluded.body
"""
GET = "SELECT body FROM tickets WHERE number = :number"
NEAREST = """
SELECT number FROM (
    SELECT * FROM (SELECT number FROM tickets WHERE number < :number ORDER BY number DESC LIMIT 1) AS below
    UNION ALL
    SELECT * FROM (SELECT number FROM tickets WHERE number > :number ORDER BY number LIMIT 1) AS above
) AS near ORDER BY abs(number - :number) LIMIT 1
"""
ACTIVE = "SELECT body FROM tickets WHERE active = 1 ORDER BY priority, opened_at, number LIMIT :limit"
ACTIVE_OF = """
SELECT body FROM tickets WHERE active = 1 AND customer = :customer
ORDER BY priority, opened_at, number LIMIT :limit
"""
OF_CONVERSATION = """
SELECT body FROM tickets WHERE channel = :channel AND conversation = :conversation
ORDER BY number DESC LIMIT 1000
"""
ASSIGNED = "SELECT body FROM tickets WHERE active = 1 AND assignee = :engineer ORDER BY number DESC LIMIT 50"
LAST_PAGED = """
SELECT t.body FROM (
    SELECT ticket, created_at FROM pages WHERE engineer = :engineer ORDER BY created_at DESC LIMIT 200
) AS p JOIN tickets AS t ON t.number = p.ticket
ORDER BY t.untaken DESC, p.created_at DESC, t.number DESC LIMIT 1
"""
_WORDS = [f"wanted_word_{letter}" for letter in ascii_lowercase[:MOST_WORDS]]  # a parameter has no digits
_EACH_WORD = "".join(f"    AND (:{word} = '' OR words LIKE :{word} ESCAPE '!')\n" for word in _WORDS)
_WHOSE = """(:wanted_customer = '' OR customer = :wanted_customer)
    AND (:wanted_assignee = '' OR assignee = :wanted_assignee)
    AND (:wanted_priority = '' OR priority = :wanted_priority)
    AND untaken >= :wanted_untaken"""
_WANTED = f"""
    AND {_WHOSE}
    AND urgent_at < :wanted_due
{_EACH_WORD}"""
BOARD = f"""
SELECT body FROM tickets
WHERE active = 1 AND urgent_at >= :start AND (urgent_at > :start OR number > :beyond) {_WANTED}
ORDER BY urgent_at, number LIMIT :limit
"""  # noqa: S608 - _WANTED is a constant of this module
# No index knows the words, so whoever searches what is over looks at so many rows, not at years of them.
FINISHED = f"""
SELECT body FROM tickets
WHERE number > (SELECT coalesce(max(number), 0) FROM tickets) - :back AND active = 0 {_WANTED}
ORDER BY number DESC LIMIT :limit
"""  # noqa: S608 - as above
COUNTS = "SELECT priority, count(*) FROM tickets WHERE active = 1 GROUP BY priority ORDER BY priority"
OVERDUE = "SELECT count(*) FROM tickets WHERE active = 1 AND urgent_at < :now"
OF_CUSTOMER = """
SELECT body FROM tickets WHERE customer = :customer AND number < :before ORDER BY number DESC LIMIT :limit
"""
# Each look goes down one index (`by` stands first in it), no further than `within`, and what else is wanted
# is looked for on the way: no question reads the whole table. The outer SELECT takes the rows as they come.
# A state stands nowhere but in the body. Its quotes are escaped in whatever somebody wrote, so that words
# cannot look like it.
_STRETCH = "FROM tickets WHERE {by}number < :before ORDER BY number DESC LIMIT :within"
_NEWEST = f"""
SELECT body FROM (SELECT customer, assignee, priority, untaken, body {_STRETCH}) AS near
WHERE {_WHOSE}
    AND (:wanted_state = '' OR body LIKE :wanted_state ESCAPE '!')
LIMIT :limit
"""  # noqa: S608 - texts of our own
_LOWEST = f"SELECT min(number), count(*) FROM (SELECT number {_STRETCH}) AS near"  # noqa: S608 - as above


class Way(NamedTuple):
    """`newest`: what is wanted of one stretch; `lowest`: where that ends, and how many tickets are in it."""

    newest: str
    lowest: str

    @classmethod
    def down(cls, by: str) -> "Way":
        return cls(_NEWEST.format(by=by), _LOWEST.format(by=by))


ALL = Way.down("")
OF_ONE = Way.down("customer = :wanted_customer AND ")
OPEN = Way.down("active = 1 AND ")
UNPLACED = "SELECT body FROM tickets WHERE active = 1 AND urgent_at = 0 ORDER BY number LIMIT :limit"
OPENED = """
SELECT body FROM tickets WHERE opened_at >= :start AND opened_at < :end ORDER BY opened_at, number
"""
KEEP_SNAPSHOT = "INSERT INTO snapshots (name, body) VALUES (:name, :body) ON CONFLICT (name) DO NOTHING"
SNAPSHOT_OF = "SELECT body FROM snapshots WHERE name = :name"
LINK = """
INSERT INTO message_links (channel, conversation, message_id, ticket)
VALUES (:channel, :conversation, :message_id, :ticket)
ON CONFLICT (channel, conversation, message_id) DO UPDATE SET ticket = excluded.ticket
"""
TICKET_OF = """
SELECT ticket FROM message_links
WHERE channel = :channel AND conversation = :conversation AND message_id = :message_id
"""
# What the new conversation knows already stays: message ids may begin anew there.
MIGRATE_LINKS = (
    """
INSERT INTO message_links (channel, conversation, message_id, ticket)
SELECT channel, :new, message_id, ticket FROM message_links WHERE channel = :channel AND conversation = :old
ON CONFLICT (channel, conversation, message_id) DO NOTHING
""",
    "DELETE FROM message_links WHERE channel = :channel AND conversation = :old",
)
MIGRATE_LEDGER = "UPDATE ledger SET conversation = :new WHERE channel = :channel AND conversation = :old"


Give = Callable[[Session], Awaitable[int]]
"""Gives a number never given before. Whatever it must ask, it asks in the session: a unit that looks ahead
may be left at any question, and run again."""


BEYOND_ALL = 2**62
"""More than any number of a ticket, and later than any instant."""


def _somewhere(word: str) -> str:
    """The word as LIKE finds it anywhere, whatever is in it."""
    escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _each_word(words: str) -> dict[str, str]:
    """Those of _EACH_WORD; "" for each that is not there."""
    patterns = [_somewhere(word) for word in whole(folded(words)).split()]
    return dict(zip_longest(_WORDS, patterns[:MOST_WORDS], fillvalue=""))


def _whose(wanted: Wanted) -> dict[str, Any]:
    """Those of _WHOSE."""
    return {
        "wanted_customer": wanted.customer,
        "wanted_assignee": wanted.assignee,
        "wanted_priority": wanted.priority.value if wanted.priority else "",
        "wanted_untaken": int(wanted.untaken),
    }


def _values(wanted: Wanted) -> dict[str, Any]:
    """Those of _WANTED."""
    return {
        **_whose(wanted),
        "wanted_due": to_micros(wanted.late_at) if wanted.late_at else BEYOND_ALL,
        **_each_word(wanted.words),
    }


def _way(wanted: Wanted, state: State | None) -> Way:
    """Few tickets are open at a time, whosever they are."""
    if wanted.untaken or state in ACTIVE_STATES:
        return OPEN
    return OF_ONE if wanted.customer else ALL


def ticket_from(row: Row) -> Ticket:
    return TICKET.validate_json(row[0])


class SqlTickets:
    def __init__(self, session: Session, give: Give) -> None:
        self._session = session
        self._give = give

    async def next_number(self) -> int:
        return await self._give(self._session)

    async def get(self, number: int) -> Ticket:
        ticket = await self.find(number)
        if ticket is None:
            near = await self._session.row(NEAREST, number=number)
            raise Refused("unknown_ticket", ticket=f"T-{number}", near=f"T-{near[0]}" if near else "")
        return ticket

    async def find(self, number: int) -> Ticket | None:
        row = await self._session.row(GET, number=number)
        return ticket_from(row) if row else None

    def save(self, ticket: Ticket) -> None:
        self._session.write(
            SAVE,
            number=ticket.number,
            customer=ticket.customer,
            active=int(ticket.is_active),
            untaken=int(ticket.is_untaken),
            priority=ticket.priority.value,
            assignee=ticket.assignee,
            channel=ticket.home.channel,
            conversation=ticket.home.conversation,
            opened_at=to_micros(ticket.opened_at),
            last_message_at=to_micros(ticket.last_message_at),
            urgent_at=to_micros(spot_of(ticket).due_at),
            words=whole(words_of(ticket)),
            body=document(TICKET, ticket),
        )

    async def active(self, *, customer: str | None = None, limit: int = 50) -> tuple[Ticket, ...]:
        if customer is None:
            return await self._all(ACTIVE, limit=limit)
        return await self._all(ACTIVE_OF, customer=customer, limit=limit)

    async def of_conversation(self, channel: str, conversation: str) -> tuple[Ticket, ...]:
        return await self._all(OF_CONVERSATION, channel=channel, conversation=conversation)

    async def assigned(self, engineer: str) -> tuple[Ticket, ...]:
        return await self._all(ASSIGNED, engineer=engineer)

    async def last_paged(self, engineer: str) -> Ticket | None:
        row = await self._session.row(LAST_PAGED, engineer=engineer)
        return ticket_from(row) if row else None

    async def board(
        self, wanted: Wanted, *, after: Spot | None = None, limit: int = 100
    ) -> tuple[Ticket, ...]:
        return await self._all(
            BOARD,
            start=to_micros(after.due_at) if after else 0,
            beyond=after.number if after else -1,
            **_values(wanted),
            limit=limit,
        )

    async def finished(self, wanted: Wanted, *, back: int, limit: int = 100) -> tuple[Ticket, ...]:
        return await self._all(FINISHED, back=back, **_values(wanted), limit=limit)

    async def counts(self) -> Mapping[Priority, int]:
        return {Priority(row[0]): row[1] for row in await self._session.rows(COUNTS)}

    async def overdue(self, now: datetime) -> int:
        row = await self._session.row(OVERDUE, now=to_micros(now))
        return int(row[0]) if row else 0

    async def of_customer(self, customer: str, *, before: int = 0, limit: int = 50) -> tuple[Ticket, ...]:
        return await self._all(OF_CUSTOMER, customer=customer, before=before or BEYOND_ALL, limit=limit)

    async def newest(
        self,
        wanted: Wanted,
        *,
        state: State | None = None,
        before: int = 0,
        limit: int = 50,
        within: int = LOOK_BACK,
    ) -> Stretch:
        way = _way(wanted, state)
        values = {
            **_whose(wanted),
            "wanted_state": f'%"state":"{state.value}"%' if state else "",
            "before": before or BEYOND_ALL,
            "within": within,
        }
        found = await self._all(way.newest, **values, limit=limit + 1)
        if len(found) > limit:
            return Stretch(found[:limit], found[limit - 1].number)
        [[lowest, count]] = await self._session.rows(way.lowest, **values)
        return Stretch(found, lowest if count == within else 0)

    async def unplaced(self, limit: int = 200) -> tuple[Ticket, ...]:
        return await self._all(UNPLACED, limit=limit)

    async def opened_between(self, start: datetime, end: datetime) -> tuple[Ticket, ...]:
        return await self._all(OPENED, start=to_micros(start), end=to_micros(end))

    async def _all(self, sql: str, **values: Any) -> tuple[Ticket, ...]:
        return tuple(ticket_from(row) for row in await self._session.rows(sql, **values))

    def keep_snapshot(self, name: str, snapshot: Snapshot) -> None:
        self._session.write(KEEP_SNAPSHOT, name=name, body=document(SNAPSHOT, snapshot))

    async def snapshot(self, name: str) -> Snapshot:
        row = await self._session.row(SNAPSHOT_OF, name=name)
        if row is None:
            raise StoreError(f"the policy snapshot {name!r} is missing from the store")
        return SNAPSHOT.validate_json(row[0])


class SqlMessages:
    def __init__(self, session: Session) -> None:
        self._session = session

    def link(self, at: Address, message_id: str, ticket: int) -> None:
        self._session.write(
            LINK, channel=at.channel, conversation=at.conversation, message_id=message_id, ticket=ticket
        )

    async def ticket_of(self, at: Address, message_id: str) -> int | None:
        row = await self._session.row(
            TICKET_OF, channel=at.channel, conversation=at.conversation, message_id=message_id
        )
        return row[0] if row else None

    async def tickets_of(self, at: Address, message_ids: Sequence[str]) -> tuple[int, ...]:
        where = {"channel": at.channel, "conversation": at.conversation}
        asked = [(TICKET_OF, {**where, "message_id": each}) for each in message_ids]
        answers = await self._session.answers(*asked) if asked else []
        return tuple(dict.fromkeys(rows[0][0] for rows in answers if rows))

    def migrate(self, channel: str, old: str, new: str) -> None:
        for sql in MIGRATE_LINKS:
            self._session.write(sql, channel=channel, old=old, new=new)
        self._session.write(MIGRATE_LEDGER, channel=channel, old=old, new=new)
        move_identity(self._session, conversation(channel, old), conversation(channel, new))
