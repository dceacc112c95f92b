"""Where an arriving message belongs. Pure rules: the message and what is around it in, a decision out."""

from dataclasses import dataclass
from datetime import timedelta

from bot.inbound import MessagePosted
from bot.intake.chatter import is_chatter
from bot.intake.ledger import Outcome, Surroundings
from bot.policy import Intake
from bot.tickets.ticket import State, Ticket

REVIVABLE = frozenset({State.RESOLVED})


@dataclass(frozen=True, slots=True)
class Route:
    """`ticket` is the one it is added to; `joined` when another person added to it."""

    outcome: Outcome
    reason: str
    ticket: Ticket | None = None
    joined: bool = False


def route(item: MessagePosted, around: Surroundings, intake: Intake, phrases: tuple[str, ...]) -> Route:
    """A customer's message: thread reply, same author, same customer, chatter, or a new ticket."""
    if item.author.is_bot:
        return Route(Outcome.BOT, "written by another bot")
    if around.replied is not None and (around.replied.is_active or around.replied.state in REVIVABLE):
        return Route(Outcome.APPENDED, "a reply in the ticket's thread", around.replied)
    own = _lately(item, around, intake.grouping_window, same_author=True)
    if own is not None:
        return Route(Outcome.APPENDED, "same author within the grouping window", own)
    chatter = is_chatter(item.text, phrases) and not item.attachments
    other = None if chatter else _lately(item, around, intake.joining_window, same_author=False)
    if other is not None:
        return Route(
            Outcome.APPENDED, "another person of the customer, on a fresh ticket", other, joined=True
        )
    if chatter:
        return Route(Outcome.CHATTER, "wholly greeting, thanks or emoji")
    return Route(Outcome.OPENED, "a message that says something")


def _lately(
    item: MessagePosted, around: Surroundings, window: timedelta, *, same_author: bool
) -> Ticket | None:
    return next(
        (
            ticket
            for ticket in around.recent
            if (item.author.id in ticket.participants) is same_author
            and abs(item.sent_at - ticket.last_message_at) <= window
            and ticket.home.thread == item.at.thread
        ),
        None,
    )
