"""Webhooks put together: nothing comes in by them, so there is nothing to run."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from adapters.webhook.channel import WebhookChannel
from adapters.webhook.resolving import Resolver, SystemLookup, resolved
from adapters.webhook.settings import WebhookSettings
from bot.patience import Patience
from bot.ports import Channel, Clock, Receivers
from bot.webhooks.webhook import WEBHOOK


class WebhookApp:
    """Made once; it can send at once. `lookup` is for those who make webhooks: whatever they ask for, what is
    sent to the webhooks there are does not wait for it."""

    def __init__(
        self, settings: WebhookSettings, receivers: Receivers, clock: Clock, resolver: Resolver = resolved
    ) -> None:
        self.lookup, self._sending = SystemLookup(resolver), SystemLookup(resolver)
        self.channel = WebhookChannel(settings, receivers, self._sending, clock)
        self._patience = Patience(clock)

    @property
    def name(self) -> str:
        return WEBHOOK

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        return True

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def run(self) -> None:
        await self._patience.until_stopped()

    def stop(self) -> None:
        self._patience.stop()

    async def close(self) -> None:
        await self.channel.close()
        self.lookup.close()
        self._sending.close()
