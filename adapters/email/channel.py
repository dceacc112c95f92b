"""The Channel port on SMTP: sends once and says what happened; the core retries, waits and reroutes."""

from dataclasses import replace

import structlog

from adapters.email.errand import NotInternational, Patience, Refused
from adapters.email.letter import Letter, Writer
from adapters.email.oauth import AccessTokens
from adapters.email.pool import Pool
from adapters.email.relay import Relay
from adapters.email.replies import SenderRefused
from adapters.email.settings import CHANNEL, EmailSettings
from adapters.email.tokens import Tokens
from bot.errors import Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, Outgoing, Post, Receipt
from bot.ports import Clock

log = structlog.get_logger(__name__)
CAPABILITIES = Capabilities(
    max_length=100_000,
    formal=True,
    knows_again=True,
    sparing=True,
)


class EmailChannel:
    """Keeps `bot.ports.Channel`. Unreachable: the address is none, or its server refused it, or the mail, for
    good; what goes wrong between us and our own mail server is Temporary."""

    def __init__(
        self,
        settings: EmailSettings,
        tokens: Tokens,
        clock: Clock,
        access: AccessTokens | None = None,
        patience: Patience | None = None,
    ) -> None:
        """`access`: of the relay's user, where it signs in by XOAUTH2. Raises ConfigurationError."""
        patient = patience or Patience()
        self._writer = Writer(settings, tokens, clock)
        relay = Relay(settings.relay, self._writer.own.domain, patient, settings.tls, access)
        self._pool = Pool(relay.open, patient)
        self._only_plain = False

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        """A refused copy is no failure: the mail has reached whom it is for."""
        if not isinstance(message, Post):
            raise Unreachable(f"e-mail cannot {_VERBS[type(message).__name__]}")
        letter = self._writer.letter(message)
        try:
            refused = await self._sent(letter)
        except NotInternational:
            letter = self._writer.letter(_without_international_copies(message, letter))
            refused = await self._sent(letter)
        for each in refused:
            log.warning("copy not sent", key=message.key, to=each.address, reason=each.reason)
        return Receipt(message.at, letter.message_id)

    async def _sent(self, letter: Letter) -> tuple[Refused, ...]:
        """Under the plain address from the first time on that the server takes no other: a report that a mail
        did not arrive then finds its ticket by the Message-ID alone."""
        plain = replace(letter, sender=self._writer.own.address)
        if self._only_plain or letter == plain:
            return await self._pool.send(plain)
        try:
            return await self._pool.send(letter)
        except SenderRefused as error:
            refused = await self._pool.send(plain)
            log.warning("the mail server takes no plus-address as the envelope's sender", reason=str(error))
            self._only_plain = True
            return refused

    async def find(self, key: str, at: Address) -> Receipt | None:
        """A server that takes mail cannot be asked; a mail sent twice is recognised by its Message-ID."""
        return None

    async def close(self) -> None:
        """Close the connections, after the last message was sent."""
        await self._pool.close()


_VERBS = {
    "Edit": "change what was sent",
    "OpenRoom": "open rooms",
    "Invite": "invite",
    "Pin": "pin",
    "Document": "take documents",
}


def _without_international_copies(post: Post, letter: Letter) -> Post:
    """For a server that takes none. Raises NotInternational when the mail is for such an address itself."""
    if post.heading is None or not letter.to.isascii():
        raise NotInternational(f"the mail server cannot send to {letter.to}: it offers no SMTPUTF8")
    left_out = [each for each in letter.copies if not each.isascii()]
    for each in left_out:
        log.warning("copy not sent", key=post.key, to=each, reason="the mail server offers no SMTPUTF8")
    kept = tuple(each for each in letter.copies if each.isascii())
    return replace(post, heading=replace(post.heading, copies=kept))
