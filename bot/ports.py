"""What the core asks of the world. The docstrings are the contract; adapters, stores and fakes keep it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from bot.inbound import Address, Answer, Inbound
from bot.outgoing import Capabilities, Limit, Outgoing, Receipt

T = TypeVar("T")


class Clock(Protocol):
    """Time is a port: nothing else in the core knows what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""

    async def sleep_until(self, instant: datetime | None) -> None:
        """Return at `instant` (at once if it is past; never if None, until cancelled)."""


class Inbox(Protocol):
    """The desk's front door. Adapters hand everything they hear to it."""

    async def receive(self, item: Inbound) -> Answer:
        """Account for `item` durably; return only after the transaction has committed.

        The same `event_key` again changes nothing and returns an empty Answer (for VerbInvoked: the answer
        may be empty too). A refusal is an Answer, not an exception.
        Raises StoreError (or any other exception) when nothing was committed: the adapter must then NOT
        confirm the event to the platform, so that it is delivered again.
        """


class Channel(Protocol):
    """One way out. Thin: it translates and sends, it never decides, retries, waits or rate-limits."""

    @property
    def name(self) -> str:
        """The channel's name in addresses: "slack", "telegram", "terminal"."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; constant."""

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        """The platform's rate limits that apply to a message into `conversation`. Pure and quick.

        Slack: one a second per channel. Telegram: 1/s per chat, 20/min per group, 30/s in all.
        """

    async def send(self, message: Outgoing) -> Receipt:
        """Deliver one message now and return where it is.

        Raises RateLimited (with the platform's own Retry-After), Temporary (certainly not delivered),
        OutcomeUnknown (the request left and no answer came), Unreachable (never will) or
        MovedTo (same conversation, new id). Anything else is a bug and treated like OutcomeUnknown.
        Error texts never hold a secret. An Edit whose text is already shown is a success.
        """

    async def find(self, key: str, at: Address) -> Receipt | None:
        """The message already posted under `key`, if the platform can tell (`can_find`), else None."""
