"""Messages that must leave, under lease. `wake_at` is when somebody may pick an item up: its due time, or the
end of the lease of whoever did."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.durable import ClaimedItem, OutboxItem, Purpose, Urgency
from bot.outgoing import OpenRoom, Outgoing, Receipt
from storage.encoding import (
    from_micros,
    json_of,
    message_from_row,
    message_to_row,
    new_token,
    to_micros,
    value_of,
)
from storage.session import Row, Session

ADD = """
INSERT INTO outbox (key, purpose, urgency, language, channel, conversation, kind, body, ticket, data,
                    created_at, due_at, wake_at, token, attempts, uncertain, state)
VALUES (:key, :purpose, :urgency, :language, :channel, :conversation, :kind, :body, :ticket, :data,
        :created_at, :due_at, :due_at, 0, 0, 0, 'waiting')
ON CONFLICT (key) DO NOTHING
"""
# While the old words are on their way their lease stays, so that they and the new ones do not overtake
# each other; `revision` tells their sender, when it is back, that it is not done.
ADD_NEWEST = ADD.replace(
    "DO NOTHING",
    """DO UPDATE SET
    urgency = excluded.urgency, language = excluded.language, channel = excluded.channel,
    conversation = excluded.conversation, kind = excluded.kind, body = excluded.body,
    ticket = excluded.ticket, data = excluded.data,
    created_at = excluded.created_at, due_at = excluded.due_at,
    wake_at = CASE WHEN outbox.state = 'waiting' THEN outbox.wake_at ELSE excluded.wake_at END,
    token = CASE WHEN outbox.state = 'waiting' THEN outbox.token ELSE 0 END,
    uncertain = CASE WHEN outbox.state = 'waiting' THEN outbox.uncertain ELSE 0 END,
    letter = CASE WHEN outbox.state = 'waiting' THEN outbox.letter END,
    attempts = 0, revision = outbox.revision + 1, state = 'waiting', reason = NULL""",
)
CLAIM = """
UPDATE outbox SET wake_at = :until, token = :token
WHERE id IN (
    SELECT id FROM outbox WHERE state = 'waiting' AND wake_at <= :now
    ORDER BY urgency, due_at, id LIMIT :limit
)
RETURNING id, key, purpose, urgency, language, kind, body, ticket, data, created_at, due_at, attempts,
          uncertain, letter, revision
"""
SENDING = """
UPDATE outbox SET uncertain = 1, letter = :letter
WHERE key = :key AND token = :token AND state = 'waiting' RETURNING key
"""
SENT = """
UPDATE outbox SET state = 'sent', sent_at = :now, message_id = :message_id, uncertain = 0
WHERE key = :key AND token = :token AND revision = :revision
"""
DEAD = """
UPDATE outbox SET state = 'dead', sent_at = :now, reason = :reason
WHERE key = :key AND token = :token AND revision = :revision
"""
OUTDATED = """
UPDATE outbox SET token = 0, wake_at = due_at, uncertain = 0, letter = NULL
WHERE key = :key AND token = :token AND revision <> :revision
"""
POSTPONE = """
UPDATE outbox SET wake_at = :until, token = 0, attempts = :attempts, uncertain = :uncertain,
    letter = CASE :uncertain WHEN 1 THEN letter END
WHERE key = :key AND token = :token
"""
WITHDRAW = """
UPDATE outbox SET state = 'withdrawn' WHERE ticket = :ticket AND state = 'waiting' AND purpose = :purpose
"""
READDRESS = """
UPDATE outbox SET conversation = :new, body = replace(body, :old_json, :new_json)
WHERE state = 'waiting' AND channel = :channel AND conversation = :old
"""
NEXT_ITEM = "SELECT min(wake_at) FROM outbox WHERE state = 'waiting'"
RELEASE_ITEMS = """
UPDATE outbox SET wake_at = due_at, token = 0 WHERE state = 'waiting' AND token <> 0 RETURNING key
"""


def _place(message: Outgoing) -> tuple[str, str]:
    """Channel and conversation; a room that is not open yet has no conversation."""
    if isinstance(message, OpenRoom):
        return message.channel, ""
    return message.at.channel, message.at.conversation


class SqlOutbox:
    """Keeps `bot.ports.Outbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, item: OutboxItem) -> None:
        kind, body = message_to_row(item.message)
        channel, conversation = _place(item.message)
        self._session.write(
            ADD_NEWEST if item.purpose is Purpose.CARD else ADD,
            key=item.key,
            purpose=item.purpose.value,
            urgency=int(item.urgency),
            language=item.language,
            channel=channel,
            conversation=conversation,
            kind=kind,
            body=body,
            ticket=item.ticket,
            data=json_of(item.data),
            created_at=to_micros(item.created_at),
            due_at=to_micros(item.due_at),
        )

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedItem, ...]:
        token, until = new_token(), to_micros(now + lease)
        rows = await self._session.rows(CLAIM, now=to_micros(now), until=until, token=token, limit=limit)
        ordered = sorted(rows, key=lambda row: (row[3], row[10], row[0]))
        return tuple(_claimed(row, token) for row in ordered)

    async def sending(self, claimed: ClaimedItem, letter: str) -> bool:
        row = await self._session.row(SENDING, key=claimed.item.key, token=claimed.token, letter=letter)
        return row is not None

    def sent(self, claimed: ClaimedItem, receipt: Receipt, now: datetime) -> None:
        self._settle(SENT, claimed, now=to_micros(now), message_id=receipt.message_id)

    def dead(self, claimed: ClaimedItem, reason: str, now: datetime) -> None:
        self._settle(DEAD, claimed, now=to_micros(now), reason=reason)

    def _settle(self, sql: str, claimed: ClaimedItem, **values: int | str) -> None:
        """Newer words, given while the old ones were on their way, are due at once."""
        fence = {"key": claimed.item.key, "token": claimed.token, "revision": claimed.revision}
        self._session.write(OUTDATED, **fence)
        self._session.write(sql, **fence, **values)

    def postpone(self, claimed: ClaimedItem, until: datetime, *, uncertain: bool, attempts: int) -> None:
        self._session.write(
            POSTPONE,
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
        """The address is inside the message too. Its quotes cannot be a customer's: those are escaped."""
        self._session.write(
            READDRESS,
            channel=channel,
            old=old,
            new=new,
            old_json=f'"conversation":{json_of(old)}',
            new_json=f'"conversation":{json_of(new)}',
        )


def _claimed(row: Row, token: int) -> ClaimedItem:
    key, purpose, urgency, language, kind, body, ticket, data = row[1:9]
    created, due, attempts, uncertain, left_in, revision = row[9:]
    letter = (left_in or key) if uncertain else ""
    item = OutboxItem(
        key=key,
        purpose=Purpose(purpose),
        urgency=Urgency(urgency),
        message=message_from_row(kind, body),
        created_at=from_micros(created),
        due_at=from_micros(due),
        language=language,
        ticket=ticket,
        data=value_of(data),
    )
    return ClaimedItem(item, token, attempts, bool(uncertain), revision, letter)
