"""A desk at night, and a program that listens: the real core, engine, store, channel; a virtual clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.webhook.channel import WebhookChannel
from adapters.webhook.settings import WebhookSettings
from bot.desk import Desk
from bot.engine.loop import Engine, nothing_observed
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import stage
from bot.policy import WebhooksPolicy
from bot.ports import Channel, Store
from bot.webhooks import managing
from bot.webhooks.known import KeptReceivers
from bot.webhooks.managing import Wish
from bot.webhooks.webhook import WEBHOOK, Webhook
from bot.work import House

from tests.fakes.webhook_receiver import FakeReceiver
from tests.integration.core.night import Night, desk_policy, introduce
from tests.openers import OpenStore
from tests.unit.tickets.builders import START

AT_HOME = WebhooksPolicy(allow_private=True)
SOON = 0.5


@dataclass(slots=True)
class Names:
    """Keeps `bot.ports.Lookup`: everything is here, unless `known` says otherwise."""

    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def addresses(self, host: str) -> tuple[str, ...]:
        return self.known.get(host, ("127.0.0.1",))


@dataclass(slots=True)
class Watched:
    """A night, and a receiver that hears of it."""

    night: Night
    receiver: FakeReceiver
    names: Names

    @property
    def store(self) -> Store:
        return self.night.store

    async def subscribes(self, *events: str, customer: str | None = None, path: str = "/hook") -> Webhook:
        """From now on; the desk has noticed."""
        wish = Wish(self.receiver.url + path, "nora", events, customer)
        now = self.night.clock.now()
        made = await self.store.write(lambda tx: managing.add(tx, wish, now))
        self.receiver.secrets[path] = made.secret
        await self.night.rest()
        await self.night.engine.settle()
        return made

    async def webhook(self, made: Webhook) -> Webhook:
        return await self.store.read(lambda tx: managing.get(tx, made.id))

    async def waits(self, **span: float) -> None:
        """So long from now, with whatever falls due."""
        minutes = (self.night.clock.now() + timedelta(**span) - START) / timedelta(minutes=1)
        await self.night.till(minutes)
        await self.night.engine.settle()


@asynccontextmanager
async def watched(open_store: OpenStore) -> AsyncIterator[Watched]:
    """From START, with an empty store."""
    clock = VirtualClock(START)
    async with FakeReceiver(clock) as receiver, running(open_store, clock, receiver) as desk:
        await desk.store.write(introduce)
        yield desk
        assert receiver.violations == []


@asynccontextmanager
async def running(
    open_store: OpenStore,
    clock: VirtualClock,
    receiver: FakeReceiver,
    observe: Callable[[str], None] = nothing_observed,
) -> AsyncIterator[Watched]:
    """One life of the desk. `observe`: what its engine does, point by point."""
    policy, played = desk_policy(), {name: stage(name, clock) for name in ("slack", "telegram")}
    store, names = await open_store(), Names()
    real = WebhookChannel(WebhookSettings(AT_HOME), KeptReceivers(store), names, clock, SOON)
    channels: dict[str, Channel] = {**played, WEBHOOK: real}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house, woken = House.build(policy, Catalogue.load(), able), asyncio.Event()
    engine = Engine(store, clock, house, channels, woken, observe)
    night = Night(policy, clock, played, store, engine, Desk(store, clock, house, woken.set))
    try:
        yield Watched(night, receiver, names)
    finally:
        await real.close()
        await store.close()
