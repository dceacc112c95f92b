"""The Channel port on SMTP: sends once and says what happened; the core retries, waits and reroutes."""

from adapters.email.settings import CHANNEL, EmailSettings
from adapters.email.tokens import Tokens
from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, Outgoing, Receipt

CAPABILITIES = Capabilities(
    can_edit=False,
    can_thread=False,
    can_find=False,
    can_ack_inline=False,
    can_open_room=False,
    max_length=100_000,
    formal=True,
    knows_again=True,
)


class EmailChannel:
    """Keeps `bot.ports.Channel`."""

    def __init__(self, settings: EmailSettings, tokens: Tokens) -> None:
        self._settings = settings
        self._tokens = tokens

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        raise NotImplementedError

    async def find(self, key: str, at: Address) -> Receipt | None:
        """A server that takes mail cannot be asked; a mail sent twice is recognised by its Message-ID."""
        return None

    async def close(self) -> None:
        """Close the connections, after the last message was sent."""
