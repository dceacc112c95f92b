"""What the desk calls itself in a mail: its address, plain or with a token for a ticket, and Message-IDs."""

from adapters.email.addresses import LONGEST_NAME, deliverable
from adapters.email.settings import EmailSettings
from adapters.email.tokens import Bearer, Token, Tokens, plus
from bot.errors import ConfigurationError, Fault, Unreachable
from bot.outgoing import Heading


class Own:
    def __init__(self, settings: EmailSettings, tokens: Tokens) -> None:
        """Raises ConfigurationError when the desk's own address is none."""
        try:
            self.address = deliverable(settings.address)
        except Unreachable as error:
            raise ConfigurationError([Fault("dawnline.toml", "email.address", str(error))]) from None
        self._tokens = tokens
        self._plus_addressing = settings.plus_addressing

    @property
    def domain(self) -> str:
        """In ASCII."""
        return self.address.rpartition("@")[2]

    def reply_address(self, heading: Heading) -> str:
        """Where an answer finds its ticket."""
        return self._tagged(_token(heading))

    def bounce_address(self, heading: Heading) -> str:
        """Where a report that it did not arrive finds it: the envelope's sender."""
        return self._tagged(Token(Bearer.BOUNCE, heading.ticket) if heading.ticket else None)

    def message_id(self, key: str, heading: Heading) -> str:
        """The same for the same key, however often it is sent."""
        return self._tokens.message_id(key, _token(heading), self.domain)

    def _tagged(self, token: Token | None) -> str:
        """The plain address where there is no ticket, or no room before the @ (RFC 5321: 64 octets)."""
        if not (self._plus_addressing and token):
            return self.address
        tagged = plus(self.address, self._tokens.written(token))
        name = tagged.rpartition("@")[0]
        return tagged if len(name.encode()) <= LONGEST_NAME else self.address


def _token(heading: Heading) -> Token | None:
    bearer = Bearer.PAGE if heading.page else Bearer.TICKET
    return Token(bearer, heading.ticket) if heading.ticket else None
