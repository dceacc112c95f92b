"""When the next timer, waiting message or lease's end is due."""

from datetime import datetime

from storage.encoding import from_micros
from storage.outbox import NEXT_ITEM
from storage.session import Driver
from storage.timers import NEXT_TIMER


async def next_due(driver: Driver) -> datetime | None:
    """None when nothing waits. Raises StoreError."""
    answers = await driver.run([], [(NEXT_TIMER, {}), (NEXT_ITEM, {})])
    due = [answer[0][0] for answer in answers if answer[0][0] is not None]
    return from_micros(min(due)) if due else None
