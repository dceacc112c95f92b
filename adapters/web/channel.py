"""The desk's own pages as a channel: what is said there is read from the store, so nothing needs sending."""

from dataclasses import replace

from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, OpenRoom, Outgoing, Receipt

CHANNEL = "web"
CAPABILITIES = Capabilities(max_length=100_000, direct=True)


class WebChannel:
    """Keeps `bot.ports.Channel`. What is written to a customer stands on the ticket's page as soon as it is
    in the ticket's log; whoever looks at the page sees it come. `by_mail`: whoever filed it is also written
    to, so that what is said is said as often as by mail."""

    def __init__(self, *, by_mail: bool = False) -> None:
        self._capabilities = replace(CAPABILITIES, sparing=by_mail)

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        return Receipt(Address(CHANNEL, "") if isinstance(message, OpenRoom) else message.at)

    async def find(self, key: str, at: Address) -> Receipt | None:
        return None
