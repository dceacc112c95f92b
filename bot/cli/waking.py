"""Contacts that wake somebody, and are used only when their owner has confirmed them."""

from collections.abc import Iterator, Sequence

from bot.cli.desk import Desk
from bot.errors import StoreError
from bot.policy import Engineer

KINDS = ("phone", "push")


def waking_contacts(engineers: Sequence[Engineer]) -> Iterator[tuple[Engineer, str, str]]:
    """Whose, its kind, its value."""
    for each in engineers:
        for kind in KINDS:
            if kind in each.identities:
                yield each, kind, each.identities[kind]


def unconfirmed(desk: Desk) -> list[dict[str, str]] | None:
    """Those that are not used yet; None when the store could not be looked at. No store is made for it: in
    one that is not there, nothing is confirmed."""
    contacts = list(waking_contacts(desk.policy.engineers))
    try:
        known = desk.read(lambda tx: tx.contacts.confirmed()) if contacts and desk.has_store else ()
    except StoreError:
        return None
    missing = [(each.id, kind, value) for each, kind, value in contacts if (kind, value) not in known]
    return [{"engineer": whose, "kind": kind, "contact": value} for whose, kind, value in missing]
