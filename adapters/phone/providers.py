"""Two providers: the first is used while it works, the next while it does not."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from adapters.phone.failures import Failing
from adapters.phone.orders import CallOrder, TextOrder
from adapters.phone.rest import Rest
from bot.errors import DeliveryError, OutcomeUnknown, Temporary
from bot.ports import Clock

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
TRIES = 2
"""So often in a row may a provider fail before the next is used."""

log = structlog.get_logger(__name__)
Send = Callable[[Rest], Awaitable[str]]


@dataclass(slots=True)
class _Standing:
    """`ask_at`: when a provider that failed is probed next; None while it works."""

    rest: Rest
    ask_at: datetime | None = None
    pause: timedelta = FIRST_PAUSE

    def postpone(self, now: datetime) -> None:
        self.ask_at = now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def works_again(self) -> None:
        self.ask_at, self.pause = None, FIRST_PAUSE


class Providers:
    """Sends through the first that works. One that failed is probed, at ever longer intervals, before
    something is sent; nothing else is asked of it meanwhile. The last has nobody to stand in for it: its
    errors are the sender's at once.

    A refusal (4xx) is an answer, and never a reason to ask the next.
    """

    def __init__(self, rests: Sequence[Rest], clock: Clock) -> None:
        """`rests`: at least one, the preferred first."""
        self._clock = clock
        self._last = rests[-1]
        self._preferred = tuple(_Standing(each) for each in rests[:-1])

    async def place_call(self, call: CallOrder) -> str:
        """The call's sid. Raises what Rest does."""
        return await self._sent(lambda rest: rest.place_call(call))

    async def send_text(self, text: TextOrder) -> str:
        """The message's sid. Raises what Rest does."""
        return await self._sent(lambda rest: rest.send_text(text))

    async def close(self) -> None:
        for each in self._preferred:
            await each.rest.close()
        await self._last.close()

    async def _sent(self, send: Send) -> str:
        doubts: list[DeliveryError] = []
        for each in self._preferred:
            sid = await self._tried(each, send, doubts) if await self._works(each) else None
            if sid is not None:
                return sid
        try:
            return await send(self._last)
        except (Temporary, OutcomeUnknown) as error:
            self._give_all_another_chance()
            # The last may certainly not have done it, and one before it may have all the same.
            raise (doubts or [error])[0] from None

    async def _tried(self, each: _Standing, send: Send, doubts: list[DeliveryError]) -> str | None:
        """What came of it; None once it failed too often, with `doubts` on whether it did it all the same."""
        for attempt in range(1, TRIES + 1):
            try:
                return await send(each.rest)
            except OutcomeUnknown as error:
                doubts.append(error)
                self._failed(each, error, attempt)
            except Failing as error:
                self._failed(each, error, attempt)
        return None

    def _failed(self, each: _Standing, error: DeliveryError, attempt: int) -> None:
        """Others may have sent at the same time and found the same; that is one change."""
        if attempt == TRIES and each.ask_at is None:
            each.postpone(self._clock.now())
            log.warning("phone provider fails, the next is used", provider=each.rest.name, reason=str(error))

    async def _works(self, each: _Standing) -> bool:
        now = self._clock.now()
        if each.ask_at is None:
            return True
        if now < each.ask_at:
            return False
        each.postpone(now)  # first, so that whoever sends at the same time does not ask too
        try:
            await each.rest.probe()
        except DeliveryError:
            return False
        each.works_again()
        log.info("phone provider works again", provider=each.rest.name)
        return True

    def _give_all_another_chance(self) -> None:
        """Where the last fails as well, whoever failed before may be the first to work again."""
        for each in self._preferred:
            if each.ask_at is not None:
                each.ask_at = self._clock.now()
