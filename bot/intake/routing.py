"""Where an arriving message belongs. Pure rules: the message and what is around it in, a decision out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.customers.customer import Customer
from bot.inbound import MessagePosted
from bot.intake.chatter import is_chatter
from bot.intake.ledger import Outcome, Surroundings
from bot.policy import Intake
from bot.tickets.ticket import UNKNOWN, State, Ticket

REVIVABLE = frozenset({State.RESOLVED, State.DISCARDED})
"""Over, but the customer was told to just reply if that is wrong."""


@dataclass(frozen=True, slots=True)
class Route:
    """`ticket` is the one it is added to; `joined` when another person added to it."""

    outcome: Outcome
    reason: str
    ticket: Ticket | None = None
    joined: bool = False


def route(item: MessagePosted, around: Surroundings, intake: Intake) -> Route:
    """A customer's message: thread reply, same author, same customer, chatter, or a new ticket."""
    if item.author.is_bot:
        return Route(Outcome.BOT, "written by another bot")
    if around.replied is not None and (around.replied.is_active or around.replied.state in REVIVABLE):
        return Route(Outcome.APPENDED, "a reply in the ticket's thread", around.replied)
    fresh = [ticket for ticket in around.recent if ticket.home.thread == item.at.thread]
    own = _own(item, fresh, intake.grouping_window)
    if own is not None:
        return Route(Outcome.APPENDED, "same author within the grouping window", own)
    chatter = is_chatter(item.text, intake.chatter) and not item.attachments
    other = _colleagues(item, fresh, around.customer, intake.joining_window)
    if other is not None and not chatter:
        return Route(
            Outcome.APPENDED, "another person of the customer, on a fresh ticket", other, joined=True
        )
    if chatter:
        return Route(Outcome.CHATTER, "wholly greeting, thanks or emoji")
    return Route(Outcome.OPENED, "a message that says something")


def _own(item: MessagePosted, fresh: Iterable[Ticket], window: timedelta) -> Ticket | None:
    mine = (ticket for ticket in fresh if item.author.id in ticket.participants)
    return next((ticket for ticket in mine if _lately(item, ticket, window)), None)


def _colleagues(
    item: MessagePosted, fresh: Iterable[Ticket], customer: Customer | None, window: timedelta
) -> Ticket | None:
    """A ticket of the same customer: in a public group the next person may be another customer's."""
    known_as = customer.id if customer else UNKNOWN
    theirs = (
        ticket
        for ticket in fresh
        if ticket.customer == known_as and item.author.id not in ticket.participants
    )
    return next((ticket for ticket in theirs if _lately(item, ticket, window)), None)


def _lately(item: MessagePosted, ticket: Ticket, window: timedelta) -> bool:
    return abs(item.sent_at - ticket.last_message_at) <= window
