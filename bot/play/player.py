"""Plays a story through the real core, the real engine and the real store, on a virtual clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.contacts.contact import Contact
from bot.customers.customer import Customer, Identity, conversation
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.errors import Refused
from bot.inbound import Answer
from bot.messages.catalogue import Catalogue
from bot.play.cast import Cast
from bot.play.clock import VirtualClock
from bot.play.expect import Watcher, ticket_faults
from bot.play.stage import Fault, Shown, StageChannel, stage
from bot.play.story import Beat, Dial, Expect, Story
from bot.play.telephone import Telephones, described
from bot.policy import Policy
from bot.ports import Store, Transaction
from bot.tickets.ticket import Ticket
from bot.work import House

OpenStore = Callable[[], Awaitable[Store]]


@dataclass(slots=True)
class Line:
    """One line of the transcript. `kind`: customer, engineer, answer, post, page, edit, room, fault."""

    at: datetime
    kind: str
    who: str
    place: str
    text: str


@dataclass(slots=True)
class Played:
    """What came of it. `failures` is empty when every expectation was met."""

    story: Story
    lines: list[Line] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    tickets: tuple[Ticket, ...] = ()


class Player:
    """One performance. `open_store` opens the same database again after a crash."""

    def __init__(self, story: Story, policy: Policy, catalogue: Catalogue, open_store: OpenStore) -> None:
        self._story = story
        self._policy = policy
        self._clock = VirtualClock(story.starts)
        self._open_store = open_store
        self._channels: dict[str, StageChannel] = {name: stage(name, self._clock) for name in story.channels}
        able = {name: channel.capabilities for name, channel in self._channels.items()}
        self._house = House.build(policy, catalogue, able)
        self._cast = Cast(story, policy)
        ours = policy.phone.numbers[0].number if policy.phone.numbers else ""
        self._telephones = Telephones(story.title, ours, self._calls_placed)
        self._watcher = Watcher(policy, story.allow)
        self._played = Played(story)
        self._heard: dict[str, int] = dict.fromkeys(story.channels, 0)
        self._fresh: list[Shown] = []

    async def play(self) -> Played:
        await self._set_up()
        try:
            for number, beat in enumerate(self._story.steps, start=1):
                await self._run_until(self._story.starts + beat.at)
                await self._act(beat)
                await self._settle()
                if beat.expect:
                    await self._run_until(self._clock.now() + self._story.within)
                await self._check(number, beat)
            self._leftovers("at the end")
            self._played.tickets = await self._all_tickets()
        finally:
            await self._store.close()
        self._played.lines.sort(key=lambda line: line.at)
        return self._played

    async def _set_up(self) -> None:
        self._store = await self._open_store()
        woken = asyncio.Event()
        self._engine = Engine(self._store, self._clock, self._house, self._channels, woken)
        self._desk = Desk(self._store, self._clock, self._house, woken.set)
        await self._store.write(self._introduce)

    async def _introduce(self, tx: Transaction) -> None:
        for company in self._story.companies:
            places = [each.partition(":") for each in company.conversations]
            data = company.model_dump(exclude={"conversations", "phones"})
            phones = [Identity("phone", number) for number in company.phones]
            identities = (*(conversation(a, b) for a, _, b in places), *phones)
            tx.customers.save(Customer(**data, identities=identities))
        for engineer in self._policy.engineers:
            for kind, value in (
                engineer.identities.items() if engineer.id not in self._story.unconfirmed else ()
            ):
                tx.contacts.save(Contact(kind, value, confirmed_at=self._clock.now()))

    async def _run_until(self, instant: datetime) -> None:
        await self._settle()
        while (due := await self._store.next_due()) is not None and due <= instant:
            self._clock.set(due)
            await self._settle()
        self._clock.set(instant)

    async def _settle(self) -> None:
        await self._engine.settle()
        self._listen()

    async def _act(self, beat: Beat) -> None:
        if beat.fault is not None:
            until = self._clock.now() + beat.fault.lasts
            trouble = Fault(beat.fault.kind, until, beat.fault.conversation, beat.fault.moved_to)
            self._channels[beat.fault.channel].faults.append(trouble)
            self._note(
                "fault",
                beat.fault.channel,
                beat.fault.conversation,
                f"{beat.fault.kind} for {beat.fault.lasts}",
            )
        if beat.crash or beat.down_for is not None:
            await self._go_down(beat.down_for or timedelta(0))
        if beat.phone is not None:
            await self._telephone(beat, beat.phone)
        item = self._cast.inbound(beat, self._clock.now(), await self._roots())
        if item is not None:
            kind, who, place, text = self._cast.line(beat)
            self._note(kind, who, place, text)
            answer = await self._desk.receive(item)
            self._hear(beat, answer, who, place)

    def _calls_placed(self) -> list[Shown]:
        return self._channels["call"].shown if "call" in self._channels else []

    async def _telephone(self, beat: Beat, dial: Dial) -> None:
        number = self._cast.number_of(beat)
        kind, who, place, _ = self._cast.line(beat)
        self._note(kind, who, place, described(dial))
        heard = await self._telephones.act(dial, number, self._desk, self._clock.now())
        if heard:
            self._note("answer", who, place, heard)
        missing = [words for words in beat.answer if words not in heard]
        if missing:
            self._fail(f"{who} hears “{heard}”, which lacks {missing}")

    async def _go_down(self, span: timedelta) -> None:
        """The process dies without a word and comes back after `span`."""
        self._note("fault", "desk", "", f"down for {span}")
        await self._store.close()
        self._clock.advance(span)
        await self._set_up()

    async def _roots(self) -> dict[str, tuple[str, str]]:
        return {ticket.id: (str(ticket.home), ticket.root) for ticket in await self._all_tickets()}

    async def _all_tickets(self) -> tuple[Ticket, ...]:
        far = timedelta(days=36500)
        start, end = self._story.starts - far, self._story.starts + far
        return await self._store.read(lambda tx: tx.tickets.opened_between(start, end))

    def _hear(self, beat: Beat, answer: Answer, who: str, place: str) -> None:
        if answer.text:
            self._note("answer", who, place, answer.text)
        missing = [words for words in beat.answer if words not in answer.text]
        if missing:
            self._fail(f"{beat.does}: the answer “{answer.text}” lacks {missing}")

    async def _check(self, number: int, beat: Beat) -> None:
        seen = self._fresh
        for wanted in beat.expect:
            for fault in await self._faults(wanted, seen):
                self._fail(f"step {number}: {fault}")
        if beat.expect:
            self._leftovers(f"step {number}")

    async def _faults(self, wanted: Expect, seen: list[Shown]) -> list[str]:
        if wanted.tickets is not None:
            count = len(await self._all_tickets())
            return [] if count == wanted.tickets else [f"{count} tickets, expected {wanted.tickets}"]
        if wanted.ticket is not None:
            return ticket_faults(wanted, await self._ticket(wanted.ticket))
        missing = self._watcher.claim(wanted, seen)
        return [missing] if missing else []

    async def _ticket(self, name: str) -> Ticket | None:
        number = int(name.removeprefix("T-"))
        try:
            return await self._store.read(lambda tx: tx.tickets.get(number))
        except Refused:
            return None

    def _leftovers(self, when: str) -> None:
        if self._story.strict:
            for fault in self._watcher.unexpected(self._fresh):
                self._fail(f"{when}: {fault}")
        self._fresh = []

    def _listen(self) -> None:
        """Write what the desk has said since the last look into the transcript."""
        news: list[Shown] = []
        for name, channel in self._channels.items():
            news += channel.shown[self._heard[name] :]
            self._heard[name] = len(channel.shown)
        for each in sorted(news, key=lambda each: each.at):
            kind = "page" if each.key.startswith("page:") else each.what
            who = self._cast.name_of(each.place)
            self._note(kind, who, f"{each.place.channel}:{each.place.conversation}", each.text, each.at)
        self._fresh += news

    def _note(self, kind: str, who: str, place: str, text: str, at: datetime | None = None) -> None:
        self._played.lines.append(Line(at or self._clock.now(), kind, who, place, text))

    def _fail(self, what: str) -> None:
        self._played.failures.append(f"{self._clock.now():%Y-%m-%d %H:%M:%SZ} {what}")
