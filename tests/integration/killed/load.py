"""What the desk is loaded with while it is killed: many people who write at once, and whom that wakes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.inbound import Address, MessagePosted, Person
from bot.policy import Policy

from tests.integration.killed.wire import WIRE

TICKETS = 24
AT_ONCE = 3
"""So many offer their messages at the same time: commits are shared, and there are many of them."""
APART = timedelta(milliseconds=40)
"""Between one customer's message and the next, so that the second rounds are not due all at once."""
TEXTS = ("everything is down for everyone in room {}", "the label in room {} has a typo")
"""A P0 and a P2."""
ON_CALL = {"support": ["ann"], "lead": ["bob"]}
PAGED = {"ann": WIRE, "bob": WIRE}
"""Whom the two rounds of every ticket wake together, also when a downtime makes one of them, and where."""
ROUNDS = (timedelta(0), timedelta(seconds=2))
DESK = "desk"


def _engineer(name: str, tier: str, channel: str) -> dict[str, object]:
    where = {"region": "emea", "time_zone": "Europe/Berlin", "identities": {channel: f"U-{name}"}}
    return {"id": name, "name": name, "tier": tier, **where}


def _steps(*roles: str) -> dict[str, object]:
    """One role a round; then nobody for an hour."""
    at = [f"{after.seconds}s" for after in ROUNDS]
    return {"steps": [[role] for role in roles], "at": at, "repeat_every": "1h"}


def policy(paged: Mapping[str, str] = PAGED) -> Policy:
    """`paged`: the channel each engineer is reached on; the desk itself is on all of them."""
    hours = {"start": "00:00", "end": "00:00", "time_zone": "UTC"}
    always = {"name": "always", "region": "emea", "roles": ON_CALL, **hours}
    return Policy.model_validate(
        {
            "desk": {"conversations": dict.fromkeys(paged.values(), DESK)},
            "engineers": [
                _engineer("ann", "support", paged["ann"]),
                _engineer("bob", "lead", paged["bob"]),
            ],
            "teams": [{"name": "all", "schedule": "always"}],
            "schedules": [{"name": "always", "rotation_start": "2026-01-05", "shifts": [always]}],
            "escalation": {"critical": _steps("lead", "support"), "normal": _steps("support", "lead")},
        }
    )


def message(number: int, sent_at: datetime, channel: str = WIRE) -> MessagePosted:
    """One person's only message, in a conversation of its own."""
    return MessagePosted(
        event_key=f"e{number}",
        at=Address(channel, f"C-{number}"),
        message_id=f"m{number}",
        author=Person(channel, f"P-{number}", f"Customer {number}"),
        text=TEXTS[number % len(TEXTS)].format(number),
        sent_at=sent_at,
    )


def messages(began: datetime) -> list[MessagePosted]:
    """The same ones at every start: the platform offers again what it was not told to have arrived."""
    return [message(number, began - APART * (TICKETS - number)) for number in range(TICKETS)]
