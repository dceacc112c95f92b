"""Timers, the outbox and the record of pages."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.durable import ClaimedItem, ClaimedTimer, OutboxItem, Purpose, Timer, TimerKind, Urgency
from bot.escalation.page import Page
from bot.outgoing import Receipt
from storage.encoding import (
    from_micros,
    instant_or_none,
    message_from_row,
    message_to_row,
    micros_or_none,
    to_micros,
)
from storage.session import Row, Session

SET = """
INSERT INTO timers (key, kind, ticket, due_at, wake_at, token, attempts, data)
VALUES (:key, :kind, :ticket, :due_at, :due_at, 0, 0, :data)
ON CONFLICT (key) DO UPDATE SET
    kind = excluded.kind, ticket = excluded.ticket, due_at = excluded.due_at, wake_at = excluded.wake_at,
    token = 0, attempts = 0, data = excluded.data
"""
CANCEL = "DELETE FROM timers WHERE key = :key"
CANCEL_KIND = "DELETE FROM timers WHERE ticket = :ticket AND kind = :kind"
CLAIM_TIMERS = """
UPDATE timers SET wake_at = :until, token = :token
WHERE key IN (SELECT key FROM timers WHERE wake_at <= :now ORDER BY wake_at LIMIT :limit)
RETURNING key, kind, ticket, due_at, attempts, data
"""
TAKE = "DELETE FROM timers WHERE key = :key AND token = :token RETURNING key"
POSTPONE_TIMER = """
UPDATE timers SET wake_at = :until, token = 0, attempts = attempts + 1 WHERE key = :key AND token = :token
"""
ADD = """
INSERT INTO outbox (key, purpose, urgency, language, channel, conversation, kind, body, ticket, data,
                    created_at, due_at, wake_at, token, attempts, uncertain, state)
VALUES (:key, :purpose, :urgency, :language, :channel, :conversation, :kind, :body, :ticket, :data,
        :created_at, :due_at, :due_at, 0, 0, 0, 'waiting')
ON CONFLICT (key) DO NOTHING
"""
ADD_NEWEST = ADD.replace(
    "DO NOTHING",
    """DO UPDATE SET
    body = excluded.body, data = excluded.data, created_at = excluded.created_at, due_at = excluded.due_at,
    wake_at = CASE WHEN outbox.state = 'waiting' THEN outbox.wake_at ELSE excluded.wake_at END,
    token = CASE WHEN outbox.state = 'waiting' THEN outbox.token ELSE 0 END,
    attempts = 0, state = 'waiting', channel = excluded.channel, conversation = excluded.conversation,
    revision = outbox.revision + 1""",
)
CLAIM_ITEMS = """
UPDATE outbox SET wake_at = :until, token = :token
WHERE id IN (
    SELECT id FROM outbox WHERE state = 'waiting' AND wake_at <= :now ORDER BY urgency, due_at, id LIMIT :limit
)
RETURNING id, key, purpose, urgency, language, kind, body, ticket, data, created_at, due_at, attempts, uncertain,
          revision
"""
SENDING = """
UPDATE outbox SET uncertain = 1 WHERE key = :key AND token = :token AND state = 'waiting' RETURNING key
"""
SENT = """
UPDATE outbox SET state = 'sent', sent_at = :now, message_id = :message_id, uncertain = 0
WHERE key = :key AND token = :token AND revision = :revision
"""
OUTDATED = """
UPDATE outbox SET token = 0, wake_at = due_at, uncertain = 0
WHERE key = :key AND token = :token AND revision <> :revision
"""
DEAD = """
UPDATE outbox SET state = 'dead', sent_at = :now, reason = :reason WHERE key = :key AND token = :token
"""
POSTPONE_ITEM = """
UPDATE outbox SET wake_at = :until, token = 0, attempts = :attempts, uncertain = :uncertain
WHERE key = :key AND token = :token
"""
WITHDRAW = """
UPDATE outbox SET state = 'withdrawn' WHERE ticket = :ticket AND state = 'waiting' AND purpose = :purpose
"""
READDRESS = """
UPDATE outbox SET conversation = :new, body = replace(body, :old_json, :new_json)
WHERE state = 'waiting' AND channel = :channel AND conversation = :old
"""
ADD_PAGE = """
INSERT INTO pages (key, ticket, round, engineer, via, created_at)
VALUES (:key, :ticket, :round, :engineer, :via, :created_at) ON CONFLICT (key) DO NOTHING
"""
PAGE_DELIVERED = "UPDATE pages SET delivered_at = :now WHERE key = :key AND delivered_at IS NULL"
PAGE_FAILED = "UPDATE pages SET failed_at = :now, reason = :reason WHERE key = :key"
PAGES_OF = """
SELECT key, ticket, round, engineer, via, created_at, delivered_at, failed_at, reason
FROM pages WHERE ticket = :ticket ORDER BY created_at, key
"""
NEXT_TIMER = "SELECT min(wake_at) FROM timers"
NEXT_ITEM = "SELECT min(wake_at) FROM outbox WHERE state = 'waiting'"
RELEASE_TIMERS = "UPDATE timers SET wake_at = due_at, token = 0 WHERE token <> 0 RETURNING key"
RELEASE_ITEMS = """
UPDATE outbox SET wake_at = due_at, token = 0 WHERE state = 'waiting' AND token <> 0 RETURNING key
"""


def _token() -> int:
    """Unguessable is not the point, never the same twice is: it fences a lease."""
    return secrets.randbits(62) | 1


class SqlTimers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, timer: Timer) -> None:
        self._session.write(
            SET,
            key=timer.key,
            kind=timer.kind.value,
            ticket=timer.ticket,
            due_at=to_micros(timer.due_at),
            data=json.dumps(timer.data),
        )

    def cancel(self, key: str) -> None:
        self._session.write(CANCEL, key=key)

    def cancel_all(self, ticket: int, kinds: Iterable[TimerKind]) -> None:
        for kind in kinds:
            self._session.write(CANCEL_KIND, ticket=ticket, kind=kind.value)

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedTimer, ...]:
        token = _token()
        rows = await self._session.rows(
            CLAIM_TIMERS, now=to_micros(now), until=to_micros(now + lease), token=token, limit=limit
        )
        claimed = [_claimed_timer(row, token) for row in rows]
        return tuple(sorted(claimed, key=lambda each: (each.timer.due_at, each.timer.key)))

    async def take(self, claimed: ClaimedTimer) -> bool:
        row = await self._session.row(TAKE, key=claimed.timer.key, token=claimed.token)
        return row is not None

    def postpone(self, claimed: ClaimedTimer, until: datetime) -> None:
        self._session.write(
            POSTPONE_TIMER, key=claimed.timer.key, token=claimed.token, until=to_micros(until)
        )


def _claimed_timer(row: Row, token: int) -> ClaimedTimer:
    key, kind, ticket, due_at, attempts, data = row
    return ClaimedTimer(
        Timer(key, TimerKind(kind), ticket, from_micros(due_at), json.loads(data)), token, attempts
    )


class SqlOutbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, item: OutboxItem) -> None:
        kind, body = message_to_row(item.message)
        message = item.message
        place = (
            (message.channel, "")
            if not hasattr(message, "at")
            else (message.at.channel, message.at.conversation)
        )
        self._session.write(
            ADD_NEWEST if item.purpose is Purpose.CARD else ADD,
            key=item.key,
            purpose=item.purpose.value,
            urgency=int(item.urgency),
            language=item.language,
            channel=place[0],
            conversation=place[1],
            kind=kind,
            body=body,
            ticket=item.ticket,
            data=json.dumps(item.data),
            created_at=to_micros(item.created_at),
            due_at=to_micros(item.due_at),
        )

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedItem, ...]:
        token = _token()
        rows = await self._session.rows(
            CLAIM_ITEMS, now=to_micros(now), until=to_micros(now + lease), token=token, limit=limit
        )
        ordered = sorted(rows, key=lambda row: (row[3], row[10], row[0]))
        return tuple(_claimed_item(row, token) for row in ordered)

    async def sending(self, claimed: ClaimedItem) -> bool:
        row = await self._session.row(SENDING, key=claimed.item.key, token=claimed.token)
        return row is not None

    def sent(self, claimed: ClaimedItem, receipt: Receipt, now: datetime) -> None:
        values = {"key": claimed.item.key, "token": claimed.token, "revision": claimed.revision}
        self._session.write(OUTDATED, **values)
        self._session.write(SENT, **values, now=to_micros(now), message_id=receipt.message_id)

    def dead(self, claimed: ClaimedItem, reason: str, now: datetime) -> None:
        self._session.write(
            DEAD, key=claimed.item.key, token=claimed.token, reason=reason, now=to_micros(now)
        )

    def postpone(self, claimed: ClaimedItem, until: datetime, *, uncertain: bool, attempts: int) -> None:
        self._session.write(
            POSTPONE_ITEM,
            key=claimed.item.key,
            token=claimed.token,
            until=to_micros(until),
            uncertain=int(uncertain),
            attempts=attempts,
        )

    def withdraw(self, ticket: int, purposes: Iterable[Purpose]) -> None:
        for purpose in purposes:
            self._session.write(WITHDRAW, ticket=ticket, purpose=purpose.value)

    def readdress(self, channel: str, old: str, new: str) -> None:
        self._session.write(
            READDRESS,
            channel=channel,
            old=old,
            new=new,
            old_json=f'"conversation":{json.dumps(old)}',
            new_json=f'"conversation":{json.dumps(new)}',
        )


def _claimed_item(row: Row, token: int) -> ClaimedItem:
    (
        _,
        key,
        purpose,
        urgency,
        language,
        kind,
        body,
        ticket,
        data,
        created,
        due,
        attempts,
        uncertain,
        revision,
    ) = row
    item = OutboxItem(
        key=key,
        purpose=Purpose(purpose),
        urgency=Urgency(urgency),
        message=message_from_row(kind, body),
        created_at=from_micros(created),
        due_at=from_micros(due),
        language=language,
        ticket=ticket,
        data=json.loads(data),
    )
    return ClaimedItem(item, token, attempts, bool(uncertain), revision)


class SqlPages:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, page: Page) -> None:
        self._session.write(
            ADD_PAGE,
            key=page.key,
            ticket=page.ticket,
            round=page.round,
            engineer=page.engineer,
            via=page.via,
            created_at=micros_or_none(page.created_at),
        )

    def delivered(self, key: str, now: datetime) -> None:
        self._session.write(PAGE_DELIVERED, key=key, now=to_micros(now))

    def failed(self, key: str, reason: str, now: datetime) -> None:
        self._session.write(PAGE_FAILED, key=key, reason=reason, now=to_micros(now))

    async def of(self, ticket: int) -> tuple[Page, ...]:
        return tuple(_page(row) for row in await self._session.rows(PAGES_OF, ticket=ticket))


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
