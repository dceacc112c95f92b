"""One night at a desk: the real core, engine and store on a virtual clock, with played channels."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.customers.customer import Customer, conversation
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import (
    Address,
    Attachment,
    ConversationMigrated,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    VerbInvoked,
)
from bot.intake.ledger import Entry
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import Fault, Shown, StageChannel, stage
from bot.policy import Policy
from bot.ports import Store
from bot.tickets.ticket import Event, Ticket
from bot.work import House

from tests.openers import OpenStore
from tests.unit.escalation.builders import policy
from tests.unit.tickets.builders import START

ACME, BETA, DESK = "C-ACME", "C-BETA", "C-DESK"
GROUP = "-100"  # ACME's group on Telegram
FAR = timedelta(days=1000)
P1 = "video is black in room 42"
CUSTOMERS = (
    Customer("acme", "Acme Video", identities=(conversation("slack", ACME), conversation("telegram", GROUP))),
    Customer("beta", "Beta Games", identities=(conversation("slack", BETA),)),
)


def desk_policy(**tables: Any) -> Policy:
    """Everybody on call, the engineers' own conversation, and whatever a test lays over it."""
    return policy(**{"desk": {"conversations": {"slack": DESK}}, **tables})


@dataclass(slots=True)
class Night:
    """Says what people do and hears what the desk does. `seen` marks what was heard already, per channel."""

    policy: Policy
    clock: VirtualClock
    channels: dict[str, StageChannel]
    store: Store
    engine: Engine
    desk: Desk
    seen: dict[str, int] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def at(self, minutes: float) -> datetime:
        """So many minutes after the night began."""
        return START + timedelta(minutes=minutes)

    async def till(self, minutes: float) -> None:
        """Let time pass until so many minutes after the beginning, doing whatever falls due."""
        await self.engine.settle()
        while (due := await self.store.next_due()) is not None and due <= self.at(minutes):
            self.clock.set(due)
            await self.engine.settle()
        self.clock.set(self.at(minutes))

    async def rest(self) -> None:
        """A few seconds, in which what had to wait for its turn is delivered."""
        await self.till((self.clock.now() - START) / timedelta(minutes=1) + 0.1)

    async def says(
        self,
        who: str,
        text: str,
        *,
        to: str = ACME,
        on: str | None = None,
        topic: str | None = None,
        mention: bool = False,
        private: bool = False,
        late: float = 0,
        files: Sequence[str] = (),
    ) -> str:
        """Somebody writes, `late` minutes ago, perhaps in reply to `on`; the message's id."""
        number, place = next(self.ids), self._place(to, topic)
        message = MessagePosted(
            event_key=f"e{number}",
            at=place,
            message_id=f"m{number}",
            author=self._person(who, place.channel),
            text=text,
            sent_at=self.clock.now() - timedelta(minutes=late),
            reply_to=on,
            addressed=mention,
            private=private,
            attachments=tuple(Attachment(name, name) for name in files),
        )
        await self.desk.receive(message)
        await self.engine.settle()
        return message.message_id

    async def does(self, who: str, command: str, *, to: str | None = None, on: str | None = None) -> str:
        """Somebody types a command or presses a button, engineers in their direct conversation by default;
        the answer."""
        place = self._place(to or f"U-{who.upper()}")
        person = self._person(who, place.channel)
        item = VerbInvoked(f"e{next(self.ids)}", place, person, command, self.clock.now(), reply_to=on)
        answer = await self.desk.receive(item)
        await self.engine.settle()
        return answer.text

    async def types(self, who: str, command: str, *, to: str = GROUP, on: str | None = None) -> str:
        """The same where a command is a message like any other (Telegram)."""
        number, place = next(self.ids), self._place(to)
        item = VerbInvoked(
            f"e{number}", place, self._person(who, place.channel), command, self.clock.now(), on, f"m{number}"
        )
        answer = await self.desk.receive(item)
        await self.engine.settle()
        return answer.text

    async def reacts(self, who: str, emoji: str, *, on: str, to: str = ACME) -> None:
        place = self._place(to)
        person = self._person(who, place.channel)
        await self.desk.receive(
            ReactionAdded(f"e{next(self.ids)}", place, on, person, emoji, self.clock.now())
        )
        await self.engine.settle()

    async def edits(self, who: str, message: str, text: str, *, to: str = ACME) -> None:
        place = self._place(to)
        person, key = self._person(who, place.channel), f"e{next(self.ids)}"
        await self.desk.receive(MessageEdited(key, place, message, person, text, self.clock.now()))
        await self.engine.settle()

    async def deletes(self, who: str, message: str, *, to: str = ACME) -> None:
        place = self._place(to)
        person, key = self._person(who, place.channel), f"e{next(self.ids)}"
        await self.desk.receive(MessageDeleted(key, place, message, person, self.clock.now()))
        await self.engine.settle()

    async def migrates(self, old: str, new: str) -> None:
        key = f"e{next(self.ids)}"
        await self.desk.receive(ConversationMigrated(key, "telegram", old, new, self.clock.now()))
        await self.engine.settle()

    def fails(self, kind: str, to: str = "", *, minutes: float = 10_000, channel: str = "slack") -> None:
        """From now on a conversation (or the whole channel) is `kind`, as `bot.play.stage.Fault` names it."""
        until = self.clock.now() + timedelta(minutes=minutes)
        self.channels[channel].faults.append(Fault(kind, until, to))

    def news(self) -> list[Shown]:
        """What the desk did since the last look, in order."""
        fresh: list[Shown] = []
        for name, channel in self.channels.items():
            fresh += channel.shown[self.seen.get(name, 0) :]
            self.seen[name] = len(channel.shown)
        return sorted(fresh, key=lambda each: each.at)

    def heard(self, to: str) -> list[str]:
        """The messages to a conversation since the last look; nothing else counts as looked at."""
        place = self._place(to)
        channel = self.channels[place.channel]
        fresh = channel.shown[self.seen.get(f"{place}", 0) :]
        self.seen[f"{place}"] = len(channel.shown)
        return [each.text for each in fresh if each.what == "post" and each.place.conversation == to]

    def card(self, to: str = ACME) -> str:
        """The live card as it stands now."""
        place = self._place(to)
        shown = self.channels[place.channel].shown
        edits = [each for each in shown if each.what == "edit" and each.place.conversation == to]
        return edits[-1].text if edits else ""

    def pages(self) -> list[tuple[float, str]]:
        """Who was paged when: minutes after the beginning, conversation."""
        return [
            ((each.at - START) / timedelta(minutes=1), each.place.conversation)
            for channel in self.channels.values()
            for each in channel.shown
            if each.key.startswith("page:")
        ]

    async def ticket(self, number: int = 1) -> Ticket:
        return await self.store.read(lambda tx: tx.tickets.get(number))

    async def tickets(self) -> list[Ticket]:
        found = await self.store.read(lambda tx: tx.tickets.opened_between(START - FAR, START + FAR))
        return sorted(found, key=lambda each: each.number)

    async def events(self, number: int = 1) -> list[str]:
        """The kinds of a ticket's events, oldest first."""
        return [event.kind for event in await self.log(number)]

    async def log(self, number: int = 1) -> tuple[Event, ...]:
        return await self.store.read(lambda tx: tx.events.of(number))

    async def ledger(self) -> list[tuple[str, str, int | None]]:
        """Text, outcome and ticket of everything inbound, oldest first."""
        entries: tuple[Entry, ...] = await self.store.read(
            lambda tx: tx.ledger.since(START - FAR, limit=1000)
        )
        return [(each.text, each.outcome.value, each.ticket) for each in reversed(entries)]

    def _place(self, conversation: str, topic: str | None = None) -> Address:
        channel = "telegram" if conversation.lstrip("-").isdigit() else "slack"
        return Address(channel, conversation, topic)

    def _person(self, who: str, channel: str) -> Person:
        """An engineer by their identity there; anybody else is a customer."""
        engineer = self.policy.engineer(who)
        if engineer is not None:
            return Person(channel, engineer.identities.get(channel, f"U-{who.upper()}"), engineer.name)
        return Person(channel, f"U-{who.upper()}", who.title())


@asynccontextmanager
async def begin(
    open_store: OpenStore, policy: Policy, running: Sequence[str] = ("slack", "telegram")
) -> AsyncIterator[Night]:
    """A night that begins at START with an empty store. `running`: the channels."""
    clock = VirtualClock(START)
    channels = {name: stage(name, clock) for name in running}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house = House.build(policy, Catalogue.load(), able)
    store = await open_store()
    try:
        await store.write(introduce)
        woken = asyncio.Event()
        engine = Engine(store, clock, house, channels, woken)
        yield Night(policy, clock, channels, store, engine, Desk(store, clock, house, woken.set))
    finally:
        await store.close()


async def introduce(tx: Any) -> None:
    for customer in CUSTOMERS:
        tx.customers.save(customer)


async def taken(night: Night, by: str = "nora") -> str:
    """T-1, a P1 of Dana's, acknowledged and everything said so far heard; its first message."""
    first = await night.says("dana", P1)
    await night.does(by, "ack T-1")
    await night.rest()
    for place in (ACME, "U-NORA", "U-ADA", "U-LEO"):
        night.heard(place)
    return first
