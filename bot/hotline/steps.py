"""The telephone's conversations: what was heard in, what is said next out."""

from bot.telephone import HangUp, Heard, Script
from bot.work import Work


async def hear(work: Work, heard: Heard) -> Script:
    """One step of a call: account for it and say what comes next."""
    return Script((HangUp(),))
