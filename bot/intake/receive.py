"""Inbound items that are not commands: messages, edits, deletions, migrations. Each is accounted for."""

from dataclasses import replace
from datetime import timedelta

from bot.escalation.raising import change_priority
from bot.inbound import (
    Address,
    ConversationMigrated,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    Unreadable,
)
from bot.intake.chatter import is_chatter
from bot.intake.ledger import Entry, Outcome, Surroundings
from bot.intake.opening import open_ticket
from bot.intake.routing import Route, route
from bot.intake.triage import title_of, triage
from bot.policy import Engineer
from bot.tickets.lifecycle import acknowledge, answered, keep, move_home, reopen, resume
from bot.tickets.ticket import State, Ticket
from bot.work import Work


def chatter_phrases(work: Work) -> tuple[str, ...]:
    return work.policy.intake.chatter


def entry_of(work: Work, item: MessagePosted, outcome: Outcome, reason: str, ticket: int | None) -> Entry:
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


async def look_around(work: Work, item: MessagePosted) -> Surroundings:
    intake = work.policy.intake
    window = max(intake.grouping_window, intake.joining_window, timedelta(0))
    return await work.tx.ledger.surroundings(item, item.sent_at - window)


async def posted(work: Work, item: MessagePosted, around: Surroundings) -> None:
    """A message nobody has seen yet: into its ticket, a new one, or onto the ledger with the reason."""
    engineer = work.engineer(item.author)
    if engineer is not None or work.is_ours(item.at) or around.room is not None:
        outcome, reason, number = await _from_us(work, item, around, engineer)
    else:
        outcome, reason, number = await _from_customer(work, item, around)
    work.tx.ledger.add(entry_of(work, item, outcome, reason, number))


async def _from_us(
    work: Work, item: MessagePosted, around: Surroundings, engineer: Engineer | None
) -> tuple[Outcome, str, int | None]:
    ticket = around.replied
    if ticket is not None and engineer is not None and ticket.home.conversation == item.at.conversation:
        await _engineer_replied(work, item, ticket, engineer)
        return Outcome.ENGINEER, "an engineer's words in the customer's thread", ticket.number
    if around.room is not None:
        work.record(around.room, "said", item.author.name or item.author.id, text=item.text)
        return Outcome.ENGINEER, "said in the incident's room", around.room
    if engineer is None:
        return Outcome.ENGINEER, "written in the engineers' own conversation", None
    return Outcome.ENGINEER, "an engineer's message outside any ticket's thread", None


async def _engineer_replied(work: Work, item: MessagePosted, ticket: Ticket, engineer: Engineer) -> None:
    """An engineer who just replies has acknowledged, and the customer is answered: both at once."""
    work.tx.messages.link(item.at, item.message_id, ticket.number)
    taken = await acknowledge(work, ticket, engineer, "reply") if ticket.is_untaken else ticket
    after = answered(work, taken, engineer.id)
    work.record(
        ticket.number, "replied", engineer.id, text=item.text, files=[each.name for each in item.attachments]
    )
    if after != taken:
        keep(work, taken, after)


async def _from_customer(
    work: Work, item: MessagePosted, around: Surroundings
) -> tuple[Outcome, str, int | None]:
    where = route(item, around, work.policy.intake, chatter_phrases(work))
    if where.outcome is Outcome.OPENED:
        ticket = await open_ticket(work, item, around.customer)
        return where.outcome, where.reason, ticket.number
    if where.ticket is not None:
        await _append(work, item, where, where.ticket)
        return where.outcome, where.reason, where.ticket.number
    return where.outcome, where.reason, None


async def _append(work: Work, item: MessagePosted, where: Route, ticket: Ticket) -> None:
    """The customer's further words: on the ticket, and whatever they change."""
    work.tx.messages.link(item.at, item.message_id, ticket.number)
    name = item.author.name or item.author.id
    files = [each.name for each in item.attachments]
    work.record(ticket.number, "message", name, text=item.text, sent_at=item.sent_at, files=files)
    heard = replace(
        ticket,
        last_message_at=max(ticket.last_message_at, item.sent_at),
        participants=tuple(dict.fromkeys((*ticket.participants, item.author.id))),
    )
    if where.joined:
        text = work.to_customer(ticket).say("card.joined", name=name, ticket=ticket.id)
        work.tell_customer(ticket, text)
    await _wake(work, heard, item, name)


async def _wake(work: Work, ticket: Ticket, item: MessagePosted, name: str) -> None:
    if ticket.state is State.WAITING:
        await resume(work, ticket, name)
    elif ticket.state is State.RESOLVED and not is_chatter(item.text, chatter_phrases(work)):
        await reopen(work, ticket, name)
    else:
        work.tx.tickets.save(ticket)
        await _raise_if_worse(work, ticket, item.text)


async def _raise_if_worse(work: Work, ticket: Ticket, text: str) -> None:
    """Words that say it is worse than thought raise a ticket that no human has looked at yet."""
    verdict = triage(text, "", work.policy.triage)
    if ticket.is_untaken and verdict.reason == "triage.phrase" and verdict.priority.is_above(ticket.priority):
        reason = work.to_desk().say(verdict.reason, **verdict.words)
        await change_priority(work, ticket, verdict.priority, "desk", reason)


async def edited(work: Work, item: MessageEdited) -> tuple[Outcome, str, int | None]:
    """The words changed: kept beside the old ones; chatter that now says something becomes a ticket."""
    old = await work.tx.ledger.find(item.at, item.message_id)
    number = await work.tx.messages.ticket_of(item.at, item.message_id)
    if number is not None:
        was = old.text if old else ""
        name = item.author.name or item.author.id
        work.record(number, "edited", name, message=item.message_id, text=item.text, was=was)
        await _retitle(work, await work.tx.tickets.get(number), item)
        return Outcome.EDITED, "a message of the ticket was edited", number
    promotable = old is not None and old.item is not None and old.outcome is Outcome.CHATTER
    if promotable and not is_chatter(item.text, chatter_phrases(work)):
        return await _open_edited(work, item, old.item)  # type: ignore[union-attr, arg-type]
    return Outcome.EDITED, "a message of no ticket was edited", None


async def _open_edited(
    work: Work, item: MessageEdited, old: MessagePosted
) -> tuple[Outcome, str, int | None]:
    fresh = replace(old, text=item.text, sent_at=item.edited_at, event_key=item.event_key)
    around = await look_around(work, fresh)
    ticket = await open_ticket(work, fresh, around.customer)
    return Outcome.OPENED, "chatter was edited and now says something", ticket.number


async def _retitle(work: Work, ticket: Ticket, item: MessageEdited) -> None:
    if ticket.root == item.message_id and ticket.is_active:
        changed = replace(ticket, title=title_of(item.text, ticket.title), text=item.text)
        keep(work, ticket, changed)
        await _raise_if_worse(work, changed, item.text)


async def deleted(work: Work, item: MessageDeleted) -> tuple[Outcome, str, int | None]:
    """Gone from the platform, not from the transcript."""
    number = await work.tx.messages.ticket_of(item.at, item.message_id)
    if number is None:
        return Outcome.DELETED, "a message of no ticket was deleted", None
    name = (item.author.name or item.author.id) if item.author else "unknown"
    work.record(number, "deleted", name, message=item.message_id)
    return Outcome.DELETED, "a message of the ticket was deleted; its words are kept", number


async def migrated(work: Work, item: ConversationMigrated) -> tuple[Outcome, str, int | None]:
    """The conversation has a new id: links, customers, waiting messages and tickets move along."""
    old, new = item.old_conversation, item.new_conversation
    await move_home(work, item.channel, old, new)
    return Outcome.MIGRATED, f"{old} is {new} now", None


def unreadable(work: Work, item: Unreadable) -> None:
    """Kept raw with the reason, so that a human can look."""
    person = Person(item.at.channel, "")
    message = MessagePosted(item.event_key, item.at, "", person, item.raw, item.received_at)
    work.tx.ledger.add(entry_of(work, message, Outcome.QUARANTINED, item.reason, None))


def other_entry(
    work: Work,
    event_key: str,
    at: Address,
    author: Person | None,
    text: str,
    result: tuple[Outcome, str, int | None],
    message_id: str = "",
) -> None:  # fmt: skip
    """The ledger's line for an item that is not a message."""
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
