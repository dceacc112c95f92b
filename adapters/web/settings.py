"""What the desk's own pages need to know."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.configuration.hosts import is_loopback


@dataclass(frozen=True, slots=True)
class Trial:
    """Two people who are let in without proof, while nothing is configured and nobody else can reach the
    desk: mail addresses of a customer and an engineer."""

    customer: str
    engineer: str


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`base`: where people reach the desk, without a slash at the end. `secret` signs what browsers hold.
    `mails`: links that sign in can be sent. `by_mail`: customers are also written to by mail. `upload_most`:
    bytes of one file. `version`: of Dawnline. `api_per_minute`: requests of one token;
    `strangers_per_minute`: of one address without a good one, and links that sign in that it asks for, since
    a typing mistake needs few; `forms_per_minute`: of one reader, that may bring files.
    """

    base: str
    secret: bytes = field(repr=False)
    name: str = "Dawnline"
    mails: bool = False
    by_mail: bool = False
    trial: Trial | None = None
    upload_most: int = 25 * 1024 * 1024
    version: str = ""
    api_per_minute: int = 600
    strangers_per_minute: int = 20
    forms_per_minute: int = 30

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS, so that cookies need never go without."""
        return urlsplit(self.base).scheme == "https"

    @property
    def is_public(self) -> bool:
        """Whether others than this machine reach it."""
        return not is_loopback(urlsplit(self.base).hostname or "")
