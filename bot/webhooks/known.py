"""Which webhooks there are, as far as a running desk has looked; and where one leads, as the store has it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.ports import Store
from bot.webhooks.webhook import Webhook

FRESH = timedelta(seconds=5)


class Subscriptions:
    """Webhooks are made in other processes too, so every worker looks anew as it goes."""

    def __init__(self, webhooks: Iterable[Webhook] = ()) -> None:
        self._webhooks = tuple(webhooks)
        self._stale_at: datetime | None = None

    def to(self, event: str) -> tuple[Webhook, ...]:
        """Whoever wants to be told of such an event, of whichever customer's ticket."""
        return tuple(each for each in self._webhooks if each.wants(event))

    async def renew(self, store: Store, now: datetime) -> None:
        """Look, if the last look was a while ago. Raises StoreError."""
        if self._stale_at is None or now >= self._stale_at:
            self._webhooks = await store.glance(lambda tx: tx.webhooks.all())
            self._stale_at = now + FRESH


class KeptReceivers:
    """Keeps `bot.ports.Receivers`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, webhook: str) -> Webhook | None:
        return await self._store.glance(lambda tx: tx.webhooks.get(webhook))
