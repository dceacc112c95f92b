"""The intake ledger."""

from datetime import datetime

from bot.customers.customer import conversation, person
from bot.inbound import Address, MessagePosted
from bot.intake.ledger import Entry, Outcome, Surroundings
from storage.encoding import ITEM, document, from_micros, to_micros
from storage.people import customer_from, owner_query
from storage.session import Row, Session
from storage.tickets import ticket_from

COLUMNS = """channel, event_key, conversation, message_id, author, author_name, text, sent_at, received_at,
outcome, reason, ticket, item"""
ADD = f"""
INSERT INTO ledger ({COLUMNS})
VALUES (:channel, :event_key, :conversation, :message_id, :author, :author_name, :text,
        :sent_at, :received_at, :outcome, :reason, :ticket, :item)
ON CONFLICT (channel, event_key) DO UPDATE SET
    outcome = excluded.outcome, reason = excluded.reason, ticket = excluded.ticket
"""  # noqa: S608 - COLUMNS is a constant of this module
SEEN = "SELECT 1 FROM ledger WHERE channel = :channel AND event_key = :event_key"
SEEN_MESSAGE = """
SELECT 1 FROM ledger
WHERE channel = :channel AND conversation = :conversation AND message_id = :message_id AND item IS NOT NULL
"""
FIND = f"""
SELECT {COLUMNS} FROM ledger
WHERE channel = :channel AND conversation = :conversation AND message_id = :message_id
ORDER BY item IS NULL, id LIMIT 1
"""  # noqa: S608
SINCE = f"""
SELECT {COLUMNS} FROM ledger WHERE received_at >= :start AND outcome <> :without
ORDER BY received_at DESC, id DESC LIMIT :limit
"""  # noqa: S608
BY_KEY = f"SELECT {COLUMNS} FROM ledger WHERE channel = :channel AND event_key = :event_key"  # noqa: S608
QUARANTINED = f"""
SELECT {COLUMNS} FROM ledger WHERE outcome = 'quarantined' ORDER BY received_at LIMIT :limit
"""  # noqa: S608
WAITING = "SELECT count(*) FROM ledger WHERE outcome = 'quarantined'"
OF_CONVERSATION = f"""
SELECT {COLUMNS} FROM ledger WHERE channel = :channel AND conversation = :conversation ORDER BY id LIMIT 1000
"""  # noqa: S608
REPLIED = """
SELECT t.body FROM message_links AS l JOIN tickets AS t ON t.number = l.ticket
WHERE l.channel = :channel AND l.conversation = :conversation AND l.message_id = :reply_to
"""
RECENT = """
SELECT body FROM tickets
WHERE channel = :channel AND conversation = :conversation AND active = 1 AND last_message_at >= :since
ORDER BY last_message_at DESC LIMIT 20
"""
ROOM = """
SELECT ticket FROM message_links
WHERE channel = :channel AND conversation = :conversation AND message_id IN ('', :topic)
"""


class SqlLedger:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def surroundings(self, item: MessagePosted, since: datetime) -> Surroundings:
        where = {"channel": item.at.channel, "conversation": item.at.conversation}
        seen, again, here, author, recent, room, *replied = await self._session.answers(
            (SEEN, {"channel": item.at.channel, "event_key": item.event_key}),
            (SEEN_MESSAGE, {**where, "message_id": item.message_id}),
            owner_query(conversation(item.at.channel, item.at.conversation)),
            owner_query(person(item.author.channel, item.author.id)),
            (RECENT, {**where, "since": to_micros(since)}),
            (ROOM, {**where, "topic": item.at.room_key}),
            *([(REPLIED, {**where, "reply_to": item.reply_to})] if item.reply_to else []),
        )
        owner = here or author
        return Surroundings(
            seen=bool(seen or again),
            customer=customer_from(owner[0]) if owner else None,
            replied=ticket_from(replied[0][0]) if replied and replied[0] else None,
            recent=tuple(ticket_from(row) for row in recent),
            room=room[0][0] if room else None,
        )

    async def seen(self, channel: str, event_key: str) -> bool:
        return await self._session.row(SEEN, channel=channel, event_key=event_key) is not None

    def add(self, entry: Entry) -> None:
        self._session.write(
            ADD,
            channel=entry.channel,
            event_key=entry.event_key,
            conversation=entry.conversation,
            message_id=entry.message_id,
            author=entry.author,
            author_name=entry.author_name,
            text=entry.text,
            sent_at=to_micros(entry.sent_at),
            received_at=to_micros(entry.received_at),
            outcome=entry.outcome.value,
            reason=entry.reason,
            ticket=entry.ticket,
            item=document(ITEM, entry.item) if entry.item else None,
        )

    async def find(self, at: Address, message_id: str) -> Entry | None:
        row = await self._session.row(
            FIND, channel=at.channel, conversation=at.conversation, message_id=message_id
        )
        return _entry(row) if row else None

    async def since(
        self, start: datetime, *, limit: int = 100, without: Outcome | None = None
    ) -> tuple[Entry, ...]:
        left_out = without.value if without else ""
        rows = await self._session.rows(SINCE, start=to_micros(start), without=left_out, limit=limit)
        return tuple(_entry(row) for row in rows)

    async def move(self, at: Address) -> tuple[Entry, ...]:
        rows = await self._session.rows(OF_CONVERSATION, channel=at.channel, conversation=at.conversation)
        return tuple(_entry(row) for row in rows)

    async def get(self, channel: str, event_key: str) -> Entry | None:
        row = await self._session.row(BY_KEY, channel=channel, event_key=event_key)
        return _entry(row) if row else None

    async def quarantined(self, *, limit: int = 1000) -> tuple[Entry, ...]:
        return tuple(_entry(row) for row in await self._session.rows(QUARANTINED, limit=limit))

    async def waiting(self) -> int:
        [[count]] = await self._session.rows(WAITING)
        return int(count)


def _entry(row: Row) -> Entry:
    channel, event_key, conversation, message_id, author, name, text = row[:7]
    sent_at, received_at, outcome, reason, ticket, item = row[7:]
    return Entry(
        channel,
        event_key,
        conversation,
        message_id,
        author,
        name,
        text,
        from_micros(sent_at),
        from_micros(received_at),
        Outcome(outcome),
        reason,
        ticket,
        ITEM.validate_json(item) if item else None,
    )
