"""Who our customers are and by what we recognise them. Pure rules."""

from dataclasses import dataclass, field

from bot.identities import kind_of, mailbox_of
from bot.tickets.ticket import UNKNOWN


@dataclass(frozen=True, slots=True)
class Identity:
    """Something that belongs to one customer: `kind` is "slack:conversation", "slack:person",
    "telegram:conversation", "telegram:person", "email", "email-domain" or "phone"."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Customer:
    """`id` is a short slug. Empty language and time zone mean the desk's own."""

    id: str
    name: str
    tier: str = ""
    language: str = ""
    time_zone: str = ""
    industry: str = ""
    account_manager: str = ""
    identities: tuple[Identity, ...] = field(default=())


STRANGER = Customer(UNKNOWN, "unknown customer")


# Free mail serves everybody, so its domains are no one customer's.
FREE_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com"),
        *("aol.com", "gmx.de", "web.de", "proton.me", "protonmail.com", "mail.ru", "yandex.ru"),
        *("qq.com", "foxmail.com", "163.com", "126.com", "sina.com", "aliyun.com"),
    }
)


SINGULAR = frozenset({"email", "phone"})
"""A mail address or a telephone number is a person and a conversation at once, and is one kind."""


def conversation(channel: str, value: str) -> Identity:
    kind = kind_of(channel)
    return Identity(kind if kind in SINGULAR else f"{channel}:conversation", value)


def person(channel: str, value: str) -> Identity:
    kind = kind_of(channel)
    return Identity(kind if kind in SINGULAR else f"{channel}:person", value)


def domain_of(address: str) -> str:
    """The domain of a mail address that is its owner's own; "" of free mail."""
    domain = address.rpartition("@")[2].lower()
    return "" if domain in FREE_MAIL else domain


def by_mail(address: str) -> tuple[Identity, ...]:
    """What somebody who writes from that address is recognised by, the surest first."""
    domain = domain_of(address)
    exact = Identity("email", mailbox_of(address))
    return (exact, Identity("email-domain", domain)) if domain else (exact,)
