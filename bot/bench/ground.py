"""What is measured: a desk with a policy of its own, and customers who write to it."""

import itertools
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import logs
from bot.customers.customer import Customer, conversation
from bot.inbound import Address, MessagePosted, Person
from bot.messages.catalogue import Catalogue
from bot.outgoing import Capabilities, Limit, Outgoing, Receipt
from bot.policy import Policy
from bot.ports import Store, Transaction
from bot.work import House
from storage.encoding import to_micros

CHANNEL = "slack"
SLACK = Capabilities(
    can_edit=True, can_thread=True, can_find=True, can_ack_inline=True, can_open_room=True, max_length=12_000
)
WORDS = (
    "video is black in room 42 since about ten minutes, the other rooms are fine",
    "how do I rotate the API key for the staging project?",
    "calls are choppy for some users in Frankfurt, started after 14:00",
    "we see 500s when creating channels through the REST API since the last release\ntrace 4bf92f3577b34da6",
    "房间 42 黑屏，大约十分钟前开始，其他房间正常",
    "登录后偶尔听不到声音，重新进入房间可以恢复",
)
_TIERS = {"arch": "architect", "lea": "lead", "sam": "senior", "sue": "support", "finn": "frontline"}


def policy() -> Policy:
    """Everything by default; one region, one person for every role."""
    return Policy.model_validate(people())


def people() -> dict[str, Any]:
    """What such a policy says of people, as its file would."""
    return {
        "engineers": [engineer(name, tier) for name, tier in _TIERS.items()],
        "teams": [{"name": "all", "schedule": "global"}],
        "schedules": [{"name": "global", "rotation_start": "2026-01-05", "shifts": [_shift()]}],
    }


def engineer(name: str, tier: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name.title(),
        "tier": tier,
        "region": "emea",
        "time_zone": "Europe/Berlin",
        "identities": {CHANNEL: f"U{name.upper()}"},
    }


def _shift() -> dict[str, Any]:
    hours = {"name": "emea", "region": "emea", "time_zone": "Europe/Berlin", "start": "00:00", "end": "00:00"}
    return {**hours, "roles": {tier: [name] for name, tier in _TIERS.items()}}


def house() -> House:
    return House.build(policy(), Catalogue.load(), {CHANNEL: SLACK})


class Swallower:
    """Keeps `bot.ports.Channel`: a platform that takes everything at once. Its message ids end in `mark`."""

    def __init__(self, mark: str = "", name: str = CHANNEL, capabilities: Capabilities = SLACK) -> None:
        self.name = name
        self.capabilities = capabilities
        self.taken = 0
        self._mark = mark

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        self.taken += 1
        place = Address(self.name, f"G{self.taken}") if not hasattr(message, "at") else message.at
        return Receipt(place, f"18{self.taken:09}.{self._mark}")

    async def find(self, key: str, at: Address) -> Receipt | None:
        return None


class Customers:
    """`count` customers with a conversation each. What they write is the same in every run; its ids rise with
    time, as a platform's do."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._written = itertools.count()

    async def introduce(self, store: Store) -> None:
        for first in range(0, self.count, 1000):
            await store.write(_saving(range(first, min(first + 1000, self.count))))

    def message(self, number: int, sent_at: datetime) -> MessagePosted:
        """The first words of one of them."""
        return MessagePosted(
            event_key=f"Ev{to_micros(sent_at):014X}{next(self._written):06X}",
            at=Address(CHANNEL, name_of(number)),
            message_id=f"{sent_at.timestamp():.6f}",
            author=Person(CHANNEL, f"U{number:07}", f"Customer {number:07}"),
            text=WORDS[number % len(WORDS)],
            sent_at=sent_at,
        )


def name_of(number: int) -> str:
    """A customer's conversation."""
    return f"C{number:07}"


def customer_of(number: int) -> Customer:
    name, identity = f"Customer {number:07}", conversation(CHANNEL, name_of(number))
    return Customer(f"customer-{number:07}", name, "gold", identities=(identity,))


def _saving(numbers: Iterable[int]) -> Callable[[Transaction], Awaitable[None]]:
    async def unit(tx: Transaction) -> None:
        for number in numbers:
            tx.customers.save(customer_of(number))

    return unit


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for databases, gone afterwards. What the desk logs would be part of the measurement."""
    logs.configure(sys.stderr, level="warning")
    with TemporaryDirectory(prefix="dawnline-bench-") as directory:
        yield Path(directory)
