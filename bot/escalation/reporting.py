"""What a provider says afterwards of a message of ours: it arrived, or other means are needed now."""

from bot.inbound import Reported
from bot.work import Work


async def reported(work: Work, item: Reported) -> None:
    """The delivery's record, and what follows from it."""
