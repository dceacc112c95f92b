"""Which contacts are confirmed, as far as a running desk has looked."""

from collections.abc import Iterable

from bot.identities import kind_of
from bot.ports import Store


class Contacts:
    """`dawnline verify-contact` confirms them in another process, so the engine looks anew as it goes."""

    def __init__(self, confirmed: Iterable[tuple[str, str]] = ()) -> None:
        """`confirmed`: kinds and values, as in an engineer's identities."""
        self._confirmed = frozenset(confirmed)

    def has(self, channel: str, value: str) -> bool:
        return (kind_of(channel), value) in self._confirmed

    async def renew(self, store: Store) -> None:
        """Raises StoreError."""
        self._confirmed = frozenset(await store.read(lambda tx: tx.contacts.confirmed()))
