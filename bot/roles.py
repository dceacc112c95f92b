"""What a worker does, and which way messages come in to it. On one machine one worker does everything."""

from enum import StrEnum


class WayIn(StrEnum):
    """How a channel hears of what people say."""

    CALLED = "called"
    """The platform calls the desk (webhooks)."""
    CALLS = "calls"
    """The desk calls the platform (Socket Mode, long polling)."""
    CLOSED = "closed"
    """Not here: another worker listens. The way out is open all the same."""


class Role(StrEnum):
    ALL = "all"
    WEB = "web"
    """Takes what the platforms bring to PUBLIC_URL, serves the pages, and nothing else."""
    ENGINE = "engine"
    """Fires timers and sends messages."""
    INTAKE = "intake"
    """Fetches what the platforms hold ready where they do not call."""

    @property
    def runs_engine(self) -> bool:
        return self in (Role.ALL, Role.ENGINE)

    @property
    def fetches(self) -> bool:
        """Whether it reads what never calls (mailboxes)."""
        return self in (Role.ALL, Role.INTAKE)

    def way_in(self, public_url: str | None) -> WayIn:
        """Whoever is called answers, whatever its role: workers of one machine may share a port."""
        if public_url:
            return WayIn.CALLED
        return WayIn.CALLS if self in (Role.ALL, Role.INTAKE) else WayIn.CLOSED
