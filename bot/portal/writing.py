"""A customer writes on the page of a ticket, or says there whether it is solved."""

from bot.durable import Purpose, Urgency
from bot.errors import Refused
from bot.inbound import Judged, MessagePosted, Opinion, Wrote
from bot.intake.entries import entry_of, other_entry
from bot.intake.ledger import Outcome
from bot.intake.receive import append, asks_for_more, hear, tell_owner
from bot.outgoing import Post
from bot.portal.filing import as_message
from bot.tickets.judging import confirm, solved_by_customer
from bot.tickets.lifecycle import reopen
from bot.tickets.ticket import State, Ticket
from bot.work import Work, unique

OVER = frozenset({State.RESOLVED, State.CLOSED, State.DISCARDED})


async def write(work: Work, item: Wrote) -> Ticket:
    """The words are on the ticket, and in its conversation where others read along. Raises
    Refused("unknown_ticket"), also for another customer's."""
    ticket = await theirs(work, item.customer, item.ticket)
    message = as_message(item, item.text, item.wrote_at, item.attachments)
    await append(work, message, ticket, joined=False)
    after = await work.tx.tickets.get(ticket.number)
    if after.state is State.CLOSED and (item.attachments or asks_for_more(work, item.text)):
        after = await reopen(work, after, _name(message))
    _tell_the_others(work, after, message)
    work.tx.ledger.add(entry_of(work, message, Outcome.APPENDED, "written on its page", after.number))
    return after


async def judge(work: Work, item: Judged) -> Ticket:
    """It is solved, or it is not: then it is open again. Whatever is said beside it is on the ticket. Raises
    Refused, as `write` does."""
    ticket = await theirs(work, item.customer, item.ticket)
    message = as_message(item, item.text, item.judged_at, item.attachments)
    opined = _solved if item.opinion is Opinion.SOLVED else _not_solved
    after = await opined(work, message, ticket)
    if _says(message):
        _tell_the_others(work, after, message)
    result = (Outcome.COMMAND, f"the customer says: {item.opinion.value}", after.number)
    other_entry(work, item.event_key, item.at, item.author, item.text, result)
    return after


async def theirs(work: Work, customer: str, number: int) -> Ticket:
    """The customer's ticket; a merged one goes on in another."""
    ticket = await work.tx.tickets.find(number)
    while ticket is not None and ticket.merged_into is not None and ticket.customer == customer:
        ticket = await work.tx.tickets.find(ticket.merged_into)
    if ticket is None or ticket.customer != customer:
        raise Refused("unknown_ticket", ticket=f"T-{number}", near="")
    return ticket


async def _solved(work: Work, message: MessagePosted, ticket: Ticket) -> Ticket:
    """Words beside it open nothing again; whoever has the ticket reads them."""
    name = _name(message)
    heard = hear(work, message, ticket) if _says(message) else ticket
    if ticket.is_active:
        return await solved_by_customer(work, heard, name, message.text)
    if _says(message) and asks_for_more(work, message.text):
        await tell_owner(work, heard, message.text, name)
    if ticket.state is State.RESOLVED:
        return confirm(work, heard, name)
    work.tx.tickets.save(heard)
    return heard


async def _not_solved(work: Work, message: MessagePosted, ticket: Ticket) -> Ticket:
    if _says(message):
        await append(work, message, ticket, joined=False)
        ticket = await work.tx.tickets.get(ticket.number)
    return await reopen(work, ticket, _name(message)) if ticket.state in OVER else ticket


def _says(message: MessagePosted) -> bool:
    return bool(message.text or message.attachments)


def _name(message: MessagePosted) -> str:
    return message.author.name or message.author.id


def _tell_the_others(work: Work, ticket: Ticket, message: MessagePosted) -> None:
    """Where a group reads along, the conversation there stays whole."""
    home = ticket.home
    if (
        home.channel == message.at.channel
        or work.is_singular(home.channel)
        or work.able(home.channel) is None
    ):
        return
    voice = work.to_customer(ticket)
    text = voice.say("web.mirrored", ticket=ticket.id, name=_name(message), text=message.text)
    post = Post(unique(f"mirrored:{ticket.number}"), home, text, reply_to=ticket.root or None)
    work.send(Purpose.UPDATE, Urgency.UPDATE, post, language=ticket.language, ticket=ticket.number)
