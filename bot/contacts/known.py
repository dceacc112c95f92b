"""Which contacts are confirmed, as far as a running desk has looked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.identities import kind_of
from bot.ports import Store

FRESH = timedelta(seconds=10)


class Contacts:
    """`dawnline verify-contact` confirms them in another process, so every worker looks anew as it goes."""

    def __init__(self, confirmed: Iterable[tuple[str, str]] = ()) -> None:
        """`confirmed`: kinds and values, as in an engineer's identities."""
        self._confirmed = frozenset(confirmed)
        self._stale_at: datetime | None = None

    def has(self, channel: str, value: str) -> bool:
        return (kind_of(channel), value) in self._confirmed

    async def renew(self, store: Store, now: datetime) -> None:
        """Look, if the last look was a while ago. Raises StoreError."""
        if self._stale_at is None or now >= self._stale_at:
            self._confirmed = frozenset(await store.glance(lambda tx: tx.contacts.confirmed()))
            self._stale_at = now + FRESH
