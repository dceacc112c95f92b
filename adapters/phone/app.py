"""The telephone put together: the provider's webhooks in, calls and texts out through its REST API."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from adapters.phone.channel import CallChannel, SmsChannel
from adapters.phone.providers import Providers
from adapters.phone.rest import Rest
from adapters.phone.settings import PhoneSettings
from adapters.phone.webhook import PhoneDoor
from bot.patience import Patience
from bot.ports import Channel, Clock, Inbox, Switchboard


class PhoneApp:
    """Made once. The channels can send at once; the webhooks are answered between `run` and `stop`."""

    def __init__(self, settings: PhoneSettings, inbox: Inbox, switchboard: Switchboard, clock: Clock) -> None:
        self._providers = Providers([Rest(each, settings.tls) for each in settings.providers], clock)
        self._door = PhoneDoor(settings, inbox, switchboard, clock)
        self._patience = Patience(clock)
        self._running = False
        self._channels = CallChannel(settings, self._providers), SmsChannel(settings, self._providers)

    @property
    def name(self) -> str:
        return "phone"

    @property
    def channels(self) -> Sequence[Channel]:
        return self._channels

    @property
    def ready(self) -> bool:
        """Whether calls are taken. A provider that is away makes no desk unready: it calls when it is back,
        and pages go other ways meanwhile."""
        return self._running

    def routes(self) -> Sequence[BaseRoute]:
        return self._door.routes()

    async def run(self) -> None:
        """Returns after `stop`. Being cancelled is safe too: what was not committed is not confirmed."""
        self._door.open()
        self._running = True
        try:
            await self._patience.until_stopped()
        finally:
            self._running = False
            self._door.close()

    def stop(self) -> None:
        """Take no more calls and texts; `run` returns."""
        self._door.close()
        self._patience.stop()

    async def close(self) -> None:
        """Close the connections, after the last message was sent through the channels."""
        await self._providers.close()
