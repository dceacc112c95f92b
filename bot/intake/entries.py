"""Lines of the intake ledger: how each kind of inbound item is put on it."""

from bot.inbound import Address, MessagePosted, Person
from bot.intake.ledger import Entry, Outcome
from bot.work import Work

Result = tuple[Outcome, str, int | None]
"""What became of an item: the outcome, why, and the ticket's number."""


def entry_of(work: Work, item: MessagePosted, outcome: Outcome, reason: str, ticket: int | None) -> Entry:
    """A message, whole, so that it can be made a ticket later."""
    return Entry(
        channel=item.at.channel,
        event_key=item.event_key,
        conversation=item.at.conversation,
        message_id=item.message_id,
        author=item.author.id,
        author_name=item.author.name,
        text=item.text,
        sent_at=item.sent_at,
        received_at=work.now,
        outcome=outcome,
        reason=reason,
        ticket=ticket,
        item=item,
    )


def other_entry(
    work: Work,
    event_key: str,
    at: Address,
    author: Person | None,
    text: str,
    result: Result,
    message_id: str = "",
) -> None:
    """An item that is not a message."""
    outcome, reason, ticket = result
    author_id, name = (author.id, author.name) if author else ("", "")
    work.tx.ledger.add(
        Entry(
            at.channel,
            event_key,
            at.conversation,
            message_id,
            author_id,
            name,
            text,
            work.now,
            work.now,
            outcome,
            reason,
            ticket,
        )
    )
