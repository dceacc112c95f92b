"""What the Slack adapter must be told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.errors import ConfigurationError, Fault
from bot.roles import Role, WayIn

EVENTS_PATH = "/slack/events"
API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Raises ConfigurationError with every fault at once.

    `way_in` None goes by `public_url`: set means signed HTTP requests (and `signing_secret` is needed), else
    Socket Mode (and `app_token` is needed). `late_failure` is what somebody reads whose command failed after
    Slack had already been told that it arrived.
    """

    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = API_URL
    public_url: str | None = None
    late_failure: str = "That did not work; nothing was changed. Please try again."
    way_in: WayIn | None = None

    def __post_init__(self) -> None:
        faults = [*self._token_faults(), *self._transport_faults()]
        if faults:
            raise ConfigurationError(faults)

    @property
    def door(self) -> WayIn:
        return self.way_in or Role.ALL.way_in(self.public_url)

    @property
    def events_url(self) -> str | None:
        return self.public_url.rstrip("/") + EVENTS_PATH if self.public_url else None

    def _token_faults(self) -> Iterator[Fault]:
        if not self.bot_token.startswith("xoxb-"):
            wanted = "the Bot User OAuth Token (it starts with xoxb-), from OAuth & Permissions of the app"
            yield Fault(".env", "SLACK_BOT_TOKEN", wanted)
        if self.app_token is not None and not self.app_token.startswith("xapp-"):
            yield Fault(".env", "SLACK_APP_TOKEN", _SOCKET_MODE_NEEDS)

    def _transport_faults(self) -> Iterator[Fault]:
        if not self.public_url:
            if not self.app_token:
                yield Fault(".env", "SLACK_APP_TOKEN", _SOCKET_MODE_NEEDS)
            return
        if urlsplit(self.public_url).scheme not in {"http", "https"}:
            yield Fault(".env", "PUBLIC_URL", "an address that starts with https://")
        if not (self.signing_secret or "").strip():
            wanted = "with PUBLIC_URL set: the Signing Secret from Basic Information in the app's settings"
            yield Fault(".env", "SLACK_SIGNING_SECRET", wanted)


_SOCKET_MODE_NEEDS = (
    "an app-level token (it starts with xapp-) with the scope connections:write, "
    "from Basic Information, App-Level Tokens; or set PUBLIC_URL and use HTTP"
)
