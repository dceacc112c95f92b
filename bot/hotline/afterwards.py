"""What is known of a call when nobody waits any more: how it ended, what was recorded, what was said."""

from bot.inbound import CallEnded, Recorded, Transcribed
from bot.work import Work


async def after_call(work: Work, item: CallEnded | Recorded | Transcribed) -> None:
    """Onto the call's ticket."""
