"""Contacts that wake somebody, and are used only when their owner has confirmed them."""

import asyncio
from collections.abc import Iterator, Sequence

from bot.cli.desk import Desk
from bot.errors import StoreError
from bot.policy import Engineer
from storage.upkeep.looking import is_current

KINDS = ("phone", "push")


def waking_contacts(engineers: Sequence[Engineer]) -> Iterator[tuple[Engineer, str, str]]:
    """Whose, its kind, its value."""
    for each in engineers:
        for kind in KINDS:
            if kind in each.identities:
                yield each, kind, each.identities[kind]


def _confirmed(desk: Desk) -> tuple[tuple[str, str], ...] | None:
    """Raises StoreError."""
    url = desk.settings.database_url.get_secret_value()
    if not asyncio.run(is_current(url, desk.settings.directory)):
        return None
    return desk.read(lambda tx: tx.contacts.confirmed())


def unconfirmed(desk: Desk) -> list[dict[str, str]] | None:
    """Those that are not used yet; None when the store could not be looked at, or only by bringing it up to
    date, which is not for a look to do: an older desk may be at work on it. No store is made either; in one
    that is not there, nothing is confirmed."""
    contacts = list(waking_contacts(desk.policy.engineers))
    try:
        known = _confirmed(desk) if contacts and desk.has_store else ()
    except StoreError:
        return None
    if known is None:
        return None
    missing = [(each.id, kind, value) for each, kind, value in contacts if (kind, value) not in known]
    return [{"engineer": whose, "kind": kind, "contact": value} for whose, kind, value in missing]
