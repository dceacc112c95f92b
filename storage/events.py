"""The tickets' append-only log, and what of it each audience reads."""

from typing import Any

from bot.tickets import conversation
from bot.tickets.conversation import Audience
from bot.tickets.ticket import Event
from storage.encoding import from_micros, json_of, to_micros, value_of
from storage.session import Session

ADD = "INSERT INTO events (ticket, at, kind, actor, data) VALUES (:ticket, :at, :kind, :actor, :data)"
NEWEST = "SELECT coalesce(max(id), 0) FROM events"
BEYOND = """
SELECT e.id, e.ticket, t.customer FROM events AS e JOIN tickets AS t ON t.number = e.ticket
WHERE e.id > :beyond ORDER BY e.id LIMIT :limit
"""
OF = "SELECT ticket, at, kind, actor, data FROM events WHERE ticket = :ticket ORDER BY id"


def _said_to(audience: Audience) -> str:
    """The newest lines that they read. What says that there is no news counts only where news follow it."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(conversation.READ_BY[audience]))
    return f"""
SELECT ticket, at, kind, actor, data FROM events WHERE id IN (
    SELECT id FROM (
        SELECT id, kind, lead(kind) OVER (ORDER BY id) AS after FROM events
        WHERE ticket = :ticket AND kind IN ({kinds})
    ) AS line
    WHERE kind <> '{conversation.NO_NEWS}' OR after IS NULL OR after <> '{conversation.NO_NEWS}'
    ORDER BY id DESC LIMIT :limit
) ORDER BY id
"""  # noqa: S608 - words of our own


SAID_TO_CUSTOMERS, SAID_TO_ENGINEERS = _said_to(Audience.CUSTOMERS), _said_to(Audience.ENGINEERS)
LATEST = """
SELECT ticket, at, kind, actor, data FROM events WHERE ticket = :ticket ORDER BY id DESC LIMIT :limit
"""
COUNT = "SELECT count(*) FROM events WHERE ticket = :ticket"


class SqlEvents:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, event: Event) -> None:
        self._session.write(
            ADD,
            ticket=event.ticket,
            at=to_micros(event.at),
            kind=event.kind,
            actor=event.actor,
            data=json_of(event.data),
        )

    async def of(self, ticket: int) -> tuple[Event, ...]:
        return await self._all(OF, ticket=ticket)

    async def talk(self, ticket: int, audience: Audience, limit: int) -> tuple[Event, ...]:
        said = SAID_TO_CUSTOMERS if audience is Audience.CUSTOMERS else SAID_TO_ENGINEERS
        return await self._all(said, ticket=ticket, limit=limit)

    async def latest(self, ticket: int, limit: int) -> tuple[Event, ...]:
        return await self._all(LATEST, ticket=ticket, limit=limit)

    async def count(self, ticket: int) -> int:
        [[count]] = await self._session.rows(COUNT, ticket=ticket)
        return int(count)

    async def _all(self, sql: str, **values: Any) -> tuple[Event, ...]:
        rows = await self._session.rows(sql, **values)
        return tuple(Event(row[0], from_micros(row[1]), row[2], row[3], value_of(row[4])) for row in rows)

    async def newest(self) -> int:
        row = await self._session.row(NEWEST)
        return int(row[0]) if row else 0

    async def beyond(self, number: int, limit: int = 1000) -> tuple[tuple[int, int, str], ...]:
        rows = await self._session.rows(BEYOND, beyond=number, limit=limit)
        return tuple((row[0], row[1], row[2]) for row in rows)
