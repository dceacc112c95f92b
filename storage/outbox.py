"""Messages that must leave, under lease. `wake_at` is when somebody may pick an item up: its due time, or the
end of the lease of whoever did."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.durable import ClaimedItem, OutboxItem, Purpose, Urgency
from bot.inbound import Address
from bot.outgoing import OpenRoom, Outgoing, Receipt
from storage.claims import BY_KEY as _BY_KEY
from storage.claims import Claims
from storage.encoding import (
    from_micros,
    json_of,
    message_from_row,
    message_to_row,
    new_token,
    to_micros,
    value_of,
)
from storage.session import Fenced, Row, Session

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
    holder = CASE WHEN outbox.state = 'waiting' THEN outbox.holder ELSE '' END,
    attempts = 0, revision = outbox.revision + 1, state = 'waiting', reason = NULL""",
)
# A conversation is served by one worker at a time, so that what is said there keeps its order. Which ones are
# others' is asked once (NOT IN) and not for every row.
CLAIM = """
UPDATE outbox SET wake_at = :until, token = :token, holder = :worker
WHERE id IN (
    SELECT id FROM outbox AS due WHERE state = 'waiting' AND wake_at <= :now
      AND (channel, conversation) NOT IN (
        SELECT channel, conversation FROM outbox AS other
        WHERE state = 'waiting' AND token <> 0 AND holder <> :worker AND wake_at > :now
      )
    ORDER BY urgency, due_at, id LIMIT :limit {skip_locked}
)
RETURNING id, key, purpose, urgency, language, kind, body, ticket, data, created_at, due_at, attempts,
          uncertain, letter, revision
"""
HELD = f"SELECT 1 FROM outbox WHERE {_BY_KEY} AND coalesce(state, '') = 'waiting'"  # noqa: S608
SENDING = Fenced(f"""
UPDATE outbox SET uncertain = 1, letter = :letter
WHERE {_BY_KEY} AND coalesce(state, '') = 'waiting' RETURNING key
""")  # noqa: S608
# Newer words, given while the old ones were on their way (the revision tells), are due at once.
_OUTDATED = f"""
    token = CASE WHEN revision = :revision THEN token ELSE 0 END,
    wake_at = CASE WHEN revision = :revision THEN wake_at ELSE due_at END,
    letter = CASE WHEN revision = :revision THEN letter END
WHERE {_BY_KEY} RETURNING key
"""
SENT = Fenced(
    """
UPDATE outbox SET
    state = CASE WHEN revision = :revision THEN 'sent' ELSE state END,
    sent_at = CASE WHEN revision = :revision THEN :now ELSE sent_at END,
    message_id = CASE WHEN revision = :revision THEN :message_id ELSE message_id END,
    uncertain = 0,"""
    + _OUTDATED
)
DEAD = Fenced(
    """
UPDATE outbox SET
    state = CASE WHEN revision = :revision THEN 'dead' ELSE state END,
    sent_at = CASE WHEN revision = :revision THEN :now ELSE sent_at END,
    reason = CASE WHEN revision = :revision THEN :reason ELSE reason END,
    uncertain = CASE WHEN revision = :revision THEN uncertain ELSE 0 END,"""
    + _OUTDATED
)
POSTPONE = Fenced(f"""
UPDATE outbox SET wake_at = :until, token = 0, holder = '', attempts = :attempts,
    uncertain = CAST(:uncertain AS BIGINT),
    letter = CASE WHEN CAST(:uncertain AS BIGINT) = 1 THEN letter END
WHERE {_BY_KEY} RETURNING key
""")  # noqa: S608
WITHDRAW = """
UPDATE outbox SET state = 'withdrawn' WHERE ticket = :ticket AND state = 'waiting' AND purpose = :purpose
"""
HASTEN = """
UPDATE outbox SET wake_at = :now
WHERE state = 'waiting' AND wake_at > :now AND token = 0 AND attempts = 0 AND channel = :channel
"""
HASTEN_TO = """
UPDATE outbox SET wake_at = :now, attempts = 0
WHERE state = 'waiting' AND token = 0 AND channel = :channel AND conversation = :conversation
"""
READDRESS = """
UPDATE outbox SET conversation = :new, body = replace(body, :old_json, :new_json)
WHERE state = 'waiting' AND channel = :channel AND conversation = :old
"""
FIND = """
SELECT key, purpose, urgency, language, kind, body, ticket, data, created_at, due_at FROM outbox
WHERE key = :key
"""
NEXT_ITEM = "SELECT min(wake_at) FROM outbox WHERE state = 'waiting'"
RELEASE_ITEMS = """
UPDATE outbox SET wake_at = due_at, token = 0, holder = ''
WHERE state = 'waiting' AND token <> 0 RETURNING key
"""
RELEASE_ITEMS_OF = """
UPDATE outbox SET wake_at = due_at, token = 0, holder = ''
WHERE state = 'waiting' AND token <> 0 AND holder = :worker
"""


def _place(message: Outgoing) -> tuple[str, str]:
    """Channel and conversation; a room that is not open yet has no conversation."""
    if isinstance(message, OpenRoom):
        return message.channel, ""
    return message.at.channel, message.at.conversation


class SqlOutbox:
    """Keeps `bot.ports.Outbox`."""

    def __init__(self, session: Session, claims: Claims) -> None:
        self._session = session
        self._claims = claims

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
        rows = await self._session.rows(
            CLAIM.format(skip_locked=self._claims.skip_locked),
            now=to_micros(now),
            until=until,
            token=token,
            worker=self._claims.worker,
            limit=limit,
        )
        ordered = sorted(rows, key=lambda row: (row[3], row[10], row[0]))
        return tuple(_claimed(row, token) for row in ordered)

    async def sending(self, claimed: ClaimedItem, letter: str) -> bool:
        held = {"key": claimed.item.key, "token": claimed.token}
        if await self._session.row(HELD, **held) is None:
            return False
        self._session.write(SENDING, **held, letter=letter)
        return True

    def sent(self, claimed: ClaimedItem, receipt: Receipt, now: datetime) -> None:
        self._settle(SENT, claimed, now=to_micros(now), message_id=receipt.message_id)

    def dead(self, claimed: ClaimedItem, reason: str, now: datetime) -> None:
        self._settle(DEAD, claimed, now=to_micros(now), reason=reason)

    def _settle(self, sql: str, claimed: ClaimedItem, **values: int | str) -> None:
        fence = {"key": claimed.item.key, "token": claimed.token, "revision": claimed.revision}
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

    async def find(self, key: str) -> OutboxItem | None:
        row = await self._session.row(FIND, key=key)
        return _item(row) if row else None

    def withdraw(self, ticket: int, purposes: Iterable[Purpose]) -> None:
        for purpose in purposes:
            self._session.write(WITHDRAW, ticket=ticket, purpose=purpose.value)

    def hasten(self, channel: str, now: datetime) -> None:
        self._session.write(HASTEN, channel=channel, now=to_micros(now))

    def hasten_to(self, at: Address, now: datetime) -> None:
        self._session.write(HASTEN_TO, channel=at.channel, conversation=at.conversation, now=to_micros(now))

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
    attempts, uncertain, left_in, revision = row[11:]
    item = _item(row[1:11])
    letter = (left_in or item.key) if uncertain else ""
    return ClaimedItem(item, token, attempts, bool(uncertain), revision, letter)


def _item(row: Row) -> OutboxItem:
    key, purpose, urgency, language, kind, body, ticket, data, created, due = row
    return OutboxItem(
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
