"""Places outside the desk: how far each source has been read, where writing is useless, and the desk's own
secrets for them."""

from datetime import datetime

from bot.inbound import Address
from storage.encoding import to_micros
from storage.session import Session

BOOKMARK = "SELECT place FROM bookmarks WHERE name = :name"
SET_BOOKMARK = """
INSERT INTO bookmarks (name, place) VALUES (:name, :place)
ON CONFLICT (name) DO UPDATE SET place = excluded.place
"""
SECRET = "SELECT secret FROM secrets WHERE name = :name"  # noqa: S105 - a query
KEEP_SECRET = "INSERT INTO secrets (name, secret) VALUES (:name, :secret) ON CONFLICT (name) DO NOTHING"  # noqa: S105
DEAD = "SELECT reason FROM dead_addresses WHERE channel = :channel AND conversation = :conversation"
MARK = """
INSERT INTO dead_addresses (channel, conversation, reason, at) VALUES (:channel, :conversation, :reason, :at)
ON CONFLICT (channel, conversation) DO UPDATE SET reason = excluded.reason, at = excluded.at
"""
CLEAR = "DELETE FROM dead_addresses WHERE channel = :channel AND conversation = :conversation"


class SqlBookmarks:
    """Keeps `bot.ports.Bookmarks`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> str | None:
        row = await self._session.row(BOOKMARK, name=name)
        return row[0] if row else None

    def set(self, name: str, place: str) -> None:
        self._session.write(SET_BOOKMARK, name=name, place=place)


class SqlSecrets:
    """Keeps `bot.ports.Secrets`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def kept(self, name: str, fresh: str) -> str:
        self._session.write(KEEP_SECRET, name=name, secret=fresh)
        row = await self._session.row(SECRET, name=name)
        secret: str = row[0] if row else fresh
        return secret


class SqlDeadAddresses:
    """Keeps `bot.ports.DeadAddresses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def reason(self, at: Address) -> str | None:
        row = await self._session.row(DEAD, channel=at.channel, conversation=at.conversation)
        return row[0] if row else None

    def mark(self, at: Address, reason: str, now: datetime) -> None:
        self._session.write(
            MARK, channel=at.channel, conversation=at.conversation, reason=reason, at=to_micros(now)
        )

    def clear(self, at: Address) -> None:
        self._session.write(CLEAR, channel=at.channel, conversation=at.conversation)
