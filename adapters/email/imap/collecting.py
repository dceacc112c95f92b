"""What is new in a folder, into the desk: mail by mail, the bookmark after the commit, the mark after that.

Whoever is ended in between does the last step again: the desk knows a mail again that comes twice.
"""

import asyncio
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import structlog

from adapters.email.imap.line import Line
from adapters.email.imap.place import Folder, Place, anew, read_place, starting, wanted
from adapters.email.imap.session import NotDelivered, NotMarked
from adapters.email.intake import Intake
from adapters.email.settings import CHANNEL, Mailbox
from bot.errors import StoreError
from bot.inbound import Address, Unreadable
from bot.ports import Clock, Inbox, Reading

ATTEMPTS = 5
"""A mail that fails this often, for another reason than the store, is set aside."""
AGAIN = timedelta(hours=1)
"""How often what was set aside is asked for once more."""
BIG = 4 * 1024 * 1024
"""Bytes; of all mailboxes only one mail that is bigger is held at a time."""

log = structlog.get_logger(__name__)


class Collector:
    """Of one folder. `most`: bytes that are fetched of a mail. `one_big`: shared by all mailboxes."""

    def __init__(
        self,
        mailbox: Mailbox,
        most: int,
        intake: Intake,
        inbox: Inbox,
        reading: Reading,
        clock: Clock,
        one_big: asyncio.Lock,
    ) -> None:
        self._mailbox = mailbox
        self._source = f"imap:{mailbox.name}:{mailbox.server.folder}"
        self._most = most
        self._intake = intake
        self._inbox = inbox
        self._reading = reading
        self._clock = clock
        self._one_big = one_big
        self._failures: Counter[int] = Counter()
        self._again_at = clock.now()
        self._mark_owed = True
        self._told = False

    async def collect(self, line: Line, folder: Folder) -> None:
        """Raises whatever kept a mail from being taken: it then comes again."""
        place = await self._place(folder)
        await self._pay_mark(line, folder, place)
        if place.catching_up or folder.next_uid - 1 > place.last:
            keys = wanted(place)
            for uid in await line.call(lambda session: session.search(*keys)):
                # "*" is the last mail also when that is an old one (RFC 9051 section 9, seq-range).
                place = await self._take(line, folder, place, uid) if uid > place.last else place
        if place.catching_up:
            place = await self._reached(place.caught_up(self._clock.now()))
        await self._ask_again(line, folder, place)

    async def _place(self, folder: Folder) -> Place:
        text = await self._reading.place(self._source)
        known, now = read_place(text) if text else None, self._clock.now()
        if known is not None and known.fits(folder):
            return known
        place = anew(known, folder, now) if known else starting(folder, now)
        if known:
            how = "mailbox numbered anew, what came lately is looked at again"
            log.warning(how, source=self._source, since=str(place.since))
        else:
            log.info("mailbox begun with what is unseen", source=self._source)
        return await self._reached(place)

    async def _take(self, line: Line, folder: Folder, place: Place, uid: int) -> Place:
        try:
            await self._hand_in(line, uid)
        except StoreError:
            raise
        except Exception as error:
            await self._count_failure(place, uid, error)
            raise
        self._failures.pop(uid, None)
        self._mark_owed = True
        place = await self._reached(place.done(uid, self._clock.now()))
        await self._mark(line, folder, uid)
        return place

    async def _hand_in(self, line: Line, uid: int) -> None:
        head = await line.call(lambda session: session.head(uid))
        if head is None:
            return  # somebody took it away
        most = self._most if head.size > self._most else None
        if most is not None:
            log.warning("mail too large, its end is left out", source=self._source, uid=uid, size=head.size)
        async with self._one_big if head.size > BIG else nullcontext():
            raw = await line.call(lambda session: session.body(uid, most))
            await self._intake.take(raw, mailbox=self._mailbox.name, arrived_at=head.arrived_at)

    async def _reached(self, place: Place) -> Place:
        await self._reading.reached(self._source, place.written())
        return place

    async def _pay_mark(self, line: Line, folder: Folder, place: Place) -> None:
        """Whoever was ended between the bookmark and the mark left the last one unmarked."""
        if self._mark_owed and place.last:
            await self._mark(line, folder, place.last)

    async def _mark(self, line: Line, folder: Folder, uid: int) -> None:
        try:
            if folder.read_only:
                raise NotMarked("the folder is read-only")
            await line.call(lambda session: session.mark_seen(uid))
        except NotMarked as refusal:
            if not self._told:
                log.warning("mails cannot be marked as read", source=self._source, error=str(refusal))
            self._told = True
        self._mark_owed = False

    async def _count_failure(self, place: Place, uid: int, error: Exception) -> None:
        """Failed often, it is the mail and not the hour: those behind it go on."""
        self._failures[uid] += 1
        if self._failures[uid] < ATTEMPTS:
            return
        reason = f"mail {uid} of {self._source} was not taken: {type(error).__name__}: {error}"
        log.error(
            "mail set aside, it is tried again once an hour", source=self._source, uid=uid, error=reason
        )
        await self._report(f"{self._source}:{place.validity}:{uid}", reason)
        await self._reached(place.set_aside(uid, self._clock.now()))
        del self._failures[uid]

    async def _report(self, key: str, reason: str) -> None:
        words = f"A mail in {self._mailbox.name} could not be fetched; look at it with a mail program."
        try:
            await self._inbox.receive(Unreadable(key, Address(CHANNEL, ""), words, reason, self._clock.now()))
        except StoreError:
            raise
        except Exception:
            log.exception("mail not even reported", key=key)

    async def _ask_again(self, line: Line, folder: Folder, place: Place) -> None:
        if self._clock.now() < self._again_at:
            return
        self._again_at = self._clock.now() + AGAIN
        for uid in place.aside:
            try:
                await self._hand_in(line, uid)
            except NotDelivered:
                continue
            place = await self._reached(place.done(uid, self._clock.now()))
            await self._mark(line, folder, uid)
