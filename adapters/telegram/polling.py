"""Long polling in which Telegram forgets an update only after the desk has committed it.

The library's own Updater confirms updates before they are handled; a crash would lose them.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict

from adapters.telegram.inbound import ALLOWED_UPDATES, conversation_in
from adapters.telegram.intake import Intake
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import READ, FloodWait, redacted
from bot.patience import FIRST_PAUSE, Patience

# Seconds that Telegram holds a poll open while there is nothing new.
POLL = 30
# Updates come raw, so that one the library cannot parse does not hide the others of its batch. The library
# warns when a method it wraps itself is called by its own name; this spelling is the same method.
_GET_UPDATES = "get_Updates"

Update = Mapping[str, Any]

log = structlog.get_logger(__name__)


class Poller:
    """Fetches updates until its patience is over. Chats are served side by side, each one's in order."""

    def __init__(self, bot: Bot, intake: Intake, patience: Patience, settings: TelegramSettings) -> None:
        self._bot = bot
        self._intake = intake
        self._patience = patience
        self._token = settings.token
        self._offset: int | None = None

    async def run(self) -> None:
        while not self._patience.over:
            try:
                await self._once()
            except Exception as error:
                # Also whatever answers in Telegram's place (a proxy, a login page): polling outlives it.
                self._explain(error)
                await self._patience.pause(error.wait if isinstance(error, FloodWait) else FIRST_PAUSE)
        await self._confirm()

    async def _once(self) -> None:
        updates = await self._patience.unless_stopped(self._fetch(POLL))
        if await self._take(updates or ()):
            self._patience.renew()
        else:
            await self._patience.pause()

    async def _fetch(self, seconds: int) -> Sequence[Update]:
        wishes = {"timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        offset = {} if self._offset is None else {"offset": self._offset}
        return list(
            await self._bot.do_api_request(_GET_UPDATES, wishes | offset, read_timeout=seconds + READ)
        )

    async def _take(self, updates: Sequence[Update]) -> bool:
        """Hand them all in and move the offset past the leading run that was committed. All of them?"""
        committed = set().union(*await asyncio.gather(*map(self._take_in_turn, _by_chat(updates))))
        for update in updates:
            if update["update_id"] not in committed:
                return False
            self._offset = update["update_id"] + 1
        return True

    async def _take_in_turn(self, updates: Iterable[Update]) -> set[int]:
        """One chat's updates; the first that cannot be committed holds up those behind it."""
        committed: set[int] = set()
        for update in updates:
            try:
                await self._intake.take(update)
            except Exception as error:
                log.error(
                    "update not committed, will come again", update_id=update["update_id"], error=str(error)
                )
                break
            committed.add(update["update_id"])
        return committed

    async def _confirm(self) -> None:
        """Tell Telegram what is committed, so that the next start is not given it again. Not vital."""
        try:
            await self._fetch(0)
        except Exception as error:
            self._explain(error)

    def _explain(self, error: Exception) -> None:
        text = redacted(str(error), self._token)
        if isinstance(error, Conflict):
            log.error("another program reads this bot's updates; stop it or use another token", error=text)
        else:
            log.warning("updates not fetched", error=text)


def _by_chat(updates: Iterable[Update]) -> Iterable[list[Update]]:
    """Each chat's updates in their order. A migration concerns two chats; the core moves what came before."""
    chats: dict[str, list[Update]] = {}
    for update in updates:
        chats.setdefault(conversation_in(update), []).append(update)
    return chats.values()
