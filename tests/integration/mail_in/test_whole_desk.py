"""Killed at any point and started again: with the real desk on SQLite every mail is accounted for once."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from adapters.email.app import EmailApp
from adapters.email.channel import CAPABILITIES
from bot.clock import SystemClock
from bot.desk import Desk
from bot.errors import StoreError
from bot.messages.catalogue import Catalogue
from bot.policy import Policy
from bot.ports import Reading, Store
from bot.reading import KeptReading
from bot.work import House
from storage.files import DiskFiles
from storage.opening import open_store

from tests.fakes.small_desk import POLICY
from tests.fakes.turns import MyTurn
from tests.integration.mail_in.stage import Stage, mail, running


class Dying:
    """Keeps `bot.ports.Reading`, but for where the process dies: before a place is kept, or after."""

    def __init__(self, reading: Reading, where: str) -> None:
        self._reading = reading
        self._where = where
        self.died = asyncio.Event()

    async def place(self, source: str) -> str | None:
        return await self._reading.place(source)

    async def reached(self, source: str, place: str) -> None:
        if self._where == "after":
            await self._reading.reached(source, place)
        self.died.set()
        raise StoreError("the process ends here")


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{directory}/desk.db", directory, worker="one", alone=True)
    try:
        yield store
    finally:
        await store.close()


def app(stage: Stage, store: Store, directory: Path, reading: Reading) -> EmailApp:
    policy = Policy.model_validate(tomllib.loads(POLICY))
    clock = SystemClock()
    house = House.build(policy, Catalogue.load(), {"email": CAPABILITIES})
    desk = Desk(store, clock, house, lambda: None)
    return EmailApp(stage.settings(), desk, clock, DiskFiles(directory / "files"), reading, MyTurn())


@pytest.mark.parametrize("where", ["before", "after"])
async def test_every_mail_is_accounted_for_once(stage: Stage, tmp_path: Path, where: str) -> None:
    async with opened(tmp_path) as store, running(app(stage, store, tmp_path, KeptReading(store))):
        await stage.until_idle()
    for subject in ("one", "two"):
        await stage.server.deliver(mail(subject, "The video is black for everybody"))
    for _ in range(2):
        async with opened(tmp_path) as store:
            dying = Dying(KeptReading(store), where)
            async with running(app(stage, store, tmp_path, dying)):
                await asyncio.wait_for(dying.died.wait(), 5)
    idled = stage.wire.heard.count(b"IDLE\r\n")
    async with opened(tmp_path) as store:
        async with running(app(stage, store, tmp_path, KeptReading(store))):
            await stage.until_idle(idled + 1)
        entries = await store.read(lambda tx: tx.ledger.since(SystemClock().now().replace(year=2000)))
        tickets = await store.read(lambda tx: tx.tickets.active())
    assert len(entries) == 2
    assert {entry.ticket for entry in entries} == {ticket.number for ticket in tickets}
    assert len([*(tmp_path / "files").glob("*/*")]) == 2
