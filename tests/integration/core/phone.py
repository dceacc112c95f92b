"""A desk with a hotline on a virtual clock: what is heard in, what is said out."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.contacts.contact import Contact
from bot.customers.customer import Customer, Identity, conversation
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.escalation.page import Page
from bot.hotline.call import Call
from bot.inbound import Address, CallEnded, Fate, Person, Recorded, Reported, Transcribed, VerbInvoked
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import Shown, StageChannel, stage
from bot.policy import Engineer, Policy
from bot.ports import Store, Transaction
from bot.settings import load_policy
from bot.telephone import Ask, Heard, Instruction, Party, Say, Script
from bot.tickets.ticket import Event, Ticket
from bot.work import House

from tests.openers import OpenStore
from tests.unit.tickets.builders import START

POLICY = load_policy(Path(__file__).parents[2] / "acceptance" / "phone_desk.toml")
DANA, LANDLINE, STRANGER = "+491701234567", "+49301234567", "+4915799999999"
ADA, NORA, LEO = "+4915100000001", "+4915100000002", "+393450000001"
OURS = "+4930555000"
CUSTOMERS = (
    Customer(
        "acme",
        "Acme",
        language="en",
        identities=(Identity("phone", DANA), Identity("phone", LANDLINE), conversation("slack", "acme")),
    ),
)


@dataclass(slots=True)
class Exchange:
    """`seen`: how much of each channel was looked at."""

    clock: VirtualClock
    channels: dict[str, StageChannel]
    store: Store
    engine: Engine
    desk: Desk
    seen: dict[str, int] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def hear(
        self,
        call: str,
        step: str = "",
        *,
        number: str = DANA,
        about: Sequence[str] = (),
        digits: str = "",
        speech: str = "",
        result: str = "",
        key: str = "",
        textable: bool = True,
    ) -> Script:
        party = Party(number, OURS, textable=textable)
        key = key or f"k{next(self.ids)}"
        heard = Heard(key, call, step, party, self.clock.now(), tuple(about), digits, speech, result)
        script = await self.desk.hear(heard)
        await self.engine.settle()
        return script

    async def reports(
        self,
        key: str,
        fate: Fate,
        number: str,
        *,
        reason: str = "",
        sequence: int | None = None,
        over: bool = False,
    ) -> None:
        at, channel = self.clock.now(), key.rsplit(":", 1)[-1] if key.startswith("page:") else "call"
        where = Address("sms" if channel == "sms" else "call", number)
        event = f"r{next(self.ids)}"
        await self.desk.receive(Reported(event, where, key, fate, reason, at, sequence, over))
        await self.engine.settle()

    async def ends(self, call: str, *, number: str = DANA, sequence: int | None = None) -> None:
        at = self.clock.now()
        event = f"end{next(self.ids)}"
        await self.desk.receive(CallEnded(event, call, Address("call", number), "completed", at, sequence))
        await self.engine.settle()

    async def records(self, call: str, *, key: str = "rec", seconds: int = 20) -> None:
        at = Address("call", DANA)
        await self.desk.receive(Recorded(key, call, at, "RE1", "https://r/RE1", seconds, self.clock.now()))
        await self.engine.settle()

    async def transcribes(self, call: str, text: str, *, key: str = "tx") -> None:
        at = Address("call", DANA)
        await self.desk.receive(Transcribed(key, call, at, "RE1", text, self.clock.now()))
        await self.engine.settle()

    async def does(self, command: str) -> str:
        """Nora types a command."""
        at, key = Address("slack", "U-NORA"), f"v{next(self.ids)}"
        item = VerbInvoked(key, at, Person("slack", "U-NORA"), command, self.clock.now())
        answer = await self.desk.receive(item)
        await self.engine.settle()
        return answer.text

    async def wait(self, **span: float) -> None:
        until = self.clock.now() + timedelta(**span)
        await self.engine.settle()
        while (due := await self.store.next_due()) is not None and due <= until:
            self.clock.set(due)
            await self.engine.settle()
        self.clock.set(until)

    def news(self, channel: str) -> list[Shown]:
        """What the desk did there since the last look."""
        shown = self.channels[channel].shown
        fresh, self.seen[channel] = shown[self.seen.get(channel, 0) :], len(shown)
        return fresh

    async def ticket(self, number: int = 1) -> Ticket:
        return await self.store.read(lambda tx: tx.tickets.get(number))

    async def tickets(self) -> tuple[Ticket, ...]:
        return await self.store.read(lambda tx: tx.tickets.active())

    async def call(self, call: str) -> Call | None:
        return await self.store.read(lambda tx: tx.calls.get(call))

    async def pages(self, number: int = 1) -> tuple[Page, ...]:
        return await self.store.read(lambda tx: tx.pages.of(number))

    async def page(self, engineer: str, via: str) -> Page:
        return next(each for each in await self.pages() if (each.engineer, each.via) == (engineer, via))

    async def log(self, number: int = 1) -> list[str]:
        events: tuple[Event, ...] = await self.store.read(lambda tx: tx.events.of(number))
        return [each.kind for each in events]


@asynccontextmanager
async def exchange(
    open_store: OpenStore,
    channels: Sequence[str] = ("slack", "call", "sms", "push"),
    policy: Policy = POLICY,
    unconfirmed: Sequence[str] = (),
) -> AsyncIterator[Exchange]:
    """`unconfirmed`: engineers who have confirmed none of their contacts."""
    clock = VirtualClock(START)
    store = await open_store()
    stages = {name: stage(name, clock) for name in channels}
    able = {name: each.capabilities for name, each in stages.items()}
    house = House.build(policy, Catalogue.load(), able)
    engine = Engine(store, clock, house, stages, woken := asyncio.Event())
    confirmed = [each for each in policy.engineers if each.id not in unconfirmed]
    await store.write(lambda tx: _introduce(tx, confirmed))
    try:
        yield Exchange(clock, stages, store, engine, Desk(store, clock, house, woken.set))
    finally:
        await store.close()


async def _introduce(tx: Transaction, engineers: Sequence[Engineer]) -> None:
    for customer in CUSTOMERS:
        tx.customers.save(customer)
    for engineer in engineers:
        for kind, value in engineer.identities.items():
            tx.contacts.save(Contact(kind, value, confirmed_at=START))


def said(script: Script) -> str:
    """Everything that is read out, in order."""
    return "\n".join(text for line in script.lines for text in _texts(line))


def _texts(line: Instruction) -> list[str]:
    match line:
        case Say():
            return [line.text]
        case Ask():
            return [each.text for each in line.says]
    return []


def ask_of(script: Script) -> Ask:
    return next(line for line in script.lines if isinstance(line, Ask))
