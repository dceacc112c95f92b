"""Short numbers for tickets, so that a page is answered with two characters on a telephone: "1a"."""

import re
import unicodedata
from collections.abc import Mapping

from bot.errors import Refused
from bot.inbound import Address
from bot.tickets.ticket import Ticket
from bot.work import Work

MOST = 99
"""Codes of one telephone. One is given to another ticket only when its own is over: an answer that comes late
must not take the wrong ticket."""
_ANSWER = re.compile(r"(\d{1,2})\s*([ae])[\s.!]*", re.IGNORECASE)
_VERBS = {"a": "ack", "e": "escalate"}


async def code_for(work: Work, at: Address, ticket: Ticket) -> int:
    """The code by which the ticket is answered from there: always the same one."""
    known = await work.tx.reply_codes.of(at)
    code = next((code for code, number in known.items() if number == ticket.number), None)
    if code is None:
        fresh = (each for each in range(1, MOST + 1) if each not in known)
        code = next(fresh, None) or await _over(work, known)
        work.tx.reply_codes.set(at, code, ticket.number)
    return code


async def _over(work: Work, known: Mapping[int, int]) -> int:
    """The code of the oldest ticket that is over; of the oldest of all where none is."""
    by_age = sorted(known.items(), key=lambda each: each[1])
    for code, number in by_age:
        ticket = await work.tx.tickets.find(number)
        if ticket is None or not ticket.is_active:
            return code
    return by_age[0][0]


async def command_of(work: Work, at: Address, text: str) -> str | None:
    """The command that "1a" or "2 E" means there; None for everything else. Raises Refused for a code that
    was never given."""
    match = _ANSWER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    known = await work.tx.reply_codes.of(at)
    number = known.get(int(match[1]))
    if number is None:
        raise Refused("unknown_code", code=match[1])
    return f"{_VERBS[match[2].lower()]} T-{number}"
