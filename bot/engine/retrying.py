"""When something that did not arrive is tried again. Pure rules."""

from datetime import datetime, timedelta

from bot.durable import Held
from bot.outgoing import Capabilities

SLOWEST = timedelta(minutes=1)
"""Where nothing is ever given up."""


def next_try(failed: int, able: Capabilities, now: datetime) -> datetime | None:
    """When to try again after one more failure than the `failed` ones before; None when it is given up."""
    if able.retries is None:
        return now + min(timedelta(seconds=2 ** min(failed, 10)), SLOWEST)
    return now + able.retries[failed] if failed < len(able.retries) else None


def failures(before: int, held: Held, able: Capabilities) -> int:
    """How many there are now. Where a number of them is the end, waiting behind another is none."""
    return before if able.retries is not None and held is Held.BEHIND else before + 1


def keeps_order(able: Capabilities) -> bool:
    """Whether nothing goes to a destination while an earlier message waits there to be tried again."""
    return able.retries is not None
