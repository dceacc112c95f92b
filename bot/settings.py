"""Where the desk's settings come from: secrets from `.env` and the environment, policy from `dawnline.toml`.

The only module that reads the environment and these files. All faults are reported at once, each with file,
key, what is there and what is allowed.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.configuration import variables as v
from bot.configuration.environment import ENV_FILE, Values, merged, parse_env
from bot.configuration.outline import Found, Outline, table
from bot.configuration.platform_ids import platform_faults
from bot.configuration.policy_file import Rule, parse_policy
from bot.configuration.s3_url import Bucket, s3_bucket
from bot.configuration.settings_rules import (
    SQLITE,
    database_url_fault,
    email_missing,
    needed_faults,
    phone_missing,
    push_missing,
    slack_missing,
    telegram_missing,
    value_faults,
)
from bot.configuration.variables import Variable
from bot.errors import ConfigurationError, Fault
from bot.policy import Policy

# The key of the fault that a file is not there at all, for callers that can do without it.
NOT_THERE = "not there"


class Settings(BaseModel):
    """What `.env` and the environment say. No secret is in its repr; `get_secret_value()` gives one out.

    `directory` is where `.env` lies and where relative paths start.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    directory: Path
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    telegram_bot_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    imap_url: SecretStr | None = None
    smtp_url: SecretStr | None = None
    email_inbound_token: SecretStr | None = None
    email_oauth_token_url: str | None = None
    email_oauth_client_id: SecretStr | None = None
    email_oauth_client_secret: SecretStr | None = None
    email_oauth_refresh_token: SecretStr | None = None
    email_oauth_scope: str | None = None
    mailboxes: Mapping[str, SecretStr] = {}
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_account_sid_2: str | None = None
    twilio_auth_token_2: SecretStr | None = None
    ntfy_url: str | None = None
    ntfy_token: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = v.OIDC_NAME.default
    oidc_scope: str = v.OIDC_SCOPE.default
    oidc_trust_email: Literal["yes", "no"] = "no"
    public_url: str | None = None
    web: Literal["on", "off"] = "on"
    port: int = int(v.PORT.default)
    config: str = v.DAWNLINE_CONFIG.default
    database_url: SecretStr = SecretStr(v.DATABASE_URL.default)
    files: str = v.DAWNLINE_FILES.default
    files_s3_url: SecretStr | None = None
    slack_api_url: str | None = None
    telegram_api_url: str | None = None
    phone_api_url: str | None = None
    phone_api_url_2: str | None = None
    log_level: str = v.LOG_LEVEL.default
    log_format: Literal["text", "json"] = "text"

    @property
    def config_path(self) -> Path:
        return self.directory / self.config

    @property
    def files_path(self) -> Path:
        return self.directory / self.files

    @property
    def files_bucket(self) -> Bucket | None:
        """Where files that people attach are kept; None: in `files_path`."""
        bucket = s3_bucket(self.files_s3_url.get_secret_value()) if self.files_s3_url else None
        return bucket if isinstance(bucket, Bucket) else None

    @property
    def database_path(self) -> Path | None:
        """The desk's file; None on PostgreSQL."""
        url = self.database_url.get_secret_value()
        return self.directory / url.removeprefix(SQLITE) if url.startswith(SQLITE) else None

    @property
    def database_name(self) -> str:
        """How the store is called before people: its file, or its address without user and password."""
        parts = urlsplit(self.database_url.get_secret_value())
        return str(self.database_path or f"postgresql://{parts.hostname or ''}{parts.path}")

    @property
    def given(self) -> frozenset[str]:
        """The names of the settings that have a value."""
        return frozenset(variable.name for key, variable in _FIELDS.items() if getattr(self, key) is not None)

    @property
    def is_trial(self) -> bool:
        """Whether nothing real is configured: the example desk is tried on this machine."""
        fields = Settings.model_fields.items()
        defaults = {name: field.get_default(call_default_factory=True) for name, field in fields}
        said = {name for name, default in defaults.items() if getattr(self, name) != default}
        return said <= _TRIED_WITH and not self.config_path.exists()

    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be seen anywhere, for redaction; of a Telegram token also the half after
        the colon, which is the secret one."""
        fields = (getattr(self, key) for key, variable in _FIELDS.items() if variable.secret)
        given = [*(each for each in fields if each is not None), *self.mailboxes.values()]
        whole = [each.get_secret_value() for each in given]
        half = self.telegram_bot_token.get_secret_value().partition(":")[2] if self.telegram_bot_token else ""
        urls = (
            *(self.database_url, self.imap_url, self.smtp_url, self.files_s3_url),
            *self.mailboxes.values(),
        )
        passwords = [urlsplit(url.get_secret_value()).password or "" for url in urls if url is not None]
        decoded = [unquote(each) for each in passwords]
        return tuple(each for each in (*whole, half, *passwords, *decoded) if each)


_TRIED_WITH = {"directory", "web", "port", "config", "files", "log_level", "log_format"}
"""What somebody may set who only tries the desk; anything else means it."""
_FIELDS: Mapping[str, Variable] = {
    "slack_bot_token": v.SLACK_BOT_TOKEN,
    "slack_app_token": v.SLACK_APP_TOKEN,
    "slack_signing_secret": v.SLACK_SIGNING_SECRET,
    "telegram_bot_token": v.TELEGRAM_BOT_TOKEN,
    "telegram_webhook_secret": v.TELEGRAM_WEBHOOK_SECRET,
    "imap_url": v.IMAP_URL,
    "smtp_url": v.SMTP_URL,
    "email_inbound_token": v.EMAIL_INBOUND_TOKEN,
    "email_oauth_token_url": v.EMAIL_OAUTH_TOKEN_URL,
    "email_oauth_client_id": v.EMAIL_OAUTH_CLIENT_ID,
    "email_oauth_client_secret": v.EMAIL_OAUTH_CLIENT_SECRET,
    "email_oauth_refresh_token": v.EMAIL_OAUTH_REFRESH_TOKEN,
    "email_oauth_scope": v.EMAIL_OAUTH_SCOPE,
    "twilio_account_sid": v.TWILIO_ACCOUNT_SID,
    "twilio_auth_token": v.TWILIO_AUTH_TOKEN,
    "twilio_account_sid_2": v.TWILIO_ACCOUNT_SID_2,
    "twilio_auth_token_2": v.TWILIO_AUTH_TOKEN_2,
    "ntfy_url": v.NTFY_URL,
    "ntfy_token": v.NTFY_TOKEN,
    "oidc_issuer": v.OIDC_ISSUER,
    "oidc_client_id": v.OIDC_CLIENT_ID,
    "oidc_client_secret": v.OIDC_CLIENT_SECRET,
    "oidc_name": v.OIDC_NAME,
    "oidc_scope": v.OIDC_SCOPE,
    "oidc_trust_email": v.OIDC_TRUST_EMAIL,
    "public_url": v.PUBLIC_URL,
    "web": v.WEB,
    "port": v.PORT,
    "config": v.DAWNLINE_CONFIG,
    "database_url": v.DATABASE_URL,
    "files": v.DAWNLINE_FILES,
    "files_s3_url": v.FILES_S3_URL,
    "slack_api_url": v.SLACK_API_URL,
    "telegram_api_url": v.TELEGRAM_API_URL,
    "phone_api_url": v.PHONE_API_URL,
    "phone_api_url_2": v.PHONE_API_URL_2,
    "log_level": v.LOG_LEVEL,
    "log_format": v.LOG_FORMAT,
}


@dataclass(frozen=True, slots=True)
class MissingChannel:
    """A channel that is not configured, and what it needs: names of settings and how to obtain each."""

    channel: str
    needs: tuple[Variable, ...]


def load_settings(directory: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """What `directory`/.env and the environment say; the environment wins. Raises ConfigurationError."""
    values, faults = _values(directory, environ)
    if faults:
        raise ConfigurationError(faults)
    return _settings(directory, values)


def on_store(settings: Settings, url: str, option: str) -> Settings:
    """The same desk on the store that a command's option names. Raises ConfigurationError."""
    if wrong := database_url_fault(url):
        raise ConfigurationError([Fault("the command line", option, wrong)])
    return settings.model_copy(update={"database_url": SecretStr(url)})


def load_policy(path: Path) -> Policy:
    """The policy of this file, laid over the defaults. Raises ConfigurationError with every fault.

    Ids of people and conversations are not compared with the platforms' forms: stories make theirs up.
    """
    policy, faults = _read_policy(path, str(path))
    if policy is None:
        raise ConfigurationError(faults)
    return policy


def check(
    directory: Path, environ: Mapping[str, str] = os.environ
) -> tuple[Policy | None, Settings | None, tuple[Fault, ...]]:
    """Both files, and every fault in either. What is None has faults; with both there may still be some
    between the two."""
    values, faults = _values(directory, environ)
    settings = None if faults else _settings(directory, values)
    name = values.get(v.DAWNLINE_CONFIG)
    policy, policy_faults = _read_policy(
        directory / name,
        name,
        platform_faults,
        _reachable_by(values),
        _mailboxes_of(values),
        _numbers_of(values),
    )
    return policy, settings, (*faults, *policy_faults)


def missing_channels(settings: Settings) -> tuple[MissingChannel, ...]:
    """The channels that cannot run, each with exactly what is missing. Empty when all are configured."""
    needs = {channel: missing(settings.given) for channel, missing in _NEEDS.items()}
    return tuple(MissingChannel(channel, missing) for channel, missing in needs.items() if missing)


_NEEDS = {
    "slack": slack_missing,
    "telegram": telegram_missing,
    "email": email_missing,
    "phone": phone_missing,
    "push": push_missing,
}


def has_no_channel(settings: Settings) -> bool:
    return len(missing_channels(settings)) == len(_NEEDS)


def _values(directory: Path, environ: Mapping[str, str]) -> tuple[Values, tuple[Fault, ...]]:
    raw = _read(directory / ENV_FILE, ENV_FILE)
    unreadable = (raw,) if isinstance(raw, Fault) and raw.key != NOT_THERE else ()
    env_file, faults = parse_env(b"" if isinstance(raw, Fault) else raw)
    values = merged(env_file, environ)
    return values, (*unreadable, *faults, *value_faults(values), *needed_faults(values))


def _settings(directory: Path, values: Values) -> Settings:
    given = {key: values.get(variable) for key, variable in _FIELDS.items() if values.get(variable)}
    lowered = {key: given[key].lower() for key in ("log_level", "log_format", "oidc_trust_email", "web")}
    more = {"mailboxes": dict(values.mailboxes)}
    return Settings.model_validate({"directory": directory, **given, **lowered, **more})


def _read_policy(path: Path, name: str, *more: Rule) -> tuple[Policy | None, tuple[Fault, ...]]:
    raw = _read(path, name)
    if not isinstance(raw, Fault):
        return parse_policy(raw, name, *more)
    if raw.key != NOT_THERE:
        return None, (raw,)
    how = f"copy dawnline.example.toml to {name} and put your own people in"
    return None, (Fault(name, NOT_THERE, how),)


def _read(path: Path, name: str) -> bytes | Fault:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return Fault(name, NOT_THERE, "there is no such file")
    except (OSError, ValueError) as error:  # ValueError: no name a file could have
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        return Fault(name, "the whole file", f"cannot be read: {reason}")


def _mailboxes_of(values: Values) -> Rule:
    """Every mailbox that the policy names has its address in `.env`, and the other way round."""

    def rule(data: dict[str, Any]) -> Iterator[Found]:
        named = table(data.get("email")).get("mailboxes", ())
        names = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
        for place, name in enumerate(names):
            if name not in values.mailboxes:
                yield ("email", "mailboxes", place), f"{name} is not set in .env"
        for name in values.mailboxes.keys() - set(names):
            yield ("email", "mailboxes"), f"does not name {name}, which .env sets; nobody would read it"

    return rule


def _numbers_of(values: Values) -> Rule:
    """Every telephone provider calls from a number of ours."""

    def rule(data: dict[str, Any]) -> Iterator[Found]:
        numbers = table(data.get("phone")).get("numbers", ())
        theirs = [table(each).get("provider", 1) for each in numbers] if isinstance(numbers, list) else []
        for number, (sid, which, more) in enumerate(_PROVIDERS, start=1):
            if values.is_set(sid) and number not in theirs:
                add = f'add [[phone.numbers]] with number = "+49..."{more}'
                yield (
                    ("phone", "numbers"),
                    f"names no number of the {which} provider, which .env configures: {add}",
                )

    return rule


_PROVIDERS = ((v.TWILIO_ACCOUNT_SID, "first", ""), (v.TWILIO_ACCOUNT_SID_2, "second", " and provider = 2"))


def _reachable_by(values: Values) -> Rule:
    """Of the channels that are configured at least one must lead to somebody."""
    tokens = {
        "slack": v.SLACK_BOT_TOKEN,
        "telegram": v.TELEGRAM_BOT_TOKEN,
        "email": v.SMTP_URL,
        "phone": v.TWILIO_ACCOUNT_SID,
        "push": v.NTFY_URL,
    }
    channels = [channel for channel, token in tokens.items() if values.is_set(token)]

    def rule(data: dict[str, Any]) -> Iterator[Found]:
        engineers = [table(each.get("identities")) for _, each in Outline.of(data).engineers()]
        if channels and engineers and not any(channel in each for each in engineers for channel in channels):
            where = " or ".join(channels)
            yield (
                ("engineers",),
                f"none has an identity on {where}, all that .env configures: nobody could be paged",
            )

    return rule
