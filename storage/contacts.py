"""Contacts and whether they are confirmed; when channels took nothing."""

from datetime import datetime

from bot.contacts.contact import Contact
from bot.durable import Outage
from storage.encoding import from_micros, instant_or_none, micros_or_none, to_micros
from storage.session import Row, Session

GET = """
SELECT kind, value, digest, sent_at, tries, confirmed_at FROM contacts WHERE kind = :kind AND value = :value
"""
SAVE = """
INSERT INTO contacts (kind, value, digest, sent_at, tries, confirmed_at)
VALUES (:kind, :value, :digest, :sent_at, :tries, :confirmed_at)
ON CONFLICT (kind, value) DO UPDATE SET digest = excluded.digest, sent_at = excluded.sent_at,
    tries = excluded.tries, confirmed_at = excluded.confirmed_at
"""
CONFIRMED = "SELECT kind, value FROM contacts WHERE confirmed_at IS NOT NULL ORDER BY kind, value"
CURRENT = """
SELECT channel, began_at, reason, ended_at FROM outages
WHERE channel = :channel AND ended_at IS NULL ORDER BY began_at DESC LIMIT 1
"""
SAVE_OUTAGE = """
INSERT INTO outages (channel, began_at, reason, ended_at) VALUES (:channel, :began_at, :reason, :ended_at)
ON CONFLICT (channel, began_at) DO UPDATE SET reason = excluded.reason, ended_at = excluded.ended_at
"""
SINCE = """
SELECT channel, began_at, reason, ended_at FROM outages WHERE began_at >= :start ORDER BY began_at, channel
"""


class SqlContacts:
    """Keeps `bot.ports.ContactBook`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, kind: str, value: str) -> Contact | None:
        row = await self._session.row(GET, kind=kind, value=value)
        if row is None:
            return None
        digest, sent_at, tries, confirmed_at = row[2:]
        return Contact(kind, value, digest, instant_or_none(sent_at), tries, instant_or_none(confirmed_at))

    def save(self, contact: Contact) -> None:
        self._session.write(
            SAVE,
            kind=contact.kind,
            value=contact.value,
            digest=contact.digest,
            sent_at=micros_or_none(contact.sent_at),
            tries=contact.tries,
            confirmed_at=micros_or_none(contact.confirmed_at),
        )

    async def confirmed(self) -> tuple[tuple[str, str], ...]:
        return tuple((kind, value) for kind, value in await self._session.rows(CONFIRMED))


class SqlOutages:
    """Keeps `bot.ports.Outages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def current(self, channel: str) -> Outage | None:
        row = await self._session.row(CURRENT, channel=channel)
        return _outage(row) if row else None

    def save(self, outage: Outage) -> None:
        self._session.write(
            SAVE_OUTAGE,
            channel=outage.channel,
            began_at=to_micros(outage.began_at),
            reason=outage.reason,
            ended_at=micros_or_none(outage.ended_at),
        )

    async def since(self, start: datetime) -> tuple[Outage, ...]:
        return tuple(_outage(row) for row in await self._session.rows(SINCE, start=to_micros(start)))


def _outage(row: Row) -> Outage:
    channel, began_at, reason, ended_at = row
    return Outage(channel, from_micros(began_at), reason, instant_or_none(ended_at))
