"""One mail into the desk: kept whole, read, handed in, committed. Every way in uses it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from adapters.email.inbound import Arrival, Translator
from adapters.email.mail import Mail
from adapters.email.reading import read_mail
from adapters.email.settings import CHANNEL, EmailSettings
from bot.errors import StoreError
from bot.inbound import Address, Inbound, Unreadable
from bot.ports import Clock, Files, Inbox

log = structlog.get_logger(__name__)
DkimCheck = Callable[[bytes, str], bool]
"""Whether the mail bears a good signature of its sender's domain. Blocking."""


class Intake:
    def __init__(
        self,
        settings: EmailSettings,
        inbox: Inbox,
        clock: Clock,
        files: Files,
        translator: Translator,
        check_dkim: DkimCheck,
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._clock = clock
        self._files = files
        self._translator = translator
        self._check_dkim = check_dkim

    async def take(
        self, raw: bytes, mailbox: str, arrived_at: datetime | None = None, envelope: Sequence[str] = ()
    ) -> None:
        """Account for one mail; return after the commit, so that it may be marked as fetched. The same mail
        again changes nothing. `arrived_at`: when the server got it (UTC); None: now.

        Raises StoreError when it is not safely here: it must then be brought again.
        """
        kept = await self._files.keep(raw)
        at = min(arrived_at or self._clock.now(), self._clock.now())
        arrival = Arrival(mailbox, at, kept, tuple(envelope))
        await self._inbox.receive(await self._item(raw, arrival))
        log.info("mail taken", mailbox=mailbox, kept=kept)

    async def _item(self, raw: bytes, arrival: Arrival) -> Inbound:
        try:
            mail, verified = await asyncio.to_thread(self._read, raw)
            proven = Arrival(arrival.mailbox, arrival.at, arrival.kept, arrival.envelope, verified)
            return self._translator.item(mail, proven)
        except StoreError:
            raise
        except Exception as error:
            # Reading promises not to fail; if it does, a human must see the mail all the same.
            log.exception("mail not read", kept=arrival.kept)
            reason = f"the mail could not be read: {type(error).__name__}"
            words = raw[:20_000].decode("utf-8", "replace")
            return Unreadable(arrival.kept, Address(CHANNEL, ""), words, reason, arrival.at)

    def _read(self, raw: bytes) -> tuple[Mail, bool]:
        mail = read_mail(raw, self._settings.ours, self._settings.limits)
        aligned, sender = mail.authentication.aligned, mail.sender
        if aligned is None and self._settings.check_dkim and sender and sender.address:
            aligned = len(mail.senders) <= 1 and self._check_dkim(raw, sender.address)
        return mail, bool(aligned)
