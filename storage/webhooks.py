"""Webhooks: where the desk reports what happens, and how that goes."""

from bot.webhooks.webhook import Webhook
from storage.encoding import WEBHOOK, document
from storage.session import Session

GET = "SELECT body FROM webhooks WHERE id = :id"
ALL = "SELECT body FROM webhooks ORDER BY id"
SAVE = (
    "INSERT INTO webhooks (id, body) VALUES (:id, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
)
REMOVE = "DELETE FROM webhooks WHERE id = :id"


class SqlWebhooks:
    """Keeps `bot.ports.Webhooks`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, webhook: str) -> Webhook | None:
        row = await self._session.row(GET, id=webhook)
        return WEBHOOK.validate_json(row[0]) if row else None

    async def all(self) -> tuple[Webhook, ...]:
        return tuple(WEBHOOK.validate_json(row[0]) for row in await self._session.rows(ALL))

    def save(self, webhook: Webhook) -> None:
        self._session.write(SAVE, id=webhook.id, body=document(WEBHOOK, webhook))

    def remove(self, webhook: str) -> None:
        self._session.write(REMOVE, id=webhook)
