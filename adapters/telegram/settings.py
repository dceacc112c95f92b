"""What the Telegram adapter must be told."""

import re
from dataclasses import dataclass, field
from ssl import SSLContext
from urllib.parse import urlsplit

from bot.errors import ConfigurationError, Fault
from bot.roles import Role, WayIn

WEBHOOK_PATH = "/telegram/webhook"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
OFFICIAL = "https://api.telegram.org"
# https://core.telegram.org/bots/api#setwebhook; a Bot API server of one's own calls any address and port,
# https://core.telegram.org/bots/api#using-a-local-bot-api-server
_PORTS = frozenset({None, 80, 88, 443, 8443})


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Raises ConfigurationError with every fault at once.

    `way_in` None goes by `public_url`: set means webhook, else long polling. `desk_forum` is the id of the
    engineers' own forum group, where incident topics are opened. `tls` is whom to trust; None is the usual
    authorities.
    """

    token: str = field(repr=False)
    api_url: str = OFFICIAL
    public_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    desk_forum: str | None = None
    tls: SSLContext | None = field(default=None, repr=False)
    way_in: WayIn | None = None

    def __post_init__(self) -> None:
        faults = [*self._token_faults(), *self._webhook_faults(), *self._forum_faults()]
        if faults:
            raise ConfigurationError(faults)

    @property
    def bot_id(self) -> int:
        """The bot's user id, which is the public half of its token."""
        return int(self.token.partition(":")[0])

    @property
    def door(self) -> WayIn:
        return self.way_in or Role.ALL.way_in(self.public_url)

    @property
    def webhook_url(self) -> str | None:
        return self.public_url.rstrip("/") + WEBHOOK_PATH if self.public_url else None

    def _token_faults(self) -> list[Fault]:
        if _TOKEN.fullmatch(self.token):
            return []
        wanted = "the token @BotFather gave you, such as 123456:ABC-DEF"
        return [Fault(".env", "TELEGRAM_BOT_TOKEN", wanted)]

    def _webhook_faults(self) -> list[Fault]:
        if not self.public_url:
            return []
        faults = []
        parts = urlsplit(self.public_url)
        if self.api_url == OFFICIAL and (parts.scheme != "https" or parts.port not in _PORTS):
            wanted = "Telegram calls only https:// addresses on port 443, 80, 88 or 8443"
            faults.append(Fault(".env", "PUBLIC_URL", wanted))
        if not _SECRET.fullmatch(self.webhook_secret or ""):
            wanted = "with PUBLIC_URL set: 1 to 256 of A-Z a-z 0-9 _ -, a secret of your own making"
            faults.append(Fault(".env", "TELEGRAM_WEBHOOK_SECRET", wanted))
        return faults

    def _forum_faults(self) -> list[Fault]:
        if self.desk_forum is None or re.fullmatch(r"-\d+", self.desk_forum):
            return []
        return [Fault("dawnline.toml", "desk.conversations.telegram", "a group's id, such as -1001234567890")]
