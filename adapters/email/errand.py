"""A letter on its way through a mail server, and what can become of it there."""

import asyncio
from dataclasses import dataclass

from adapters.email.letter import Letter
from bot.errors import DeliveryError, OutcomeUnknown, Temporary, Unreachable


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `end`: for the answer to a whole mail. `whole`: for a mail with all that comes before it; less
    than the two minutes the core leases a message for, since after that another worker sends it too."""

    connect: float = 10.0
    command: float = 30.0
    end: float = 100.0
    whole: float = 110.0
    idle: float = 30.0
    goodbye: float = 3.0


class Lost(Temporary):
    """The connection is of no use any more, and nothing has been sent on it: another may do."""


class NotInternational(Unreachable):
    """The server takes no addresses beyond ASCII (it offers no SMTPUTF8)."""


@dataclass(slots=True)
class Errand:
    """A letter on its way. `deadline`: by the loop's time. `left`: the server has been sent all of it, and
    may have taken it."""

    letter: Letter
    deadline: float
    left: bool = False

    def at_most(self, seconds: float) -> float:
        """How long to wait for one answer. A cancellation alone is not enough to end in time: Python 3.11's
        `wait_for` loses one that comes with the answer."""
        return max(0.0, min(seconds, self.deadline - asyncio.get_running_loop().time()))

    def silence(self, reason: str) -> DeliveryError:
        """No answer came."""
        return OutcomeUnknown(reason) if self.left else Lost(reason)


@dataclass(frozen=True, slots=True)
class Refused:
    """A copy that was not sent."""

    address: str
    reason: str
