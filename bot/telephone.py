"""What happens on the telephone, in the core's own words.

Adapters translate a provider's webhooks into `Heard` and read the `Script` that comes back out to whoever is
on the line. What nobody waits for (how a call ended, a recording) comes in by the `Inbox`, as in bot.inbound.
All instants are aware datetimes in UTC; numbers are E.164 ("+493012345"), "" when withheld.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at the other end. `ours`: the number of ours that they called, or that we call from.

    `textable`: a text may reach that number (it is no landline). `doubtful`: the network says that the number
    is not really theirs (STIR/SHAKEN, RFC 8224), so nothing is told to it that strangers must not hear.
    """

    number: str
    ours: str
    textable: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody on the line waits for what is said next.

    `call` is the provider's id of the call, `step` where in the conversation we are ("" when the call comes
    in), `about` what that step is about (ticket numbers, a call's id). `digits` were pressed, `speech` was
    said; both "" when there was neither. `result`: how a recording, a wait or a talk ended, in the provider's
    word. `event_key` is the same for every redelivery.
    """

    event_key: str
    call: str
    step: str
    party: Party
    heard_at: datetime
    about: tuple[str, ...] = ()
    digits: str = ""
    speech: str = ""
    result: str = ""


# --- What is said back --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Read out in that language ("en", "zh")."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Say it and wait for a key or a word; whichever comes, or nothing, goes to `step`.

    `keys`: what may be pressed. `hints`: words that may be said instead. `seconds` to wait for it.
    """

    says: tuple[Say, ...]
    step: str
    about: tuple[str, ...] = ()
    keys: str = ""
    hints: tuple[str, ...] = ()
    seconds: int = 6


@dataclass(frozen=True, slots=True)
class Record:
    """A tone, then what they say, until they hang up, press # or `seconds` are over; then `step`."""

    step: str
    about: tuple[str, ...] = ()
    seconds: int = 180


@dataclass(frozen=True, slots=True)
class Hold:
    """They wait in `queue`. Meanwhile `waiting` is asked again and again what they hear; when it says
    `Leave`, or the wait ends in any other way, `left` is asked what comes next."""

    queue: str
    waiting: str
    left: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """Their wait in the queue ends."""


@dataclass(frozen=True, slots=True)
class Join:
    """Talk to whoever waits in `queue`, who first hears what `greeting` says; afterwards `step`."""

    queue: str
    greeting: str
    step: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


@dataclass(frozen=True, slots=True)
class GoOn:
    """Ask `step` what comes next."""

    step: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends."""


Instruction = Say | Ask | Record | Hold | Leave | Join | Pause | GoOn | HangUp


@dataclass(frozen=True, slots=True)
class Script:
    """What happens next on the line, in order. `refused`: the request was an old one sent again (a replay);
    nothing happens."""

    lines: tuple[Instruction, ...] = ()
    refused: bool = False
