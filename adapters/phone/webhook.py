"""Stands in until the way in is there."""

from collections.abc import Sequence

from starlette.routing import Route

from adapters.phone.settings import PhoneSettings
from bot.ports import Clock, Inbox, Switchboard


class PhoneDoor:
    def __init__(
        self, settings: PhoneSettings, inbox: Inbox, switchboard: Switchboard, clock: Clock
    ) -> None: ...

    def routes(self) -> Sequence[Route]:
        return ()

    def open(self) -> None: ...

    def close(self) -> None: ...
