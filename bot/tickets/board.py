"""In which order the open tickets stand on the board, and which of them somebody wants to see. Pure rules."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.policy import Priority
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Ticket

NEVER = datetime.max.replace(tzinfo=UTC)
"""When nothing falls due that has no running clock: after everything else."""

MOST_WORDS = 5
"""So many words of one search are looked for; further ones are ignored."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets; what is left empty does not narrow it. `words`: the first MOST_WORDS of them all stand
    somewhere in what `words_of` says, in any order. `late_at`: those with a running clock that was due before
    then."""

    customer: str = ""
    assignee: str = ""
    priority: Priority | None = None
    untaken: bool = False
    words: str = ""
    late_at: datetime | None = None

    @property
    def is_everything(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board: when the ticket's nearest clock falls due, and its number."""

    due_at: datetime
    number: int


LOOK_BACK = 5000
"""So many tickets one look at a list goes through at most: some milliseconds, whatever is wanted of them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one look found, newest first. `further`: the next one is for numbers below it; 0: that was all."""

    tickets: tuple[Ticket, ...]
    further: int


def nearest(ticket: Ticket) -> SlaClock | None:
    """The running clock that falls due first, or was due first."""
    running = (clock for clock in ticket.clocks if clock.is_running)
    return min(running, key=lambda clock: clock.due_at, default=None)


def spot_of(ticket: Ticket) -> Spot:
    clock = nearest(ticket)
    return Spot(clock.due_at if clock else NEVER, ticket.number)


def words_of(ticket: Ticket) -> str:
    """What a search looks at: what was written, by whom, for whom and where."""
    said = (ticket.title, ticket.subject, ticket.text, ticket.customer, ticket.reporter_name, ticket.phone)
    return folded("\n".join([*(each for each in said if each), str(ticket.home)]))


def folded(words: str) -> str:
    """The same for capitals, wide signs and composed letters, whatever the store can do."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
