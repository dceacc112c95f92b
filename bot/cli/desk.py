"""The desk a command is about: its files, its policy, its store."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.cli.options import Language
from bot.clock import SystemClock
from bot.errors import ConfigurationError, StoreError
from bot.identities import kind_of
from bot.logs import configure
from bot.messages.catalogue import Catalogue, Voice
from bot.play.stage import PLAYED
from bot.policy import Policy
from bot.ports import Store, Unit
from bot.settings import Settings, check, missing_channels
from bot.webhooks.reporting import done
from bot.work import House, Work

# Not through bot.bootstrap, which also imports every chat platform: these commands are to answer at once.
from storage.opening import open_store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """A configured desk, as its commands see it. Nothing runs.

    `house` knows what the configured channels can do from the table of the stage, which needs no chat
    platform's package (and which a test holds against the channels themselves).
    """

    settings: Settings
    policy: Policy
    house: House

    @classmethod
    def at(cls, directory: Path) -> "Desk":
        """Raises ConfigurationError with every fault of the files in `directory`."""
        policy, settings, faults = check(directory)
        if faults or policy is None or settings is None:
            raise ConfigurationError(faults)
        configure(sys.stderr, level="warning", secrets=settings.secrets())
        missing = {each.channel for each in missing_channels(settings)}
        able = {
            name: capabilities for name, (capabilities, _) in PLAYED.items() if kind_of(name) not in missing
        }
        return cls(settings, policy, House.build(policy, Catalogue.load(), able))

    def voice(self, language: Language | None, zone: str | None) -> Voice:
        """What was asked for, else the desk's own."""
        desk = self.policy.desk
        return Voice(
            self.house.catalogue, language or desk.language, zone or desk.time_zone, SystemClock().now()
        )

    @property
    def has_store(self) -> bool:
        """On PostgreSQL that shows when it is opened."""
        path = self.settings.database_path
        return path is None or path.exists()

    def read(self, unit: Unit[T]) -> T:
        """Ask the store, whether or not the desk runs. Raises StoreError, also when there is no store yet."""
        if not self.has_store:
            name = self.settings.database_name
            raise StoreError(
                f"{name}: there is no store yet; the desk makes it when it first runs (DATABASE_URL)"
            )
        return self.with_store(lambda store: store.read(unit))

    def with_store(self, work: Callable[[Store], Awaitable[T]]) -> T:
        """Work with the store, which is made if need be, beside a running desk. Raises StoreError."""
        return asyncio.run(self._opened(work))

    def act(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        """Work on tickets as the running desk does. Raises StoreError, and what the unit raises."""

        async def acted(store: Store) -> T:
            now = SystemClock().now()
            await self.house.renew(store, now)
            return await store.write(lambda tx: done(self.house, tx, now, unit))

        return self.with_store(acted)

    async def _opened(self, work: Callable[[Store], Awaitable[T]]) -> T:
        url = self.settings.database_url.get_secret_value()
        store = await open_store(url, self.settings.directory, worker="command")
        try:
            return await work(store)
        finally:
            await store.close()
