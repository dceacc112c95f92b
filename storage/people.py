"""Customers and what they are recognised by; stand-ins on call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.customers.customer import Customer, Identity
from bot.oncall.schedule import Override
from storage.encoding import CUSTOMER, document, from_micros, json_of, to_micros
from storage.session import Row, Session, Statement

GET = "SELECT body, identities FROM customers WHERE id = :id"
ALL = "SELECT body, identities FROM customers ORDER BY id"
AFTER = "SELECT body, identities FROM customers WHERE id > :after ORDER BY id LIMIT :limit"
OWNER = """
SELECT c.body, c.identities FROM identities AS i JOIN customers AS c ON c.id = i.customer
WHERE i.kind = :kind AND i.value = :value
"""
SAVE = """
INSERT INTO customers (id, body, identities) VALUES (:id, :body, :identities)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, identities = excluded.identities
"""
FORGET = "DELETE FROM identities WHERE customer = :id"
TAKE_AWAY = """
UPDATE customers SET identities = replace(identities, :line, '')
WHERE id = (SELECT customer FROM identities WHERE kind = :kind AND value = :value)
"""
IDENTIFY = """
INSERT INTO identities (kind, value, customer) VALUES (:kind, :value, :id)
ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer
"""
# Whoever had the new identity already keeps it.
RENAME_LINE = """
UPDATE customers SET identities = replace(identities, :old_line,
    CASE WHEN EXISTS (SELECT 1 FROM identities WHERE kind = :kind AND value = :new) THEN ''
         ELSE :new_line END)
WHERE id = (SELECT customer FROM identities WHERE kind = :kind AND value = :old)
"""
RENAME = """
INSERT INTO identities (kind, value, customer)
SELECT kind, :new, customer FROM identities WHERE kind = :kind AND value = :old
ON CONFLICT (kind, value) DO NOTHING
"""
DROP_OLD = "DELETE FROM identities WHERE kind = :kind AND value = :old"
ADD_OVERRIDE = """
INSERT INTO overrides (schedule, start_at, end_at, stands_in, instead_of, role)
VALUES (:schedule, :start, :end, :stands_in, :instead_of, :role)
"""
REMOVE_OVERRIDE = """
DELETE FROM overrides
WHERE schedule = :schedule AND end_at = :end AND start_at = :start AND stands_in = :stands_in
    AND coalesce(instead_of, '') = coalesce(:instead_of, '') AND coalesce(role, '') = coalesce(:role, '')
"""
OVERRIDES = """
SELECT schedule, start_at, end_at, stands_in, instead_of, role FROM overrides
WHERE schedule = :schedule AND end_at > :start AND start_at < :end ORDER BY id
"""


def _line(identity: Identity) -> str:
    """One identity in `customers.identities`. No line occurs inside another: its quotes would be escaped."""
    return json_of({"kind": identity.kind, "value": identity.value}) + "\n"


def customer_from(row: Row) -> Customer:
    """The body is a JSON object without the identities; they are put in before its last brace."""
    body, lines = row
    identities = lines[:-1].replace("\n", ",")
    return CUSTOMER.validate_json(f'{body[:-1]},"identities":[{identities}]}}')


def owner_query(identity: Identity) -> Statement:
    return OWNER, {"kind": identity.kind, "value": identity.value}


def move_identity(session: Session, old: Identity, new: Identity) -> None:
    """Whoever was recognised by `old` (of the same kind) is recognised by `new` now."""
    names = {"kind": old.kind, "old": old.value, "new": new.value}
    session.write(RENAME_LINE, **names, old_line=_line(old), new_line=_line(new))
    session.write(RENAME, **names)
    session.write(DROP_OLD, **names)


class SqlCustomers:
    """Keeps `bot.ports.Customers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, customer: str) -> Customer | None:
        row = await self._session.row(GET, id=customer)
        return customer_from(row) if row else None

    async def find(self, identities: Sequence[Identity]) -> Customer | None:
        answers = await self._session.answers(*(owner_query(identity) for identity in identities))
        return next((customer_from(rows[0]) for rows in answers if rows), None)

    async def all(self) -> tuple[Customer, ...]:
        return tuple(customer_from(row) for row in await self._session.rows(ALL))

    async def after(self, customer: str, limit: int) -> tuple[Customer, ...]:
        rows = await self._session.rows(AFTER, after=customer, limit=limit)
        return tuple(customer_from(row) for row in rows)

    def save(self, customer: Customer) -> None:
        identities = tuple(dict.fromkeys(customer.identities))
        body = document(CUSTOMER, customer, {"identities"})
        lines = "".join(_line(identity) for identity in identities)
        self._session.write(SAVE, id=customer.id, body=body, identities=lines)
        self._session.write(FORGET, id=customer.id)
        for identity in identities:
            known = {"kind": identity.kind, "value": identity.value, "id": customer.id}
            self._session.write(TAKE_AWAY, **known, line=_line(identity))
            self._session.write(IDENTIFY, **known)


def _values(override: Override) -> dict[str, Any]:
    return {
        "schedule": override.schedule,
        "start": to_micros(override.start),
        "end": to_micros(override.end),
        "stands_in": override.stands_in,
        "instead_of": override.instead_of,
        "role": override.role,
    }


class SqlOverrides:
    """Keeps `bot.ports.Overrides`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, override: Override) -> None:
        self._session.write(ADD_OVERRIDE, **_values(override))

    def remove(self, override: Override) -> None:
        self._session.write(REMOVE_OVERRIDE, **_values(override))

    async def around(self, schedule: str, start: datetime, end: datetime) -> tuple[Override, ...]:
        rows = await self._session.rows(
            OVERRIDES, schedule=schedule, start=to_micros(start), end=to_micros(end)
        )
        return tuple(Override(row[0], from_micros(row[1]), from_micros(row[2]), *row[3:]) for row in rows)
