"""What every configured channel must be told."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

from pydantic import SecretStr

from adapters.email.settings import EmailSettings, Mailbox, OAuth
from adapters.phone.settings import OFFICIAL as PHONE_API_URL
from adapters.phone.settings import PhoneSettings, Provider
from adapters.push.settings import PushSettings
from adapters.slack.settings import API_URL as SLACK_API_URL
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import OFFICIAL as TELEGRAM_API_URL
from adapters.telegram.settings import TelegramSettings
from adapters.web.openid.settings import RETURN_PATH, OpenIdSettings
from adapters.webhook.settings import WebhookSettings
from bot.configuration.mail_urls import MailServer, imap_server, smtp_server
from bot.errors import ConfigurationError, Fault
from bot.policy import Policy
from bot.roles import WayIn
from bot.settings import Settings


def slack_settings(
    settings: Settings, late_failure: str = "", way_in: WayIn | None = None
) -> SlackSettings | None:
    """None when Slack is not configured. `late_failure`, `way_in`: see SlackSettings."""
    if settings.slack_bot_token is None:
        return None
    return SlackSettings(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=_plain(settings.slack_app_token),
        signing_secret=_plain(settings.slack_signing_secret),
        api_url=settings.slack_api_url or SLACK_API_URL,
        public_url=settings.public_url,
        way_in=way_in,
        late_failure=late_failure,
    )


def telegram_settings(
    settings: Settings, policy: Policy, way_in: WayIn | None = None
) -> TelegramSettings | None:
    """None when Telegram is not configured."""
    if settings.telegram_bot_token is None:
        return None
    return TelegramSettings(
        token=settings.telegram_bot_token.get_secret_value(),
        public_url=settings.public_url,
        way_in=way_in,
        webhook_secret=_plain(settings.telegram_webhook_secret),
        api_url=settings.telegram_api_url or TELEGRAM_API_URL,
        desk_forum=policy.desk.conversations.get("telegram"),
    )


def email_settings(
    settings: Settings, policy: Policy, secret: bytes = b"", reads: bool = True
) -> EmailSettings | None:
    """None when e-mail is not configured. `secret`, `reads`: see EmailSettings. Raises ConfigurationError."""
    if settings.smtp_url is None:
        return None
    relay = _server(smtp_server, settings.smtp_url, "SMTP_URL")
    urls = {"IMAP_URL": settings.imap_url} if settings.imap_url else {}
    named = {name: settings.mailboxes[name] for name in policy.email.mailboxes if name in settings.mailboxes}
    boxes = tuple(Mailbox(name, _server(imap_server, url, name)) for name, url in {**urls, **named}.items())
    return EmailSettings(
        address=policy.email.address or _own_address(relay, boxes),
        name=policy.email.name or policy.desk.name,
        secret=secret,
        relay=relay,
        mailboxes=boxes,
        inbound_token=_plain(settings.email_inbound_token),
        oauth=_oauth(settings),
        authserv_ids=frozenset(each.lower() for each in policy.email.authserv_ids),
        plus_addressing=policy.email.plus_addressing,
        check_dkim=policy.email.check_dkim,
        reads=reads,
    )


def phone_settings(
    settings: Settings, policy: Policy, trouble: Mapping[str, str] | None = None
) -> PhoneSettings | None:
    """None when the telephone is not configured. `trouble`: see PhoneSettings. Raises ConfigurationError."""
    sid, token, url = settings.twilio_account_sid, settings.twilio_auth_token, settings.public_url
    if sid is None or token is None or url is None:
        return None
    providers = [Provider(sid, token.get_secret_value(), _own_number(policy, 1), _phone_api(settings))]
    sid, token = settings.twilio_account_sid_2, settings.twilio_auth_token_2
    if sid is not None and token is not None:
        api = settings.phone_api_url_2 or PHONE_API_URL
        providers.append(Provider(sid, token.get_secret_value(), _own_number(policy, 2), api))
    return PhoneSettings(
        tuple(providers),
        url.rstrip("/"),
        voices={str(language): voice for language, voice in policy.phone.voices.items()},
        calls_at_once=policy.phone.calls_at_once,
        trouble=trouble or {},
    )


def _phone_api(settings: Settings) -> str:
    return settings.phone_api_url or PHONE_API_URL


def _own_number(policy: Policy, provider: int) -> str:
    number = next((each.number for each in policy.phone.numbers if each.provider == provider), None)
    if number is None:
        which = "" if provider == 1 else ", provider = 2"
        wanted = f'names no number: add [[phone.numbers]] with number = "+49..."{which}'
        raise ConfigurationError([Fault("dawnline.toml", "phone.numbers", wanted)])
    return number


def push_settings(settings: Settings, secret: bytes = b"") -> PushSettings | None:
    """None when push is not configured. `secret`: see PushSettings."""
    if settings.ntfy_url is None:
        return None
    return PushSettings(
        server=settings.ntfy_url.rstrip("/"),
        secret=secret,
        token=_plain(settings.ntfy_token),
        public_url=settings.public_url.rstrip("/") if settings.public_url else None,
    )


def openid_settings(settings: Settings, secret: bytes = b"") -> OpenIdSettings | None:
    """None when single sign-on is not configured. `secret`: see OpenIdSettings. Without PUBLIC_URL people
    come back to this machine (RFC 8252 section 8.3)."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    ours = settings.public_url or f"http://127.0.0.1:{settings.port}"
    return OpenIdSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        redirect_uri=f"{ours.rstrip('/')}{RETURN_PATH}",
        secret=secret,
        client_secret=_plain(settings.oidc_client_secret),
        name=settings.oidc_name,
        scope=settings.oidc_scope,
        trust_email=settings.oidc_trust_email == "yes",
    )


def webhook_settings(policy: Policy) -> WebhookSettings:
    return WebhookSettings(policy.webhooks, f"Dawnline/{version('dawnline')}")


def _server(read: Callable[[str], MailServer | str], url: SecretStr, name: str) -> MailServer:
    server = read(url.get_secret_value())
    if isinstance(server, str):
        raise ConfigurationError([Fault(".env", name, server)])
    return server


def _own_address(relay: MailServer, boxes: Sequence[Mailbox]) -> str:
    """The user of a mail server is nearly always the address itself."""
    users = (server.user for server in (*(box.server for box in boxes), relay))
    address = next((user for user in users if "@" in user), None)
    if address is None:
        wanted = 'is missing: the address customers write to, such as address = "support@example.com"'
        raise ConfigurationError([Fault("dawnline.toml", "email.address", wanted)])
    return address


def _oauth(settings: Settings) -> OAuth | None:
    if settings.email_oauth_token_url is None or settings.email_oauth_client_id is None:
        return None
    return OAuth(
        settings.email_oauth_token_url,
        settings.email_oauth_client_id.get_secret_value(),
        _plain(settings.email_oauth_client_secret),
        _plain(settings.email_oauth_refresh_token),
        settings.email_oauth_scope,
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
