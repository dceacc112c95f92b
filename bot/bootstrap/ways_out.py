"""Ways out without a desk that runs: for a command that sends one message."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bootstrap.building import code_of
from bot.bootstrap.channels import phone_settings, push_settings, webhook_settings
from bot.bootstrap.running import ChannelApp, Door
from bot.policy import Policy
from bot.ports import Channel, Clock, Courier, Lookup, Store
from bot.settings import Settings
from bot.webhooks.known import KeptReceivers


@asynccontextmanager
async def ways_out(settings: Settings, policy: Policy, clock: Clock) -> AsyncIterator[Mapping[str, Channel]]:
    """The configured means that wake engineers, by name. Raises ConfigurationError. Their messages have no
    button, since nothing that is signed here is known to the desk."""
    apps: list[ChannelApp] = []
    nowhere = Door()
    if (phone := phone_settings(settings, policy)) is not None:
        apps.append(code_of("phone").PhoneApp(phone, nowhere, nowhere, clock))
    if (push := push_settings(settings, secrets.token_bytes(32))) is not None:
        apps.append(code_of("push").PushApp(push, nowhere, clock))
    try:
        yield {channel.name: channel for app in apps for channel in app.channels}
    finally:
        for app in apps:
            await app.close()


@dataclass(frozen=True, slots=True)
class WebhooksOut:
    """What managing webhooks asks of the world."""

    courier: Courier
    lookup: Lookup


@asynccontextmanager
async def webhooks_out(policy: Policy, store: Store, clock: Clock) -> AsyncIterator[WebhooksOut]:
    app = code_of("webhook").WebhookApp(webhook_settings(policy), KeptReceivers(store), clock)
    try:
        yield WebhooksOut(app.channel, app.lookup)
    finally:
        await app.close()
