"""What happens to messages and conversations that are there already: edits, deletions, new ids."""

from dataclasses import replace

from bot.inbound import ConversationMigrated, MessageDeleted, MessageEdited
from bot.intake.chatter import is_chatter
from bot.intake.entries import Result
from bot.intake.ledger import Entry, Outcome
from bot.intake.receive import from_customer, heard_more, look_around
from bot.intake.triage import title_of
from bot.tickets.lifecycle import keep
from bot.tickets.moving import move_home
from bot.tickets.ticket import Ticket
from bot.work import Work


async def edited(work: Work, item: MessageEdited) -> Result:
    """The words changed: kept beside the old ones; chatter that now says something is a message."""
    old = await work.tx.ledger.find(item.at, item.message_id)
    number = await work.linked(item.at, item.message_id)
    if number is not None:
        was = old.text if old else ""
        name = item.author.name or item.author.id
        work.record(number, "edited", name, message=item.message_id, text=item.text, was=was)
        await _reworded(work, await work.tx.tickets.get(number), item)
        return Outcome.EDITED, "a message of the ticket was edited", number
    if old is not None and old.outcome is Outcome.CHATTER:
        return await _says_something_now(work, item, old)
    return Outcome.EDITED, "a message of no ticket was edited", None


async def _says_something_now(work: Work, item: MessageEdited, old: Entry) -> Result:
    if old.item is None or is_chatter(item.text, work.policy.intake.chatter):
        return Outcome.EDITED, "chatter was edited and still is chatter", None
    fresh = replace(old.item, text=item.text, sent_at=item.edited_at)
    outcome, reason, number = await from_customer(work, fresh, await look_around(work, fresh))
    return outcome, f"chatter was edited: {reason}", number


async def _reworded(work: Work, ticket: Ticket, item: MessageEdited) -> None:
    """The ticket is called by its first message as it now reads; worse words count like new ones."""
    if work.engineer(item.author) is not None or not ticket.is_active:
        return
    changed = ticket
    if ticket.root == item.message_id:
        title = title_of(item.text, ticket.title, work.policy.intake.chatter)
        changed = keep(work, ticket, replace(ticket, title=title, text=item.text))
    await heard_more(work, changed, item.text, item.author.name or item.author.id)


async def deleted(work: Work, item: MessageDeleted) -> Result:
    """Gone from the platform, not from the transcript."""
    number = await work.linked(item.at, item.message_id)
    if number is None:
        return Outcome.DELETED, "a message of no ticket was deleted", None
    name = (item.author.name or item.author.id) if item.author else "unknown"
    work.record(number, "deleted", name, message=item.message_id)
    return Outcome.DELETED, "a message of the ticket was deleted; its words are kept", number


async def migrated(work: Work, item: ConversationMigrated) -> Result:
    """The conversation has a new id: links, customers, waiting messages and tickets move along."""
    old, new = item.old_conversation, item.new_conversation
    await move_home(work, item.channel, old, new)
    return Outcome.MIGRATED, f"{old} is {new} now", None
