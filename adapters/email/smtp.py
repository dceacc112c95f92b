"""One session with the mail server that takes what we send (RFC 5321), over aiosmtplib."""

import asyncio
import re
from typing import cast

import aiosmtplib

from adapters.email.errand import Errand, Lost, NotInternational, Patience, Refused
from adapters.email.letter import Letter
from adapters.email.replies import Stage, refusal
from bot.errors import DeliveryError, Temporary

_STARTS_INPUT, _SERVICE_CLOSES = 354, 421
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Connection:
    """Open and signed in. Takes one errand at a time."""

    def __init__(self, smtp: aiosmtplib.SMTP, patience: Patience) -> None:
        self._smtp = smtp
        self._transport = cast(asyncio.WriteTransport, smtp.transport)
        self._patience = patience
        self._between_mails = True
        self.taken = 0

    @property
    def usable(self) -> bool:
        return self._between_mails and self._smtp.is_connected

    async def send(self, errand: Errand) -> tuple[Refused, ...]:
        """Raises Lost, NotInternational, and what `refusal` says; OutcomeUnknown when the answer is lost."""
        self._between_mails = False
        self.taken += 1
        try:
            refused = await self._send(errand)
        except DeliveryError:
            await self._reset()
            raise
        self._between_mails = True
        return refused

    async def _send(self, errand: Errand) -> tuple[Refused, ...]:
        letter = errand.letter
        if letter.international and not self._smtp.supports_extension("smtputf8"):
            raise NotInternational("the mail server takes no addresses beyond ASCII (no SMTPUTF8)")
        content = letter.content
        await self._say(errand, Stage.SENDER, f"MAIL FROM:<{letter.sender}>{self._options(letter, content)}")
        # Whom it is for comes first: without them the copies are for nothing, and would come again.
        await self._say(errand, Stage.RECIPIENT, f"RCPT TO:<{letter.to}>")
        refused = [answer for each in letter.copies if (answer := await self._copy(errand, each))]
        await self._say(errand, Stage.CONTENT, "DATA", _STARTS_INPUT)
        await self._say_content(errand, content)
        return tuple(refused)

    def _options(self, letter: Letter, content: bytes) -> str:
        size = f" SIZE={len(content)}" if self._smtp.supports_extension("size") else ""
        return f"{size} SMTPUTF8" if letter.international else size

    async def _copy(self, errand: Errand, address: str) -> Refused | None:
        try:
            await self._say(errand, Stage.RECIPIENT, f"RCPT TO:<{address}>")
        except Lost:
            raise
        except DeliveryError as error:
            return Refused(address, str(error))
        return None

    async def _say(self, errand: Errand, stage: Stage, command: str, expected: int = 250) -> None:
        try:
            wait = errand.at_most(self._patience.command)
            reply = await self._smtp.execute_command(command.encode(), timeout=wait)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise errand.silence(f"the mail server fell silent: {type(error).__name__}") from None
        # 251: it will forward (RFC 5321 section 3.4).
        if reply.code not in (expected, expected + 1):
            answer = refusal(stage, reply.code, reply.message)
            closes = reply.code == _SERVICE_CLOSES and isinstance(answer, Temporary)
            raise Lost(str(answer)) if closes else answer

    async def _say_content(self, errand: Errand, content: bytes) -> None:
        """Not by the library: it does not tell whether the answer was lost before or after the mail."""
        protocol = self._smtp.protocol
        if protocol is None:
            raise errand.silence("the mail server closed the connection")
        errand.left = True
        try:
            protocol.write(_LEADING_DOT.sub(b"..", content) + b".\r\n")
            reply = await protocol.read_response(errand.at_most(self._patience.end))
        except (aiosmtplib.SMTPException, OSError) as error:
            self.drop()
            raise errand.silence(f"no answer to the mail: {type(error).__name__}") from None
        if not 200 <= reply.code < 300:
            raise refusal(Stage.CONTENT, reply.code, reply.message)

    async def _reset(self) -> None:
        """After a refusal, so that the next mail starts anew (RFC 5321 section 4.1.1.5)."""
        try:
            await self._smtp.rset(timeout=self._patience.connect)
        except (aiosmtplib.SMTPException, OSError):
            self.drop()
        else:
            self._between_mails = True

    async def quit(self) -> None:
        try:
            await self._smtp.quit(timeout=self._patience.goodbye)
        except (aiosmtplib.SMTPException, OSError):
            self.drop()

    def drop(self) -> None:
        """Without a goodbye. Idempotent."""
        self._transport.abort()
        self._smtp.close()
