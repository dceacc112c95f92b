"""Where an arriving formal message (an e-mail) belongs. Pure rules: the message and what is known around it
in, a decision out.

Whoever has a token signed by us was written to by us. An id that a message refers to is known to those who
read along. A number in a subject anybody can write. So each is believed of fewer people than the one before,
and what is not believed is kept beside the ticket for a human, never joined to it and never lost.
"""

from dataclasses import dataclass

from bot.customers.customer import Customer, domain_of
from bot.inbound import Formal, MessagePosted, Nature
from bot.intake.chatter import CONFIRMATIONS, is_chatter
from bot.intake.ledger import Outcome
from bot.intake.routing import REVIVABLE, Route
from bot.policy import Intake
from bot.tickets.ticket import UNKNOWN, Ticket


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What is known around a formal message. Merged tickets are those they go on in.

    `named`: the ticket of its token; `answered`: that of the messages it refers to; `quoted`: that of the
    number in its subject; `latest`: the sender's last one that is active. `claimed`: the sender's address is
    an engineer's. `flooding`: more came from its sender, or to its ticket, than a human sends.
    """

    customer: Customer | None = None
    named: Ticket | None = None
    answered: Ticket | None = None
    quoted: Ticket | None = None
    latest: Ticket | None = None
    claimed: bool = False
    flooding: bool = False

    @property
    def meant(self) -> Ticket | None:
        """The ticket it is about, where nothing hangs on who says so."""
        return self.named or self.answered


def belongs(item: MessagePosted, customer: Customer | None, ticket: Ticket) -> bool:
    """Whether the sender is of the ticket: in it already, copied, of the same customer or, while nobody knows
    whose it is, of the same firm."""
    author = item.author.id
    if author in ticket.participants or author in ticket.copies:
        return bool(author)
    if ticket.customer != UNKNOWN:
        return customer is not None and customer.id == ticket.customer
    domain = domain_of(author)
    return bool(domain) and domain == domain_of(ticket.reporter)


def route_letter(item: MessagePosted, formal: Formal, known: Acquaintance, intake: Intake) -> Route:
    """Everything but bounces and the mail of proven engineers."""
    if formal.nature is Nature.LOOP:
        return Route(Outcome.LOOP, "our own words came back", known.meant)
    if formal.nature is Nature.REPLIED or (formal.nature is Nature.GENERATED and known.meant is not None):
        return Route(Outcome.AUTOMATIC, f"written by a machine ({formal.nature.value})", known.meant)
    if known.claimed:
        return Route(Outcome.QUARANTINED, "from an engineer's address, and nothing proves it", known.meant)
    joined = _joined(item, known)
    if joined is not None and joined.ticket is not None:
        return joined if _goes_on(joined.ticket) else _afterwards(item, joined.ticket, intake)
    beside = _beside(item, known)
    if beside is not None:
        return beside
    return _fresh(item, formal, known)


def _joined(item: MessagePosted, known: Acquaintance) -> Route | None:
    """The ticket it continues, as far as its sender is to be believed."""
    ticket, reason = None, ""
    if known.named is not None:
        ticket, reason = known.named, "an answer with our token"
    elif known.answered is not None and belongs(item, known.customer, known.answered):
        ticket, reason = known.answered, "refers to a message of the ticket"
    elif known.quoted is not None and item.author.verified and belongs(item, known.customer, known.quoted):
        ticket, reason = known.quoted, "the subject names the ticket, and its sender is of it"
    if ticket is None:
        return None
    reason = f"{reason}; braked, for too many came" if known.flooding else reason
    another = item.author.id not in ticket.participants
    return Route(Outcome.APPENDED, reason, ticket, joined=another and not known.flooding)


def _goes_on(ticket: Ticket) -> bool:
    return ticket.is_active or ticket.state in REVIVABLE


def _afterwards(item: MessagePosted, ticket: Ticket, intake: Intake) -> Route:
    """An answer to a ticket that is closed for good: thanks are kept with it, all else is a new matter."""
    if is_chatter(item.text, (*intake.chatter, *CONFIRMATIONS)) and not item.attachments:
        return Route(Outcome.CHATTER, f"thanks for {ticket.id}, which is closed", ticket)
    return Route(Outcome.OPENED, f"an answer to {ticket.id}, which is closed")


def _beside(item: MessagePosted, known: Acquaintance) -> Route | None:
    """It speaks of a ticket that its sender is not of. A customer's own mail does not wait for that: it opens
    a ticket of its own."""
    if known.customer is not None:
        return None
    for ticket, how in ((known.answered, "refers to a message"), (known.quoted, "quotes the number")):
        if ticket is not None and not belongs(item, None, ticket):
            return Route(Outcome.QUARANTINED, f"{how} of {ticket.id}, and its sender is not of it", ticket)
    return None


def _fresh(item: MessagePosted, formal: Formal, known: Acquaintance) -> Route:
    """A new matter."""
    if known.flooding and known.latest is not None:
        return Route(Outcome.APPENDED, "braked, for too many came: kept on the sender's ticket", known.latest)
    if known.flooding:
        return Route(Outcome.QUARANTINED, "braked: too many from one sender")
    if not item.author.id:
        return Route(Outcome.QUARANTINED, "has no sender who could be answered")
    if known.customer is None and formal.spam:
        return Route(Outcome.QUARANTINED, "the mail server calls it spam")
    if known.customer is None and formal.nature is not Nature.PERSON:
        return Route(Outcome.AUTOMATIC, f"of no customer, by a machine or list ({formal.nature.value})")
    quoted = f"; it quotes {known.quoted.id}, which it is not proven to be of" if known.quoted else ""
    return Route(Outcome.OPENED, f"a formal message that continues no ticket{quoted}")
