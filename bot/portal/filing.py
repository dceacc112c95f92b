"""A form for a new ticket comes in."""

from bot.errors import Refused
from bot.inbound import Address, Filed, MessagePosted
from bot.intake.entries import entry_of
from bot.intake.ledger import Outcome
from bot.intake.opening import open_ticket
from bot.tickets.ticket import Thread, Ticket
from bot.work import Work

FACTS = ("since", "users", "app", "room", "user", "sdk", "platform")
"""What the form asks for beside the words, in this order."""
MAIL = "email"


async def file(work: Work, item: Filed) -> Ticket:
    """A new ticket, whatever it says. Where the desk also mails, whoever filed it is written to as well.
    Raises Refused("unknown_customer")."""
    customer = await work.tx.customers.get(item.customer)
    if customer is None:
        raise Refused("unknown_customer", given=item.customer, near="")
    message = as_message(item, _words(work, item, customer.language or work.policy.desk.language))
    ticket = await open_ticket(work, message, customer, followers=_by_mail(work, item), title=item.title)
    work.tx.ledger.add(entry_of(work, message, Outcome.OPENED, "filed in the portal", ticket.number))
    return ticket


def as_message(item: Filed, text: str) -> MessagePosted:
    return MessagePosted(
        event_key=item.event_key,
        at=item.at,
        message_id=item.event_key,
        author=item.author,
        text=text,
        sent_at=item.filed_at,
        attachments=item.attachments,
    )


def _words(work: Work, item: Filed, language: str) -> str:
    """The form as one message: the title, the words, then whatever else was said."""
    voice = work.voice(language, work.policy.desk.time_zone)
    facts = dict(item.facts)
    lines = [
        voice.say("web.fact.line", label=voice.say(f"web.fact.{name}"), value=facts[name])
        for name in FACTS
        if facts.get(name)
    ]
    return "\n".join([part for part in (item.title, item.text, *lines) if part])


def _by_mail(work: Work, item: Filed) -> tuple[Thread, ...]:
    """A page must be looked at; a mail comes by itself."""
    if "@" not in item.author.id or work.able(MAIL) is None:
        return ()
    return (Thread(Address(MAIL, item.author.id), ""),)
