"""What the e-mail adapter must be told."""

from dataclasses import dataclass, field
from ssl import SSLContext

from adapters.email.mail import Limits, Ours
from bot.configuration.mail_urls import MailServer

CHANNEL = "email"
INBOUND_PATH = "/email/inbound"


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where access tokens come from (RFC 6749): by `refresh_token`, or without one by client credentials."""

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`name`: of the setting that holds its address; bookmarks are kept under it."""

    name: str
    server: MailServer = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """`address` is what customers write to, `name` stands beside it in From. `secret` signs tokens and is the
    same for all workers. `reads`: this worker may be given the duty to read the mailboxes. `inbound_token`:
    None closes POST /email/inbound. `check_dkim`: look signatures up in the DNS where no server we trust has
    said anything. `tls`: None trusts the machine's authorities."""

    address: str
    name: str
    secret: bytes = field(repr=False)
    relay: MailServer = field(repr=False)
    mailboxes: tuple[Mailbox, ...] = ()
    inbound_token: str | None = field(default=None, repr=False)
    oauth: OAuth | None = None
    authserv_ids: frozenset[str] = frozenset()
    plus_addressing: bool = True
    check_dkim: bool = True
    reads: bool = True
    limits: Limits = field(default_factory=Limits)
    tls: SSLContext | None = field(default=None, repr=False)

    @property
    def domain(self) -> str:
        """What stands behind the @ of our Message-IDs."""
        return self.address.rpartition("@")[2]

    @property
    def mark(self) -> str:
        """What our mails carry in X-Loop, so that we know them when they come back."""
        return self.address.lower()

    @property
    def ours(self) -> Ours:
        users = {box.server.user.lower() for box in self.mailboxes if "@" in box.server.user}
        return Ours(self.authserv_ids, frozenset({self.address.lower(), *users}), self.mark)
