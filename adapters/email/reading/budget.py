"""What the reading of one mail may cost, and what had to be mended or left out meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.email.mail import Limits

Seconds = Callable[[], float]
"""Seconds of work: by time.thread_time, so that a busy machine makes no mail shorter than it is."""

MOST_DEFECTS = 100


class OutOfTime(Exception):
    """The mail took longer than its time; what has been read so far stands."""


@dataclass(slots=True)
class Budget:
    """Of one mail. Every loop whose length the sender decides asks `check` now and then."""

    limits: Limits
    seconds: Seconds
    ends: float
    size: int
    """Of the mail, in bytes."""
    parts: int = 0
    files: int = 0
    unpacked: int = 0
    defects: dict[str, None] = field(default_factory=dict)
    """In order, each once."""

    @classmethod
    def starting(cls, limits: Limits, seconds: Seconds, size: int) -> "Budget":
        return cls(limits, seconds, seconds() + limits.seconds, size)

    def note(self, defect: str) -> None:
        """In English, for whoever looks why a mail reads as it does."""
        if len(self.defects) < MOST_DEFECTS:
            self.defects.setdefault(defect)

    def check(self) -> None:
        """Raises OutOfTime."""
        if self.seconds() > self.ends:
            raise OutOfTime

    def takes_part(self) -> bool:
        """Whether one more part may be read."""
        self.check()
        self.parts += 1
        if self.parts <= self.limits.parts:
            return True
        self.note(f"more than {self.limits.parts} parts: the rest is left out")
        return False

    def takes_file(self) -> bool:
        """Whether one more attachment may be listed."""
        self.check()
        self.files += 1
        if self.files <= self.limits.attachments:
            return True
        self.note(f"more than {self.limits.attachments} attachments: the rest is left out")
        return False

    def takes_bytes(self, size: int) -> bool:
        """Whether `size` more decoded bytes may come out of this mail."""
        self.check()
        self.unpacked += size
        if self.unpacked <= min(self.limits.unpacked, self.limits.ratio * max(self.size, 64 * 1024)):
            return True
        self.note("unpacks to more than is allowed: the rest is left out")
        return False
