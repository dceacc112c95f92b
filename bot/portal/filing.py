"""A form for a new ticket comes in."""

from datetime import datetime

from bot.errors import Refused
from bot.inbound import Address, Attachment, Filed, Judged, MessagePosted, Wrote
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
    words = _words(work, item, customer.language or work.policy.desk.language)
    message = as_message(item, words, item.filed_at, item.attachments)
    ticket = await open_ticket(work, message, customer, followers=_by_mail(work, item), title=item.title)
    work.tx.ledger.add(entry_of(work, message, Outcome.OPENED, "filed in the portal", ticket.number))
    return ticket


def as_message(
    item: Filed | Wrote | Judged, text: str, sent_at: datetime, attachments: tuple[Attachment, ...] = ()
) -> MessagePosted:
    """Words on a page as other channels bring theirs."""
    return MessagePosted(
        event_key=item.event_key,
        at=item.at,
        message_id=item.event_key,
        author=item.author,
        text=text,
        sent_at=sent_at,
        attachments=attachments,
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
