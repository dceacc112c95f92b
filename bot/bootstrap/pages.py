"""The desk's own pages: what they must be told, and who is shown around while nothing is configured."""

from importlib.metadata import version

from adapters.web.settings import Trial, WebSettings
from bot.links import Links
from bot.policy import Policy
from bot.ports import Clock
from bot.settings import Settings
from bot.trial import CUSTOMER, address_of, on_duty

MEGABYTE = 1024 * 1024


def base_of(settings: Settings) -> str:
    """Where people reach the pages: the public address, or this machine."""
    return (settings.public_url or f"http://127.0.0.1:{settings.port}").rstrip("/")


def web_settings(settings: Settings, policy: Policy, clock: Clock, secret: bytes = b"") -> WebSettings | None:
    """None when the pages are off. `secret`: see WebSettings."""
    if settings.web == "off":
        return None
    trial = Trial(CUSTOMER, address_of(on_duty(policy, clock))) if settings.is_trial else None
    return WebSettings(
        base=base_of(settings),
        secret=secret,
        name=policy.desk.name,
        mails=settings.smtp_url is not None and settings.public_url is not None,
        by_mail=settings.smtp_url is not None,
        trial=trial,
        upload_most=policy.web.upload_megabytes * MEGABYTE,
        version=version("dawnline"),
        api_per_minute=policy.web.api_per_minute,
    )


def links_of(settings: Settings, secret: bytes) -> Links | None:
    """Links for others to follow: none where the pages are off, or where only this machine reaches them (but
    at a trial that is where everybody is)."""
    if settings.web == "off" or not (settings.public_url or settings.is_trial):
        return None
    return Links(base_of(settings), secret)
