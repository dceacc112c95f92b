"""One unit of work as use cases see it: the transaction, the moment, the policy and the words."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any

from bot.contacts.known import Contacts
from bot.customers.customer import Customer
from bot.durable import OutboxItem, Purpose, Urgency
from bot.escalation.policy import Snapshot, snapshot
from bot.identities import channels_of, kind_of
from bot.inbound import Address, Person
from bot.links import Links
from bot.messages.catalogue import LANGUAGES, Catalogue, Voice
from bot.oncall.schedule import Schedule
from bot.outgoing import Button, Capabilities, Edit, Hand, Heading, Outgoing, Post, Spoken
from bot.policy import Engineer, Policy, Priority, Team
from bot.ports import Store, Transaction
from bot.tickets.heading import heading_of
from bot.tickets.ticket import UNKNOWN, Event, Thread, Ticket
from bot.webhooks.known import Subscriptions

Promised = tuple[str, Snapshot]
"""What a ticket is promised, behind its name."""
Way = tuple[int, Address]
"""How an engineer is reached: the index of the rung and the address behind it."""


@dataclass(frozen=True, slots=True)
class House:
    """What stays the same from one unit of work to the next: the policy, the words, the channels that run.

    Worked out of them once: `engineers` by identity, their `ways` by id, `promises` (the snapshot and its
    name) by priority, team and whether the channel is sparing, the same `snapshots` by name. `contacts` says
    which of their ways engineers have confirmed, `webhooks` who is told of what happens to tickets, `links`
    where the desk's own pages are, if it has any.
    """

    policy: Policy
    catalogue: Catalogue
    channels: Mapping[str, Capabilities]
    schedules: Mapping[str, Schedule]
    engineers: Mapping[tuple[str, str], Engineer]
    ways: Mapping[str, tuple[Way, ...]]
    promises: Mapping[tuple[Priority, str, bool], Promised]
    snapshots: Mapping[str, Snapshot]
    contacts: Contacts
    webhooks: Subscriptions
    links: Links | None = None

    @classmethod
    def build(
        cls,
        policy: Policy,
        catalogue: Catalogue,
        channels: Mapping[str, Capabilities],
        contacts: Contacts | None = None,
        links: Links | None = None,
    ) -> "House":
        promises = _promises(policy)
        return cls(
            policy,
            catalogue,
            channels,
            schedules={schedule.name: schedule.build() for schedule in policy.schedules},
            engineers=_by_identity(policy.engineers),
            ways={engineer.id: _ways(engineer, channels) for engineer in policy.engineers},
            promises=promises,
            snapshots=dict(promises.values()),
            contacts=contacts or Contacts(),
            links=links,
            webhooks=Subscriptions(),
        )

    async def renew(self, store: Store, now: datetime) -> None:
        """Look at what other processes change, if the last look was a while ago. Raises StoreError."""
        await self.contacts.renew(store, now)
        await self.webhooks.renew(store, now)

    def at(self, tx: Transaction, now: datetime) -> "Work":
        return Work(tx, now, self)

    def person(self, voice: Voice, engineer_id: str | None) -> str:
        """ "Mei Tanaka, senior engineer (APAC)" as this reader reads it."""
        engineer = self.policy.engineer(engineer_id) if engineer_id else None
        if engineer is None:
            return engineer_id or voice.say("person.nobody")
        tier = voice.say(f"tier.{engineer.tier.value}")
        return voice.say("person.named", name=engineer.name, tier=tier, region=engineer.region.upper())

    def named(self, actor: str) -> str:
        """An engineer's name for their id; anybody else is who they are."""
        engineer = self.policy.engineer(actor)
        return engineer.name if engineer else actor


CONSOLE = "console"
"""As what an engineer is known who works at the desk's own pages: there their id is their identity."""


def _by_identity(engineers: Iterable[Engineer]) -> dict[tuple[str, str], Engineer]:
    """Every engineer by every identity."""
    engineers = tuple(engineers)
    own = {(CONSOLE, engineer.id): engineer for engineer in engineers}
    return own | {
        (channel, value): engineer
        for engineer in engineers
        for kind, value in engineer.identities.items()
        for channel in channels_of(kind)
    }


def _promises(policy: Policy) -> dict[tuple[Priority, str, bool], Promised]:
    promises = {}
    for priority, team in product(Priority, policy.teams):
        frozen = snapshot(policy, priority, team)
        slower = frozen.at_most_every(policy.progress[priority].formally)
        promises[priority, team.name, False] = frozen.name, frozen
        promises[priority, team.name, True] = slower.name, slower
    return promises


def _ways(engineer: Engineer, channels: Mapping[str, Capabilities]) -> tuple[Way, ...]:
    """By which of the engineer's rungs they can be reached over these channels."""
    return tuple(
        (index, Address(rung.via, identity))
        for index, rung in enumerate(engineer.rungs())
        if (identity := engineer.identities.get(kind_of(rung.via))) and rung.via in channels
    )


EXCERPT = 280
"""Characters of somebody's words where they are only quoted."""


SUBJECT = 120
"""Characters of a subject made of somebody's words."""
HANDS = {Purpose.WORDS: Hand.HUMAN, Purpose.RECEIPT: Hand.REPLIED}
"""Whose hand wrote a message to the customer; every other is the desk's own."""


def shortened(text: str, most: int = EXCERPT) -> str:
    """The words on one line, at most so many characters of them."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def unique(prefix: str) -> str:
    """A key nothing else has. It is made inside a transaction that happens once, so it is made once."""
    return f"{prefix}:{secrets.token_hex(6)}"


@dataclass(frozen=True, slots=True)
class Work:
    """Handed to every use case. `now` is the one instant at which everything in it happens; `recorded` is
    what it put on record so far."""

    tx: Transaction
    now: datetime
    house: House
    recorded: list[Event] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        return self.house.policy

    def engineer(self, person: Person) -> Engineer | None:
        """The engineer behind a platform identity: by id only, whatever the name or the chat. Nobody whom the
        platform does not vouch for is one."""
        return self.named_by(person) if person.verified else None

    def named_by(self, person: Person) -> Engineer | None:
        """The engineer whose identity that is, whether or not it is really them."""
        return self.house.engineers.get((person.channel, person.id))

    def is_ours(self, at: Address) -> bool:
        """Whether it is one of the engineers' own conversations."""
        return self.policy.desk.conversations.get(at.channel) == at.conversation

    def is_formal(self, channel: str) -> bool:
        able = self.able(channel)
        return able is not None and able.formal

    def able(self, channel: str) -> Capabilities | None:
        """What that channel can do; None when it does not run."""
        return self.house.channels.get(channel)

    def is_singular(self, channel: str) -> bool:
        """Whether a conversation there is one person's own address, and not a group that others read."""
        able = self.able(channel)
        return able is not None and (able.formal or able.direct)

    def promise(self, priority: Priority, team: Team, home: Address) -> Promised:
        """What the policy promises today at `priority` to a customer of `team` who writes there, and its
        name."""
        able = self.able(home.channel)
        return self.house.promises[priority, team.name, able is not None and able.sparing]

    async def snapshot(self, ticket: Ticket) -> Snapshot:
        """What the ticket was promised. Only a promise of an earlier policy must be asked for."""
        return self.house.snapshots.get(ticket.policy) or await self.tx.tickets.snapshot(ticket.policy)

    def voice(self, language: str, zone: str) -> Voice:
        return Voice(self.house.catalogue, language, zone, self.now)

    def to_customer(self, ticket: Ticket) -> Voice:
        return self.voice(ticket.language, ticket.time_zone)

    def to_engineer(self, engineer: Engineer) -> Voice:
        language = next((each for each in engineer.languages if each in LANGUAGES), self.policy.desk.language)
        return self.voice(language, engineer.time_zone)

    def to_desk(self) -> Voice:
        return self.voice(self.policy.desk.language, self.policy.desk.time_zone)

    def link(self, at: Address, message_id: str, ticket: int) -> None:
        """That message belongs to the ticket."""
        self.tx.messages.link(self._named_in(at), message_id, ticket)

    async def linked(self, at: Address, message_id: str) -> int | None:
        """The ticket that message belongs to."""
        return await self.tx.messages.ticket_of(self._named_in(at), message_id)

    def _named_in(self, at: Address) -> Address:
        """Ids of formal messages are unique in the world, and an answer may come from anybody."""
        return Address(at.channel, "") if self.is_formal(at.channel) else at

    def record(self, ticket: int, kind: str, actor: str, **data: Any) -> None:
        """A line in the ticket's log. Instants in `data` are written as ISO 8601 in UTC."""
        plain = {
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in data.items()
        }
        event = Event(ticket, self.now, kind, actor, plain)
        self.tx.events.add(event)
        self.recorded.append(event)

    def send(
        self,
        purpose: Purpose,
        urgency: Urgency,
        message: Outgoing,
        *,
        language: str,
        ticket: int | None = None,
        **data: Any,
    ) -> None:
        """Put a message into the outbox, due now."""
        item = OutboxItem(
            message.key,
            purpose,
            urgency,
            self._dressed(message, purpose, language, ticket),
            self.now,
            self.now,
            language=language,
            ticket=ticket,
            data=data,
        )
        self.tx.outbox.add(item)

    def _dressed(self, message: Outgoing, purpose: Purpose, language: str, ticket: int | None) -> Outgoing:
        """On a formal channel every message has a heading; by default its first line is the subject. On a
        telephone every message has a language."""
        able = self.able(message.at.channel) if isinstance(message, Post) else None
        if not isinstance(message, Post) or able is None:
            return message
        if able.spoken and message.spoken is None:
            return replace(message, spoken=Spoken(language=language))
        if message.heading or not able.formal:
            return message
        subject = shortened(message.text.partition("\n")[0], SUBJECT)
        page = purpose is Purpose.PAGE
        return replace(message, heading=Heading(subject, ticket, page, language=language))

    def heading(self, ticket: Ticket, purpose: Purpose, thread: Thread | None = None) -> Heading | None:
        """What stands around a message to the ticket's customer, in its own thread or another one; None where
        the channel there has no headings."""
        place = thread or Thread(ticket.home, ticket.root)
        if not self.is_formal(place.at.channel):
            return None
        voice = self.to_customer(ticket)
        owner, hand = self.person(voice, ticket.assignee), HANDS.get(purpose, Hand.GENERATED)
        return replace(heading_of(ticket, voice, owner, hand), thread=(place.root,) if place.root else ())

    def tell_customer(
        self, ticket: Ticket, text: str, purpose: Purpose = Purpose.UPDATE, urgency: Urgency = Urgency.UPDATE
    ) -> None:
        """A message into the customer's thread, and into those of the tickets merged into this one."""
        if ticket.silent and purpose is not Purpose.WORDS:
            return
        for thread in (Thread(ticket.home, ticket.root), *ticket.followers):
            at, heading = thread.at, self.heading(ticket, purpose, thread)
            able = self.able(at.channel)
            if able is not None and able.spoken and purpose is not Purpose.WORDS:
                continue  # nobody is called to hear that there is no news
            key = unique(f"{purpose.value}:{ticket.number}")
            message = Post(key, at, text, reply_to=thread.root or None, heading=heading)
            self.send(purpose, urgency, message, language=ticket.language, ticket=ticket.number)

    def tell_engineer(self, engineer: Engineer, ticket: Ticket, key: str, /, **words: object) -> None:
        """A notice to one engineer by their first way, or by the next if that fails; nothing without one."""
        text = self.to_engineer(engineer).say(key, ticket=ticket.id, priority=ticket.priority.value, **words)
        self.notify(engineer, ticket.number, text, Urgency.NOTICE, self.first_way(engineer))

    def call_engineer(self, engineer: Engineer, ticket: Ticket, key: str, /, **words: object) -> None:
        """As urgent as a page: by every way at once."""
        text = self.to_engineer(engineer).say(key, ticket=ticket.id, priority=ticket.priority.value, **words)
        for way in {each[1].channel: each for each in self.ways(engineer)}.values():
            self.notify(engineer, ticket.number, text, Urgency.PAGE, way)

    def notify(
        self,
        engineer: Engineer,
        ticket: int | None,
        text: str,
        urgency: Urgency,
        way: Way | None,
    ) -> None:
        """Put a notice by that way into the outbox; nothing without one."""
        if way is not None:
            message = Post(unique(f"notice:{ticket}"), way[1], text)
            language = self.to_engineer(engineer).language
            self.send(
                Purpose.NOTICE,
                urgency,
                message,
                language=language,
                ticket=ticket,
                engineer=engineer.id,
                rung=way[0],
            )

    def tell_desk(self, ticket: Ticket | None, key: str, /, **words: object) -> None:
        """A notice into the engineers' own conversations, where configured."""
        voice = self.to_desk()
        for channel, conversation in self.policy.desk.conversations.items():
            if channel in self.house.channels:
                message = Post(unique("notice"), Address(channel, conversation), voice.say(key, **words))
                number = ticket.number if ticket else None
                self.send(Purpose.NOTICE, Urgency.NOTICE, message, language=voice.language, ticket=number)

    def tell_owner_and_desk(self, ticket: Ticket, key: str, /, **words: object) -> None:
        """A notice to whoever has the ticket, and into the engineers' own conversations."""
        owner = self.policy.engineer(ticket.assignee or "")
        if owner is not None:
            self.tell_engineer(owner, ticket, key, **words)
        self.tell_desk(ticket, key, ticket=ticket.id, priority=ticket.priority.value, **words)

    def ways(self, engineer: Engineer) -> tuple[Way, ...]:
        """The engineer's rungs that can be used, in their order; of contacts that wake people only those they
        have confirmed."""
        return tuple(way for way in self.house.ways[engineer.id] if self._is_confirmed(way[1]))

    def _is_confirmed(self, at: Address) -> bool:
        able = self.able(at.channel)
        needed = able is not None and able.verified
        return not needed or self.house.contacts.has(at.channel, at.conversation)

    def written_ways(self, engineer: Engineer) -> tuple[Way, ...]:
        """By which somebody is told what need not wake them, the quiet ones first; nobody is called for
        it."""
        ways = {way[1].channel: way for way in reversed(self.ways(engineer)) if not self._is_spoken(way)}
        return tuple(sorted(ways.values(), key=lambda way: (self.wakes(way[1].channel), way[0])))

    def _is_spoken(self, way: Way) -> bool:
        able = self.able(way[1].channel)
        return able is not None and able.spoken

    def wakes(self, channel: str) -> bool:
        able = self.able(channel)
        return able is not None and able.wakes

    def first_way(self, engineer: Engineer) -> Way | None:
        return next(iter(self.written_ways(engineer)), None)

    def show(
        self, ticket: Ticket, key: str, at: Address, message_id: str, text: str, *buttons: Button
    ) -> None:
        """Rewrite a message of ours, where the channel can; only the newest words are sent."""
        if self.house.channels.get(at.channel) and self.house.channels[at.channel].can_edit:
            edit = Edit(key, at, message_id, text, buttons)
            self.send(Purpose.CARD, Urgency.CARD, edit, language=ticket.language, ticket=ticket.number)

    async def customer_name(self, ticket: Ticket) -> str:
        return self.name_of(ticket, await self.tx.customers.get(ticket.customer))

    def name_of(self, ticket: Ticket, customer: Customer | None) -> str:
        """The customer's name; while nobody has linked them, who wrote and where."""
        if customer is None and ticket.customer == UNKNOWN:
            return f"{ticket.reporter_name}? ({ticket.home})"
        return customer.name if customer else ticket.customer

    def named(self, actor: str) -> str:
        """As `House.named`."""
        return self.house.named(actor)

    def reason(self, voice: Voice, ticket: Ticket) -> str:
        """Why the ticket has its priority, as this reader reads it."""
        key = ticket.reason
        return voice.say(key, **ticket.reason_words) if self.house.catalogue.has(key) else key

    def person(self, voice: Voice, engineer_id: str | None) -> str:
        return self.house.person(voice, engineer_id)

    def roles(self, voice: Voice, engineer_ids: tuple[str, ...]) -> str:
        """Who they are by role and region, each once: "architect (EMEA), technical lead (EMEA)"."""
        engineers = [engineer for each in engineer_ids if (engineer := self.policy.engineer(each))]
        said = [
            voice.say("person.role", tier=voice.say(f"tier.{each.tier.value}"), region=each.region.upper())
            for each in engineers
        ]
        return voice.listed(list(dict.fromkeys(said))) if said else voice.say("person.nobody")
