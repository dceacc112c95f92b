"""The Events API: every event is read, handed to the inbox, and only then confirmed, however it came."""

import structlog

from adapters.slack.inbound import people_in, translate, unreadable
from adapters.slack.message import Heard
from adapters.slack.people import Introduction, People
from adapters.slack.wire import Json, redacted
from bot.errors import Malformed, StoreError
from bot.inbound import Inbound
from bot.ports import Clock, Inbox

log = structlog.get_logger(__name__)

CONFIRMED, FAILED, UNAVAILABLE = 200, 500, 503


def failure(error: Exception, body: Json) -> int:
    """The status for what was not committed: 503 if that is the store's trouble, else 500."""
    kind, event = body.get("type"), body.get("event_id")
    log.error("event failed", kind=kind, event_id=event, error=redacted(f"{type(error).__name__}: {error}"))
    return UNAVAILABLE if isinstance(error, StoreError) else FAILED


class Events:
    """Past bolt, whose way to a listener costs more time than all the rest of the adapter."""

    def __init__(self, inbox: Inbox, clock: Clock, introduction: Introduction, people: People) -> None:
        self._inbox = inbox
        self._clock = clock
        self._introduction = introduction
        self._people = people

    async def take(self, body: Json) -> int:
        """The HTTP status that says what became of an envelope; it is confirmed with 200 and nothing else."""
        try:
            item = await self._read(body)
            if item is not None:
                await self._inbox.receive(item)
        except Exception as error:
            return failure(error, body)
        return CONFIRMED

    async def _read(self, body: Json) -> Inbound | None:
        """Nothing is dropped because it is malformed: what cannot be read goes on the ledger as it came."""
        me = await self._introduction.identity()
        try:
            known = await self._people.profiles(people_in(body))
            return translate(Heard(body, body["event"], me, known))
        except (Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
            return unreadable(body, f"{type(error).__name__}: {error}", self._clock.now())
