"""Customers and what they are recognised by; stand-ins on call."""

from collections.abc import Sequence
from datetime import datetime

from bot.customers.customer import Customer, Identity
from bot.oncall.schedule import Override
from storage.encoding import CUSTOMER, from_micros, to_micros
from storage.session import Session, Statement

GET = "SELECT body FROM customers WHERE id = :id"
ALL = "SELECT body FROM customers ORDER BY id"
OWNER = """
SELECT c.body FROM identities AS i JOIN customers AS c ON c.id = i.customer
WHERE i.kind = :kind AND i.value = :value
"""
SAVE = (
    "INSERT INTO customers (id, body) VALUES (:id, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
)
FORGET = "DELETE FROM identities WHERE customer = :id"
IDENTIFY = """
INSERT INTO identities (kind, value, customer) VALUES (:kind, :value, :id)
ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer
"""
ADD_OVERRIDE = """
INSERT INTO overrides (schedule, start_at, end_at, stands_in, instead_of, role)
VALUES (:schedule, :start, :end, :stands_in, :instead_of, :role)
"""
OVERRIDES = """
SELECT schedule, start_at, end_at, stands_in, instead_of, role FROM overrides
WHERE schedule = :schedule AND end_at > :start AND start_at < :end ORDER BY id
"""


def owner_query(identity: Identity) -> Statement:
    return OWNER, {"kind": identity.kind, "value": identity.value}


class SqlCustomers:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, customer: str) -> Customer | None:
        row = await self._session.row(GET, id=customer)
        return CUSTOMER.validate_json(row[0]) if row else None

    async def find(self, identities: Sequence[Identity]) -> Customer | None:
        answers = await self._session.answers(*(owner_query(identity) for identity in identities))
        return next((CUSTOMER.validate_json(rows[0][0]) for rows in answers if rows), None)

    async def all(self) -> tuple[Customer, ...]:
        return tuple(CUSTOMER.validate_json(row[0]) for row in await self._session.rows(ALL))

    def save(self, customer: Customer) -> None:
        self._session.write(SAVE, id=customer.id, body=CUSTOMER.dump_json(customer).decode())
        self._session.write(FORGET, id=customer.id)
        for identity in customer.identities:
            self._session.write(IDENTIFY, kind=identity.kind, value=identity.value, id=customer.id)


class SqlOverrides:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, override: Override) -> None:
        self._session.write(
            ADD_OVERRIDE,
            schedule=override.schedule,
            start=to_micros(override.start),
            end=to_micros(override.end),
            stands_in=override.stands_in,
            instead_of=override.instead_of,
            role=override.role,
        )

    async def around(self, schedule: str, start: datetime, end: datetime) -> tuple[Override, ...]:
        rows = await self._session.rows(
            OVERRIDES, schedule=schedule, start=to_micros(start), end=to_micros(end)
        )
        return tuple(Override(row[0], from_micros(row[1]), from_micros(row[2]), *row[3:]) for row in rows)
