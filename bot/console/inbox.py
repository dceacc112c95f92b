"""What came in, and what waits for a human."""

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Refused
from bot.intake.ledger import Entry, Outcome
from bot.intake.promoting import promoted
from bot.intake.quarantine import reject, release
from bot.tickets.ticket import Ticket
from bot.work import Work

LATELY = timedelta(days=7)
MOST = 100


@dataclass(frozen=True, slots=True)
class InboxView:
    """`lately`: the newest first; `waiting`: in quarantine, the longest first."""

    lately: tuple[Entry, ...]
    waiting: tuple[Entry, ...]


async def inbox(work: Work, without: Outcome | None = None) -> InboxView:
    """`without`: what of that outcome came in lately is left out."""
    lately = await work.tx.ledger.since(work.now - LATELY, limit=MOST, without=without)
    return InboxView(lately, await work.tx.ledger.quarantined(limit=MOST))


async def release_named(work: Work, name: str, by: str, into: int | None) -> Ticket:
    """Raises Refused("not_in_quarantine"), Refused("unknown_ticket")."""
    entry = await _waiting(work, name)
    return await release(work, entry.channel, entry.event_key, by, into)


async def reject_named(work: Work, name: str, by: str, why: str) -> Entry:
    """Raises Refused("not_in_quarantine")."""
    entry = await _waiting(work, name)
    return await reject(work, entry.channel, entry.event_key, by, why)


async def promote_entry(work: Work, channel: str, event_key: str, by: str) -> Ticket:
    """A ticket of a message that became none, with its own time. Raises Refused("no_message_here")."""
    entry = await work.tx.ledger.get(channel, event_key)
    if entry is not None and entry.ticket is not None:
        raise Refused("no_message_here")
    return await promoted(work, entry, by)


async def _waiting(work: Work, name: str) -> Entry:
    for entry in await work.tx.ledger.quarantined():
        if entry.short_id == name:
            return entry
    raise Refused("not_in_quarantine")
