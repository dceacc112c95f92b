"""Sending what is due: one lane per destination, limits kept, failures retried or rerouted, nothing lost."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.durable import ClaimedItem, Held
from bot.engine.letters import Letter, Office
from bot.engine.limits import Gate, blocked
from bot.engine.persisting import persist
from bot.engine.retrying import failures, keeps_order, next_try
from bot.errors import LeaseLost, MovedTo, OutcomeUnknown, RateLimited, StoreError, Temporary, Unreachable
from bot.escalation.delivery import arrived, given_up, lost, moved, put_off
from bot.inbound import Address
from bot.outgoing import OpenRoom, Outgoing, Post, Receipt
from bot.ports import Channel, Clock, Store, Transaction, Unit
from bot.webhooks.reporting import done
from bot.work import House, Work

T = TypeVar("T")
log = structlog.get_logger()
LEASE = timedelta(minutes=2)
BATCH = 200
CROWDED = timedelta(seconds=5)
Observer = Callable[[str], None]


def place_of(message: Outgoing) -> Address:
    return Address(message.channel, "") if isinstance(message, OpenRoom) else message.at


def landing_of(message: Outgoing) -> Address:
    """Where a sent message is to be looked for: an answer is in the thread of what it answers."""
    place = place_of(message)
    if isinstance(message, Post) and place.thread is None:
        return replace(place, thread=message.reply_to)
    return place


def destination_of(place: Address) -> str:
    return f"{place.channel}:{place.conversation}"


def gate_of(channel: Channel, message: Outgoing) -> Gate:
    place = place_of(message)
    return Gate(destination_of(place), channel.limits(place.conversation))


async def _depart(tx: Transaction, letter: Letter, gate: Gate, now: datetime) -> datetime | None:
    """`now` when it leaves, which is then on record; later when the platform takes nothing before; None when
    it is due again by itself."""
    seen = await tx.limits.of(gate.scopes)
    blocked_until = gate.blocked_until(seen, now)
    if blocked_until > now:
        return blocked_until
    urgency = letter.first.item.urgency
    free_at = gate.free_at(seen, urgency, now)
    held = letter.items
    if free_at <= now:
        held = tuple([each for each in letter.items if await tx.outbox.sending(each, letter.message.key)])
    leaves = free_at <= now and len(held) == len(letter.items)
    usages = gate.passed(seen, urgency, now) if leaves else gate.kept(seen, urgency, free_at)
    for scope, usage in usages.items():
        tx.limits.save(scope, usage)
    if leaves:
        return now
    for each in held:
        tx.outbox.postpone(each, free_at, uncertain=each.uncertain, attempts=each.attempts)
    return None


class Dispatcher:
    """Claims due items and hands them to lanes. A lane sends one message at a time.

    Where a channel can be asked what it already has, or knows a message again, every conversation is a lane;
    where it cannot, the whole channel is one, so that a crash leaves at most one message in doubt.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        house: House,
        channels: Mapping[str, Channel],
        observe: Observer,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when a lane has written: a retry or what follows a delivery may be due soon."""
        self._store = store
        self._clock = clock
        self._house = house
        self._channels = channels
        self._observe = observe
        self._wake = wake
        self._office = Office(house.catalogue, house.policy.desk.time_zone)
        self._waiting: dict[str, dict[str, ClaimedItem]] = {}
        self._lanes: dict[str, asyncio.Task[None]] = {}

    async def claim(self) -> int:
        """Take what is due and set its lanes going; how many items."""
        now = self._clock.now()
        claimed = await self._store.claim(lambda tx: tx.outbox.claim(now, BATCH, LEASE))
        if claimed:
            self._observe("outbox.claimed")
        for item in claimed:
            lane = self._lane(item)
            self._waiting.setdefault(lane, {})[item.item.key] = item
            if lane not in self._lanes:
                self._lanes[lane] = asyncio.create_task(self._serve(lane), name=f"lane {lane}")
        return len(claimed)

    async def settle(self) -> None:
        """Return when every lane has sent what it holds."""
        while self._lanes:
            await asyncio.wait(list(self._lanes.values()))

    def _lane(self, claimed: ClaimedItem) -> str:
        place = place_of(claimed.item.message)
        channel = self._channels.get(place.channel)
        able = channel.capabilities if channel is not None else None
        if able is not None and (able.can_find or able.knows_again):
            return f"{place.channel}:{place.conversation}"
        return place.channel

    async def _serve(self, lane: str) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                first = min(waiting.values(), key=lambda each: (each.item.urgency, each.item.due_at))
                await self._serve_one(waiting, first)
        except Exception:
            # The lane's items stay leased and come back when the lease ends; other lanes go on.
            log.exception("lane failed", lane=lane)
            waiting.clear()
        finally:
            del self._lanes[lane], self._waiting[lane]

    async def _serve_one(self, waiting: dict[str, ClaimedItem], first: ClaimedItem) -> None:
        now, place = self._clock.now(), place_of(first.item.message)
        channel = self._channels.get(place.channel)
        if channel is None:
            del waiting[first.item.key]
            error = Unreachable(f"no channel {place.channel!r} is configured")
            await self._write(lambda work: lost(work, first, error))
            return
        crowded = self._is_crowded(waiting, place, channel, now)
        others = [each for key, each in waiting.items() if key != first.item.key]
        letter = self._office.compose(first, others, channel.capabilities, now, crowded=crowded)
        for each in letter.items:
            del waiting[each.item.key]
        await self._send(channel, letter)

    def _is_crowded(
        self, waiting: dict[str, ClaimedItem], place: Address, channel: Channel, now: datetime
    ) -> bool:
        """Whether what waits for this conversation would take longer than a few seconds one by one."""
        pace = max((each.seconds / each.count for each in channel.limits(place.conversation)), default=0.0)
        if timedelta(seconds=pace * len(waiting)) <= CROWDED:
            return False
        here = sum(
            1 for each in waiting.values() if place_of(each.item.message).conversation == place.conversation
        )
        return timedelta(seconds=pace * here) > CROWDED

    async def _send(self, channel: Channel, letter: Letter) -> None:
        try:
            await self._deliver(channel, letter)
        except LeaseLost:
            # It took us too long, and another worker has it: what we know of it does not count any more.
            log.warning("lease lost", key=letter.first.item.key, ticket=letter.first.item.ticket)

    async def _deliver(self, channel: Channel, letter: Letter) -> None:
        try:
            receipt = await self._delivered(channel, letter)
        except StoreError:
            raise  # nothing left, or nothing is known of it; the lease decides
        except Exception as error:  # whatever a channel raises must not end its lane
            await self._missed(channel, letter, error)
            return
        if receipt is not None:
            await self._settled(letter, receipt)

    async def _delivered(self, channel: Channel, letter: Letter) -> Receipt | None:
        """Send it, unless the platform has it already; None when it need not or may not leave now."""
        receipt = await self._already(channel, letter)
        if receipt is not None:
            return receipt
        if not await self._departs(channel, letter):
            return None
        self._observe("outbox.sending")
        receipt = await channel.send(letter.message)
        self._observe("outbox.sent")
        return receipt

    async def _missed(self, channel: Channel, letter: Letter, error: Exception) -> None:
        match error:
            case Unreachable():
                await self._write_all(letter, lambda work, each: lost(work, each, error))
            case MovedTo():
                old, new = place_of(letter.message), error.conversation
                await self._write_all(letter, lambda work, each: moved(work, each, old, new))
            case _:
                await self._failed(channel, letter, error)

    async def _failed(self, channel: Channel, letter: Letter, error: Exception) -> None:
        """It may be tried again, unless it has been often enough."""
        able, now, reason = channel.capabilities, self._clock.now(), str(error)
        retry_at = next_try(letter.first.attempts, able, now)
        if retry_at is None:
            await self._write_all(letter, lambda work, each: given_up(work, each, reason))
            return
        match error:
            case RateLimited():
                until = (
                    max(now + error.retry_after, retry_at) if keeps_order(able) else now + error.retry_after
                )
                await self._blocked(channel, letter, until, Held.LIMITED, reason)
            case Temporary():
                await self._blocked(channel, letter, retry_at, Held.AWAY, reason)
            case OutcomeUnknown():
                await self._doubtful(channel, letter, retry_at, reason)
            case _:
                # The contract: anything else may have arrived. Its text may hold a secret, so only its type.
                log.error("channel broke its contract", channel=channel.name, error=type(error).__name__)
                await self._doubtful(channel, letter, retry_at, type(error).__name__)

    async def _doubtful(self, channel: Channel, letter: Letter, retry_at: datetime, reason: str) -> None:
        if keeps_order(channel.capabilities):
            await self._block(letter, retry_at)
        await self._again(channel, letter, retry_at, Held.AWAY, reason, uncertain=True)

    async def _blocked(
        self, channel: Channel, letter: Letter, until: datetime, held: Held, reason: str
    ) -> None:
        """Nothing goes there until then; what waits for the place then goes together, stale pages as one."""
        await self._block(letter, until)
        # That this try did not arrive says nothing of an earlier one.
        await self._again(channel, letter, until, held, reason, uncertain=letter.first.uncertain)

    async def _block(self, letter: Letter, until: datetime) -> None:
        destination = destination_of(place_of(letter.message))

        async def remember(work: Work) -> None:
            seen = await work.tx.limits.of([destination])
            work.tx.limits.save(destination, blocked(seen[destination], until))

        await self._write(remember)

    async def _departs(self, channel: Channel, letter: Letter) -> bool:
        """Note durably that it leaves now. False when it may not yet (it is due again when it may), or when
        some of it need not leave any more: the rest is then due at once, in a letter without those words."""
        now, gate = self._clock.now(), gate_of(channel, letter.message)
        blocked_until = await self._persist(lambda tx: _depart(tx, letter, gate, now))
        if blocked_until == now:
            return True
        if blocked_until is not None:  # as good as tried: a page goes the next way now
            uncertain = letter.first.uncertain
            reason = "the destination is blocked"
            await self._again(channel, letter, blocked_until, Held.BEHIND, reason, uncertain=uncertain)
        self._wake()
        return False

    async def _already(self, channel: Channel, letter: Letter) -> Receipt | None:
        if letter.first.uncertain and channel.capabilities.can_find:
            return await channel.find(letter.first.letter, landing_of(letter.message))
        return None

    async def _settled(self, letter: Letter, receipt: Receipt) -> None:
        tickets = {each.item.ticket for each in letter.items}
        shared = receipt if len(tickets) == 1 else Receipt(receipt.at)
        await self._write_all(letter, lambda work, each: arrived(work, each, shared))
        self._observe("outbox.recorded")
        for each in letter.items:
            log.info("sent", key=each.item.key, ticket=each.item.ticket, to=str(receipt.at))

    async def _again(
        self, channel: Channel, letter: Letter, until: datetime, held: Held, reason: str, *, uncertain: bool
    ) -> None:
        async def later(work: Work, claimed: ClaimedItem) -> None:
            attempts = failures(claimed.attempts, held, channel.capabilities)
            work.tx.outbox.postpone(claimed, until, uncertain=uncertain, attempts=attempts)
            await put_off(work, claimed, held, reason)

        log.warning("not sent", key=letter.first.item.key, ticket=letter.first.item.ticket, reason=reason)
        await self._write_all(letter, later)

    async def _write(self, unit: Callable[[Work], Awaitable[None]]) -> None:
        now = self._clock.now()
        await self._persist(lambda tx: done(self._house, tx, now, unit))
        self._wake()

    async def _persist(self, unit: Unit[T]) -> T:
        return await persist(self._store, self._clock, unit, LEASE)

    async def _write_all(self, letter: Letter, unit: Callable[[Work, ClaimedItem], Awaitable[None]]) -> None:
        async def each_of(work: Work) -> None:
            for claimed in letter.items:
                await unit(work, claimed)

        await self._write(each_of)
