"""Calls to the hotline, what providers report of ours, and the codes by which pages are answered."""

from collections.abc import Mapping

from bot.customers.customer import Customer
from bot.hotline.call import Call
from bot.inbound import Address
from bot.tickets.ticket import Ticket
from storage.encoding import CALL, document, to_micros
from storage.people import customer_from
from storage.session import Session
from storage.tickets import ticket_from

GET = "SELECT body FROM calls WHERE id = :id"
TICKET = """
SELECT t.body FROM calls AS c JOIN tickets AS t ON t.number = c.ticket WHERE c.id = :id
"""
CUSTOMER = """
SELECT o.body, o.identities FROM calls AS c JOIN tickets AS t ON t.number = c.ticket
JOIN customers AS o ON o.id = t.customer WHERE c.id = :id
"""
SAVE = """
INSERT INTO calls (id, ticket, waiting, began_at, body) VALUES (:id, :ticket, :waiting, :began_at, :body)
ON CONFLICT (id) DO UPDATE SET ticket = excluded.ticket, waiting = excluded.waiting, body = excluded.body
"""
WAITING = "SELECT body FROM calls WHERE ticket = :ticket AND waiting = 1 ORDER BY began_at DESC LIMIT 1"
LAST = "SELECT sequence FROM reports WHERE key = :key"
SAVE_LAST = """
INSERT INTO reports (key, sequence) VALUES (:key, :sequence)
ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence
"""
CODES = "SELECT code, ticket FROM reply_codes WHERE channel = :channel AND conversation = :conversation"
SET_CODE = """
INSERT INTO reply_codes (channel, conversation, code, ticket) VALUES (:channel, :conversation, :code, :ticket)
ON CONFLICT (channel, conversation, code) DO UPDATE SET ticket = excluded.ticket
"""


class SqlCalls:
    """Keeps `bot.ports.Calls`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, call: str) -> Call | None:
        row = await self._session.row(GET, id=call)
        return CALL.validate_json(row[0]) if row else None

    async def around(self, call: str) -> tuple[Call, Ticket, Customer | None] | None:
        named = {"id": call}
        found, ticket, customer = await self._session.answers(
            (GET, named), (TICKET, named), (CUSTOMER, named)
        )
        if not found or not ticket:
            return None
        owner = customer_from(customer[0]) if customer else None
        return CALL.validate_json(found[0][0]), ticket_from(ticket[0]), owner

    def save(self, call: Call) -> None:
        self._session.write(
            SAVE,
            id=call.id,
            ticket=call.ticket,
            waiting=int(call.is_waiting),
            began_at=to_micros(call.began_at),
            body=document(CALL, call),
        )

    async def waiting(self, ticket: int) -> Call | None:
        row = await self._session.row(WAITING, ticket=ticket)
        return CALL.validate_json(row[0]) if row else None


class SqlReports:
    """Keeps `bot.ports.Reports`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def last(self, key: str) -> int:
        row = await self._session.row(LAST, key=key)
        return int(row[0]) if row else -1

    def save(self, key: str, sequence: int) -> None:
        self._session.write(SAVE_LAST, key=key, sequence=sequence)


class SqlReplyCodes:
    """Keeps `bot.ports.ReplyCodes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(self, at: Address) -> Mapping[int, int]:
        rows = await self._session.rows(CODES, channel=at.channel, conversation=at.conversation)
        return {int(code): int(ticket) for code, ticket in rows}

    def set(self, at: Address, code: int, ticket: int) -> None:
        self._session.write(
            SET_CODE, channel=at.channel, conversation=at.conversation, code=code, ticket=ticket
        )
