"""A call to the hotline as far as it has got. Pure rules."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.telephone import Party

PATIENCE = timedelta(seconds=20)
"""Until then the next person is called, unless the one before has said no."""
RINGS = timedelta(seconds=25)
"""How long a telephone rings."""


class Stage(StrEnum):
    """Where the conversation is; also the name of the step that goes on there."""

    LANGUAGE = "language"
    KNOWN = "known"
    MENU = "menu"
    OFFER = "offer"
    MESSAGE = "message"
    WAITING = "waiting"
    TALKING = "talking"
    DONE = "done"


CHOOSING = frozenset({Stage.LANGUAGE, Stage.KNOWN, Stage.MENU})
"""What it is about is not known yet."""


@dataclass(frozen=True, slots=True)
class Call:
    """`ticket` is the one it opened, or the earlier one it turned out to be about; `earlier`: the open one
    that the caller is asked about. `asked`: how often in a row nothing was understood. `rung`: the engineers
    called to the line so far, in order, the last one at `rung_at`; `taken_by` talks to the caller.
    `told`: the caller has their receipt. `heard`: the key of the last step that counted. `last`: the
    number of the newest status report."""

    id: str
    party: Party
    customer: str
    language: str
    ticket: int
    stage: Stage
    began_at: datetime
    earlier: int | None = None
    asked: int = 0
    rung: tuple[str, ...] = ()
    rung_at: datetime | None = None
    taken_by: str | None = None
    recordings: tuple[str, ...] = ()
    told: bool = False
    heard: str = ""
    ended_at: datetime | None = None
    last: int = -1

    @property
    def asks_about_earlier(self) -> bool:
        """Whether what is said next may be about the earlier ticket."""
        return self.earlier is not None and self.stage in (Stage.LANGUAGE, Stage.KNOWN)

    @property
    def is_waiting(self) -> bool:
        """Somebody is on the line and nobody talks to them yet."""
        return self.stage is Stage.WAITING and self.taken_by is None and self.ended_at is None

    @property
    def is_missed(self) -> bool:
        """They said nothing that could be kept, and nobody talked to them."""
        return self.stage in CHOOSING and not self.recordings and self.taken_by is None

    def at_stage(self, stage: Stage) -> "Call":
        return replace(self, stage=stage, asked=0)

    def again(self) -> "Call":
        """Nothing was understood."""
        return replace(self, asked=self.asked + 1)
