"""The same answer to the same request, however often it comes
(https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).

The key goes onto the record before the change, and the change is an event named by it: whoever dies in
between leaves a key that the next try takes over, and an event that happens once. Who was only slow finds the
key taken over, and writes nothing under it any more.
"""

from dataclasses import replace
from datetime import timedelta

from bot.access.session import GivenAnswer
from bot.errors import Refused
from bot.work import CONSOLE, Work

KEPT = timedelta(hours=24)
HELD = timedelta(seconds=30)
"""So long nobody else works on the same request; longer than any takes that is not dead."""


async def begin(work: Work, token: str, key: str, digest: str) -> GivenAnswer:
    """What was answered under the key already; else (`status` None) it is the caller's to answer now. Raises
    Refused("key_of_another"), Refused("key_at_work")."""
    found = await work.tx.answers.get(token, key)
    if found is None or work.now >= found.at + KEPT:
        found = GivenAnswer(token, key, digest, work.now)
    elif found.digest != digest:
        raise Refused("key_of_another")
    elif found.status is not None:
        return found
    elif found.held_until is not None and work.now < found.held_until:
        raise Refused("key_at_work")
    ours = replace(found, held_until=work.now + HELD)
    work.tx.answers.save(ours)
    return ours


async def answered(work: Work, begun: GivenAnswer, status: int, body: str, headers: dict[str, str]) -> None:
    """Raises Refused("key_at_work") when it is somebody else's to answer by now."""
    if not await _is_held(work, begun):
        raise Refused("key_at_work")
    work.tx.answers.save(replace(begun, status=status, body=body, headers=headers, held_until=None))


async def left(work: Work, begun: GivenAnswer) -> None:
    """It came to no answer. Whether the change happened nobody knows, so the next try is the same event."""
    if await _is_held(work, begun):
        work.tx.answers.save(replace(begun, held_until=None))


async def _is_held(work: Work, begun: GivenAnswer) -> bool:
    """Whether nobody has taken it over since `begin`: every holder has it until another instant."""
    return await work.tx.answers.get(begun.token, begun.key) == begun


async def is_first(work: Work, key: str) -> bool:
    """Whether nothing came of this form of our pages before; it is noted beside what comes of it now."""
    if await work.tx.answers.get(CONSOLE, key) is not None:
        return False
    work.tx.answers.save(GivenAnswer(CONSOLE, key, "", work.now))
    return True


async def sweep(work: Work) -> None:
    work.tx.answers.sweep(work.now - KEPT)
