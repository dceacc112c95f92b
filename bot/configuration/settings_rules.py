"""What each setting may be, and which of them need each other. Pure rules."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from bot.configuration import variables as v
from bot.configuration.environment import Values
from bot.configuration.hosts import is_loopback
from bot.configuration.mail_urls import imap_server, smtp_server
from bot.configuration.s3_url import s3_bucket
from bot.configuration.saying import did_you_mean, listed, shown
from bot.errors import Fault

LEVELS = ("debug", "info", "warning", "error", "critical")
FORMATS = ("text", "json")
SQLITE = "sqlite:///"
POSTGRES = ("postgresql", "postgres")
_TELEGRAM_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# https://core.telegram.org/bots/api#setwebhook
_TELEGRAM_PORTS = frozenset({None, 80, 88, 443, 8443})
# https://docs.slack.dev/authentication/tokens
_SLACK_KINDS = {
    "xoxb-": "a bot token (xoxb-)",
    "xoxp-": "a user token (xoxp-)",
    "xapp-": "an app-level token (xapp-)",
    "xoxe": "a token that expires (xoxe)",
}


def value_faults(values: Values) -> Iterator[Fault]:
    """Everything wrong with single settings."""
    for variable in v.VARIABLES.values():
        value = values.get(variable)
        if not value.isprintable():
            yield values.fault(variable, "holds a character that cannot be seen; type it in anew")
        elif value and (wrong := _RULES.get(variable.name, _anything)(value)):
            yield values.fault(variable, wrong)
    for name, url in values.mailboxes.items():
        if wrong := _imap_url(url):
            yield Fault(values.file_of(name), name, wrong)


def needed_faults(values: Values) -> Iterator[Fault]:
    """What is missing beside what is set: a channel is configured wholly or not at all."""
    if any(values.is_set(each) for each in (v.SLACK_BOT_TOKEN, v.SLACK_APP_TOKEN, v.SLACK_SIGNING_SECRET)):
        for missing in slack_missing(values.by_name):
            yield values.fault(missing, f"is missing, and Slack is half configured. {missing.how}")
    if values.is_set(v.TELEGRAM_BOT_TOKEN):
        for missing in telegram_missing(values.by_name):
            yield values.fault(missing, f"is missing, and Telegram is half configured. {missing.how}")
        if values.is_set(v.PUBLIC_URL) and (wrong := _telegram_port(values.get(v.PUBLIC_URL))):
            yield values.fault(v.PUBLIC_URL, wrong)
    yield from _email_faults(values)
    yield from _phone_faults(values)
    if values.is_set(v.PUBLIC_URL) and values.get(v.WEB).lower() != "off" and not _somebody_signs_in(values):
        yield values.fault(v.PUBLIC_URL, NO_SIGN_IN)
    yield from _oidc_faults(values)


NO_SIGN_IN = (
    "opens the desk's pages to the world, and nobody could sign in there: set SMTP_URL (a link by mail) or "
    "OIDC_ISSUER (single sign-on), or WEB=off to serve only the channels' webhooks"
)


def _somebody_signs_in(values: Values) -> bool:
    return values.is_set(v.SMTP_URL) or values.is_set(v.OIDC_ISSUER)


def _email_faults(values: Values) -> Iterator[Fault]:
    said = any(values.is_set(each) for each in (v.IMAP_URL, v.SMTP_URL, v.EMAIL_INBOUND_TOKEN))
    if said or values.mailboxes:
        for missing in email_missing(values.by_name):
            yield values.fault(missing, f"is missing, and e-mail is half configured. {missing.how}")
        yield from _oauth_faults(values)


def _phone_faults(values: Values) -> Iterator[Fault]:
    if any(values.is_set(each) for each in (v.TWILIO_ACCOUNT_SID, v.TWILIO_AUTH_TOKEN)):
        for missing in phone_missing(values.by_name):
            yield values.fault(missing, f"is missing, and the telephone is half configured. {missing.how}")
    second = (v.TWILIO_ACCOUNT_SID_2, v.TWILIO_AUTH_TOKEN_2)
    if any(values.is_set(each) for each in second):
        for missing in (each for each in (*second, v.TWILIO_ACCOUNT_SID) if not values.is_set(each)):
            yield values.fault(missing, f"is missing, and a second provider is configured. {missing.how}")
    if values.is_set(v.NTFY_TOKEN) and not values.is_set(v.NTFY_URL):
        yield values.fault(v.NTFY_URL, f"is missing, and NTFY_TOKEN is set. {v.NTFY_URL.how}")


def _oidc_faults(values: Values) -> Iterator[Fault]:
    """A name, a scope or whom to trust alone says nothing: `.env.example` sets them too."""
    if any(values.is_set(each) for each in (v.OIDC_ISSUER, v.OIDC_CLIENT_ID, v.OIDC_CLIENT_SECRET)):
        for missing in _oidc_missing(values):
            yield values.fault(missing, f"is missing, and single sign-on is half configured. {missing.how}")


def _oidc_missing(values: Values) -> tuple[v.Variable, ...]:
    """The provider sends people back to PUBLIC_URL; one on this machine finds the desk without."""
    address = _address(values.get(v.OIDC_ISSUER))
    near = not isinstance(address, str) and is_loopback(address.hostname or "")
    needed = (v.OIDC_ISSUER, v.OIDC_CLIENT_ID, *(() if near else (v.PUBLIC_URL,)))
    return tuple(each for each in needed if not values.is_set(each))


def _oauth_faults(values: Values) -> Iterator[Fault]:
    """Who signs in by access token needs the means to get one."""
    urls = (values.get(v.IMAP_URL), values.get(v.SMTP_URL), *values.mailboxes.values())
    if any("auth=xoauth2" in url for url in urls):
        for missing in (v.EMAIL_OAUTH_TOKEN_URL, v.EMAIL_OAUTH_CLIENT_ID):
            if not values.is_set(missing):
                yield values.fault(missing, f"is missing, and an address says auth=xoauth2. {missing.how}")


def slack_missing(given: Collection[str]) -> tuple[v.Variable, ...]:
    """What Slack still needs beside the settings `given`: the bot token, and a way in."""
    way_in = v.SLACK_SIGNING_SECRET if v.PUBLIC_URL.name in given else v.SLACK_APP_TOKEN
    return tuple(each for each in (v.SLACK_BOT_TOKEN, way_in) if each.name not in given)


def telegram_missing(given: Collection[str]) -> tuple[v.Variable, ...]:
    """What Telegram still needs beside the settings `given`."""
    webhook = (v.TELEGRAM_WEBHOOK_SECRET,) if v.PUBLIC_URL.name in given else ()
    return tuple(each for each in (v.TELEGRAM_BOT_TOKEN, *webhook) if each.name not in given)


def email_missing(given: Collection[str]) -> tuple[v.Variable, ...]:
    """What e-mail still needs beside the settings `given`: the way out, and one way in."""
    way_in = () if v.EMAIL_INBOUND_TOKEN.name in given else (v.IMAP_URL,)
    return tuple(each for each in (v.SMTP_URL, *way_in) if each.name not in given)


def phone_missing(given: Collection[str]) -> tuple[v.Variable, ...]:
    """What the telephone still needs beside the settings `given`: the provider must reach us."""
    needed = (v.TWILIO_ACCOUNT_SID, v.TWILIO_AUTH_TOKEN, v.PUBLIC_URL)
    return tuple(each for each in needed if each.name not in given)


def push_missing(given: Collection[str]) -> tuple[v.Variable, ...]:
    return tuple(each for each in (v.NTFY_URL,) if each.name not in given)


def _slack_token(prefix: str) -> Callable[[str], str | None]:
    def wrong(value: str) -> str | None:
        if re.fullmatch(rf"{prefix}[!-~]+", value):
            return None
        kind = next((words for start, words in _SLACK_KINDS.items() if value.startswith(start)), None)
        found = f"is {kind}" if kind and not value.startswith(prefix) else f"is {len(value)} characters"
        return f"{found}, not as Slack writes it; it must start with {prefix} and have no spaces"

    return wrong


def _signing_secret(value: str) -> str | None:
    if re.fullmatch(r"[!-~]+", value) and not value.startswith(("xox", "xapp-")):
        return None
    return "is no signing secret; it must be the 32 letters and digits under App Credentials, no token"


def _telegram_token(value: str) -> str | None:
    if _TELEGRAM_TOKEN.fullmatch(value):
        return None
    form = "digits, a colon and letters, such as 123456789:AAE-abc_123"
    return f"is not as @BotFather writes it; it must be {form}"


def _webhook_secret(value: str) -> str | None:
    if _WEBHOOK_SECRET.fullmatch(value):
        return None
    return f"is {len(value)} characters, some not allowed or too many; it must be 1 to 256 of A-Z a-z 0-9 _ -"


def _public_url(value: str) -> str | None:
    parts = _address(value)
    if isinstance(parts, str):
        return parts
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        allowed = "it must start with https:// (http:// is only for this machine itself)"
        return f"{shown(value)} is not encrypted; {allowed}"
    return None


def _api_url(value: str) -> str | None:
    parts = _address(value)
    return parts if isinstance(parts, str) else None


def _address(value: str) -> SplitResult | str:
    """The parts of a plain address, or what is wrong with it."""
    if "@" in value:
        return "names a user; it must be an address without name and password"
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = None
    if not valid or parts.query or parts.fragment or " " in value:
        return (
            f"{shown(value)} is no address; it must be https:// and a host, such as https://desk.example.com"
        )
    return parts


def _telegram_port(public_url: str) -> str | None:
    parts = _address(public_url)
    if isinstance(parts, str) or is_loopback(parts.hostname or "") or parts.port in _TELEGRAM_PORTS:
        return None
    return f"{shown(public_url)}: Telegram calls only the ports 443, 80, 88 and 8443"


def _port(value: str) -> str | None:
    if re.fullmatch(r"[0-9]{1,5}", value) and 1 <= int(value) <= 65535:
        return None
    return f"{shown(value)} is not allowed; it must be a number from 1 to 65535"


def database_url_fault(value: str) -> str | None:
    """No fault shows the address: a password may be in it."""
    scheme, _, rest = value.partition("://")
    if scheme in POSTGRES:
        return _postgres_url(value)
    path = value.removeprefix(SQLITE)
    if scheme != "sqlite" or not rest.startswith("/"):
        hint = f"; did you mean {SQLITE}{rest}?" if scheme == "sqlite" and rest else ""
        return (
            "names no store that is known; it must be sqlite:///FILE, with three slashes, or "
            f"postgresql://USER:PASSWORD@HOST/DATABASE{hint}"
        )
    if not path or path.endswith("/") or path == ":memory:" or "?" in path:
        return (
            "names no file; it must be sqlite:///FILE, because what is only in memory is lost with a restart"
        )
    return None


def _postgres_url(value: str) -> str | None:
    allowed = "it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    try:
        parts = urlsplit(value)
        port, database = parts.port, parts.path.removeprefix("/")
    except ValueError:
        return f"cannot be read ({allowed}; a special character in the password is written as %XX)"
    if port == 0:
        return f"names port 0; {allowed}, with a port from 1 to 65535 or none (5432)"
    if not parts.hostname and "host=" not in parts.query:
        return f"names no host; {allowed}"
    if not database or "/" in database:
        return f"names no database; {allowed}"
    return None


def _imap_url(value: str) -> str | None:
    server = imap_server(value)
    return server if isinstance(server, str) else None


def _smtp_url(value: str) -> str | None:
    server = smtp_server(value)
    return server if isinstance(server, str) else None


def _s3_url(value: str) -> str | None:
    bucket = s3_bucket(value)
    return bucket if isinstance(bucket, str) else None


def _inbound_token(value: str) -> str | None:
    if re.fullmatch(r"[!-~]{16,256}", value):
        return None
    return f"is {len(value)} characters, some not allowed, or too few; it must be 16 to 256 without spaces"


def _account_sid(value: str) -> str | None:
    if re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
        return None
    return "is no account SID; it must be AC and 32 of 0-9 a-f"


def _no_spaces(value: str) -> str | None:
    return None if re.fullmatch(r"[!-~]+", value) else "has a space or a letter that no token has"


def _button_name(value: str) -> str | None:
    return None if len(value) <= 40 else f"is {len(value)} characters; a button has room for 40"


def _oidc_scope(value: str) -> str | None:
    """RFC 6749 section 3.3 and OpenID Connect Core section 3.1.2.1."""
    scopes = value.split(" ")
    if all(re.fullmatch(r"[!#-\[\]-~]+", each) for each in scopes) and "openid" in scopes:
        return None
    return f"{shown(value)} is not allowed; it must be names with single spaces between, openid among them"


def _one_of(*allowed: str) -> Callable[[str], str | None]:
    def wrong(value: str) -> str | None:
        if value.lower() in allowed:
            return None
        near = did_you_mean(value, allowed)
        return f"{shown(value)} is not allowed; it must be one of {listed(allowed)}{near}"

    return wrong


def _anything(_value: str) -> None:
    return None


_RULES: Mapping[str, Callable[[str], str | None]] = {
    v.SLACK_BOT_TOKEN.name: _slack_token("xoxb-"),
    v.SLACK_APP_TOKEN.name: _slack_token("xapp-"),
    v.SLACK_SIGNING_SECRET.name: _signing_secret,
    v.TELEGRAM_BOT_TOKEN.name: _telegram_token,
    v.TELEGRAM_WEBHOOK_SECRET.name: _webhook_secret,
    v.PUBLIC_URL.name: _public_url,
    v.PORT.name: _port,
    v.DATABASE_URL.name: database_url_fault,
    v.FILES_S3_URL.name: _s3_url,
    v.IMAP_URL.name: _imap_url,
    v.SMTP_URL.name: _smtp_url,
    v.EMAIL_INBOUND_TOKEN.name: _inbound_token,
    v.EMAIL_OAUTH_TOKEN_URL.name: _public_url,
    v.TWILIO_ACCOUNT_SID.name: _account_sid,
    v.TWILIO_AUTH_TOKEN.name: _no_spaces,
    v.TWILIO_ACCOUNT_SID_2.name: _account_sid,
    v.TWILIO_AUTH_TOKEN_2.name: _no_spaces,
    v.NTFY_URL.name: _public_url,
    v.NTFY_TOKEN.name: _no_spaces,
    v.WEB.name: _one_of("on", "off"),
    v.OIDC_ISSUER.name: _public_url,
    v.OIDC_CLIENT_ID.name: _no_spaces,
    v.OIDC_CLIENT_SECRET.name: _no_spaces,
    v.OIDC_NAME.name: _button_name,
    v.OIDC_SCOPE.name: _oidc_scope,
    v.OIDC_TRUST_EMAIL.name: _one_of("yes", "no"),
    v.PHONE_API_URL.name: _api_url,
    v.PHONE_API_URL_2.name: _api_url,
    v.SLACK_API_URL.name: _api_url,
    v.TELEGRAM_API_URL.name: _api_url,
    v.LOG_LEVEL.name: _one_of(*LEVELS),
    v.LOG_FORMAT.name: _one_of(*FORMATS),
}
