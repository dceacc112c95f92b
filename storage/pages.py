"""The record of pages: who was tried, by which means, and what came of it."""

from datetime import datetime

from bot.escalation.page import Page
from storage.encoding import from_micros, instant_or_none, to_micros
from storage.session import Row, Session

ADD = """
INSERT INTO pages (key, ticket, round, engineer, via, created_at)
VALUES (:key, :ticket, :round, :engineer, :via, :created_at) ON CONFLICT (key) DO NOTHING
"""
DELIVERED = """
UPDATE pages SET delivered_at = :now, failed_at = NULL, reason = NULL
WHERE key = :key AND delivered_at IS NULL
"""
FAILED = "UPDATE pages SET failed_at = :now, reason = :reason WHERE key = :key"
OF = """
SELECT key, ticket, round, engineer, via, created_at, delivered_at, failed_at, reason
FROM pages WHERE ticket = :ticket ORDER BY created_at, key
"""
NEWEST = """
SELECT key, ticket, round, engineer, via, created_at, delivered_at, failed_at, reason
FROM pages WHERE ticket = :ticket ORDER BY created_at DESC, key DESC LIMIT :limit
"""
COUNT = "SELECT COUNT(*) FROM pages WHERE ticket = :ticket"


class SqlPages:
    """Keeps `bot.ports.Pages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, page: Page) -> None:
        self._session.write(
            ADD,
            key=page.key,
            ticket=page.ticket,
            round=page.round,
            engineer=page.engineer,
            via=page.via,
            created_at=to_micros(page.created_at),
        )

    def delivered(self, key: str, now: datetime) -> None:
        self._session.write(DELIVERED, key=key, now=to_micros(now))

    def failed(self, key: str, reason: str, now: datetime) -> None:
        self._session.write(FAILED, key=key, reason=reason, now=to_micros(now))

    async def of(self, ticket: int) -> tuple[Page, ...]:
        return tuple(_page(row) for row in await self._session.rows(OF, ticket=ticket))

    async def newest(self, ticket: int, limit: int) -> tuple[Page, ...]:
        return tuple(_page(row) for row in await self._session.rows(NEWEST, ticket=ticket, limit=limit))

    async def count(self, ticket: int) -> int:
        [[count]] = await self._session.rows(COUNT, ticket=ticket)
        return int(count)


def _page(row: Row) -> Page:
    key, ticket, number, engineer, via, created_at, delivered_at, failed_at, reason = row
    return Page(
        key,
        ticket,
        number,
        engineer,
        via,
        from_micros(created_at),
        instant_or_none(delivered_at),
        instant_or_none(failed_at),
        reason,
    )
