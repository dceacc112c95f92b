"""What the desk says, shown on the terminal."""

import itertools

from rich.console import Console
from rich.text import Text

from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, Outgoing, Post, Receipt
from bot.ports import Clock

CHANNEL = "terminal"
CUSTOMER = "customer"
_CAPABILITIES = Capabilities(
    max_length=20_000,
)


class TerminalChannel:
    """Keeps `bot.ports.Channel`. Text is shown as text: no markup of a customer's is ever read."""

    def __init__(self, console: Console, clock: Clock, names: dict[str, str]) -> None:
        self._console = console
        self._clock = clock
        self._names = names
        self._ids = itertools.count(1)
        self.last_paged: str | None = None

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return _CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        at = message.at if isinstance(message, Post) else Address(CHANNEL, CUSTOMER)
        if isinstance(message, Post):
            self._show(message)
        return Receipt(at, f"{CHANNEL}-{next(self._ids)}")

    async def find(self, key: str, at: Address) -> Receipt | None:
        return None

    def note(self, text: str) -> None:
        """Something for whoever sits here, from nobody's conversation."""
        self._console.print(Text(text, style="dim"))

    def _show(self, message: Post) -> None:
        who = message.at.conversation
        if message.buttons:
            self.last_paged = who
        style = "bold yellow" if message.buttons else "cyan" if who == CUSTOMER else "magenta"
        head = f"{self._clock.now():%H:%M:%S} → {self._names.get(who, who)}"
        self._console.print(Text(head, style=style))
        self._console.print(Text("\n".join(f"  {line}" for line in message.text.splitlines())))
