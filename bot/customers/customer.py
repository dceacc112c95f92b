"""Who our customers are and by what we recognise them. Pure rules."""

from dataclasses import dataclass, field

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


def conversation(channel: str, value: str) -> Identity:
    return Identity(f"{channel}:conversation", value)


def person(channel: str, value: str) -> Identity:
    return Identity(f"{channel}:person", value)
