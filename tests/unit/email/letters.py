"""A desk that writes, a clock that stands still, and posts to write."""

from datetime import UTC, datetime
from typing import Any

from adapters.email.letter import Letter, Writer
from adapters.email.settings import CHANNEL, EmailSettings
from adapters.email.tokens import Tokens
from bot.configuration.mail_urls import MailServer, Tls
from bot.inbound import Address
from bot.outgoing import Hand, Heading, Post

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECRET = b"a secret of the desk's own"
TOKENS = Tokens(SECRET)
RELAY = MailServer("127.0.0.1", 25, Tls.OFF)
CUSTOMER = "wei@acme.test"


class StillClock:
    def now(self) -> datetime:
        return NOW

    async def sleep_until(self, instant: datetime | None) -> None:
        raise AssertionError("nobody sleeps here")


def settings(**more: Any) -> EmailSettings:
    told: dict[str, Any] = {
        "address": "support@ops.test",
        "name": "Dawnline",
        "secret": SECRET,
        "relay": RELAY,
    }
    return EmailSettings(**(told | more))


def heading(**more: Any) -> Heading:
    told: dict[str, Any] = {"subject": "Re: video is black [T-7]", "ticket": 7, "hand": Hand.REPLIED}
    return Heading(**(told | more))


def post(text: str = "We look at it.", to: str = CUSTOMER, **more: Any) -> Post:
    told: dict[str, Any] = {"key": "receipt:7:1", "heading": heading()}
    return Post(at=Address(CHANNEL, to), text=text, **(told | more))


def written(message: Post, **own: Any) -> Letter:
    return Writer(settings(**own), TOKENS, StillClock()).letter(message)
