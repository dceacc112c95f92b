"""One update into the desk: translated, handed in, committed, then answered. Both ways in use it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.telegram.answers import Answers
from adapters.telegram.inbound import Translator
from bot.errors import Malformed, StoreError
from bot.inbound import Inbound, VerbInvoked
from bot.ports import Clock, Inbox

# An update that fails this often for another reason than the store is set aside as unreadable.
ATTEMPTS = 5

log = structlog.get_logger(__name__)


class Intake:
    def __init__(self, inbox: Inbox, clock: Clock, translator: Translator, answers: Answers) -> None:
        self._inbox = inbox
        self._clock = clock
        self._translator = translator
        self._answers = answers
        self._failures: Counter[object] = Counter()

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Account for one update; return after the commit, so that it may be confirmed.

        Raises whatever kept the desk from committing: the update must then come again.
        """
        query_id = _query_id(raw)
        items = self._translator.items(raw, self._clock.now())
        for item in items:
            await self._hand_in(item, raw, query_id)
        self._failures.pop(raw.get("update_id"), None)
        if query_id and not any(isinstance(item, VerbInvoked) for item in items):
            self._answers.release(query_id)

    async def _hand_in(self, item: Inbound, raw: Mapping[str, Any], query_id: str | None) -> None:
        try:
            answer = await self._inbox.receive(item)
        except Malformed as error:
            return await self._set_aside(raw, str(error))
        except StoreError:
            raise
        except Exception as error:
            return await self._count_failure(raw, error)
        if isinstance(item, VerbInvoked):
            self._answers.give(item, answer, query_id)

    async def _count_failure(self, raw: Mapping[str, Any], error: Exception) -> None:
        """Raises `error` again until it has happened ATTEMPTS times: then it is the update, not the hour."""
        update_id = raw.get("update_id")
        self._failures[update_id] += 1
        log.error("update not taken", update_id=update_id, failures=self._failures[update_id], exc_info=error)
        if self._failures[update_id] < ATTEMPTS:
            raise error
        await self._set_aside(raw, f"{type(error).__name__}: {error}")

    async def _set_aside(self, raw: Mapping[str, Any], reason: str) -> None:
        """Keep it on the ledger as unreadable; where even that is refused as malformed, in the log."""
        log.error("update set aside", update_id=raw.get("update_id"), reason=reason)
        try:
            await self._inbox.receive(self._translator.unreadable(raw, reason, self._clock.now()))
        except Malformed as error:
            log.error("update skipped", update_id=raw.get("update_id"), reason=str(error), raw=dict(raw))


def _query_id(raw: Mapping[str, Any]) -> str | None:
    query = raw.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else None
