"""From a mail as it was read to the core's own words."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.email.mail import Automatic, Correspondent, FailedRecipient, Kind, Mail
from adapters.email.settings import CHANNEL, EmailSettings
from adapters.email.tokens import Bearer, Token, Tokens
from bot.inbound import Address, Attachment, Formal, MessagePosted, Nature, Person, Undelivered

LATE, EARLY = timedelta(days=7), timedelta(minutes=10)
"""A Date so long before or after the mail's arrival comes from a clock that is wrong."""
MOST_COPIES, MOST_ANSWERS = 20, 50
_NUMBER = re.compile(r"\[T-([1-9]\d{0,11})\]")
_PLUS = re.compile(r"\+[^@]*@")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a mail came in. `mailbox`: by which of ours; `at`: when, UTC; `kept`: its name among the kept
    files; `envelope`: whom it was for, where the one who brought it knows; `verified`: its From is proven."""

    mailbox: str
    at: datetime
    kept: str
    envelope: tuple[str, ...] = ()
    verified: bool = False


class Translator:
    """Mails of one desk."""

    def __init__(self, settings: EmailSettings, tokens: Tokens) -> None:
        self._settings = settings
        self._tokens = tokens

    def item(self, mail: Mail, arrival: Arrival) -> MessagePosted:
        """Every mail is a message; what becomes of it the core decides."""
        digest = fingerprint(mail)
        author = self._author(mail, arrival)
        copies = tuple(self._copies(mail, author.id))
        return MessagePosted(
            event_key=digest,
            at=Address(CHANNEL, _reply_address(mail, author)),
            message_id=mail.message_id or f"<{digest}@missing.{self._settings.domain}>",
            author=author,
            text=mail.new_text if mail.in_reply_to or mail.references else mail.text,
            sent_at=_sent_at(mail, arrival),
            private=not copies,
            attachments=tuple(_attachments(mail)),
            formal=self._formal(mail, arrival, copies),
        )

    def _author(self, mail: Mail, arrival: Arrival) -> Person:
        """Who is in From; where that is we ourselves (a form on a website), who is to be answered. Nobody is
        proven by our own address."""
        sender = mail.sender or Correspondent(None, None)
        if (sender.address or "").lower() in self._settings.ours.addresses and mail.reply_to:
            asker = mail.reply_to[0]
            return Person(CHANNEL, (asker.address or "").lower(), asker.name or "", verified=False)
        address = (sender.address or "").lower()
        return Person(CHANNEL, address, sender.name or "", verified=arrival.verified and bool(address))

    def _formal(self, mail: Mail, arrival: Arrival, copies: tuple[str, ...]) -> Formal:
        token = self._token(mail, arrival)
        quoted = _NUMBER.search(mail.subject or "")
        return Formal(
            subject=mail.subject or "",
            full_text=mail.text if mail.text != mail.new_text else "",
            nature=Nature.LOOP if self._is_ours(mail) else _nature(mail),
            token=token.ticket if token else None,
            to_page=token is not None and token.bearer is Bearer.PAGE,
            answers=_answers(mail),
            quoted=int(quoted[1]) if quoted else None,
            copies=copies,
            mailbox=arrival.mailbox,
            kept=arrival.kept,
            undelivered=tuple(_undelivered(mail)),
            about=mail.bounce.original_message_id if mail.bounce else None,
            defects=mail.defects,
            spam=mail.spam,
        )

    def _is_ours(self, mail: Mail) -> bool:
        """A mail of our own has come back, whatever was taken off it on the way."""
        return mail.message_id is not None and self._tokens.read(mail.message_id) is not None

    def _token(self, mail: Mail, arrival: Arrival) -> Token | None:
        """The first that is ours: in what it answers, then in whom it is for, then in what it refers to."""
        about = mail.bounce.original_message_id if mail.bounce else None
        addresses = [each.address for each in (*mail.to, *mail.cc) if each.address]
        places = [about, mail.in_reply_to, mail.message_id, *arrival.envelope, *mail.delivered_to, *addresses]
        found = (self._tokens.read(text) for text in (*places, *reversed(mail.references)) if text)
        return next((token for token in found if token is not None), None)

    def _copies(self, mail: Mail, author: str) -> Iterator[str]:
        """Who else was written to."""
        ours = self._settings.ours.addresses
        others = (each.address.lower() for each in (*mail.to, *mail.cc) if each.address)
        fresh = dict.fromkeys(each for each in others if _PLUS.sub("@", each) not in ours and each != author)
        yield from list(fresh)[:MOST_COPIES]


def fingerprint(mail: Mail) -> str:
    """The same for one mail however often it comes and through whichever mailbox, and another for every other
    mail: some programs give different mails one Message-ID, and servers change lines on the way."""
    said = hashlib.sha256()
    sender = mail.sender.address if mail.sender else None
    for part in (mail.message_id, sender, mail.subject, mail.date and mail.date.isoformat()):
        said.update(f"{part or ''}\0".encode(errors="replace"))
    said.update(" ".join(mail.text.split()).encode(errors="replace"))
    for file in mail.attachments:
        said.update(f"\0{file.sha256}".encode())
    return said.hexdigest()[:40]


def _reply_address(mail: Mail, author: Person) -> str:
    """Where answers go. Reply-To of somebody else is believed when From is proven, or of the same domain."""
    wanted = next((each.address.lower() for each in mail.reply_to if each.address), "")
    same = wanted.rpartition("@")[2] == author.id.rpartition("@")[2]
    return wanted if wanted and (author.verified or same or not author.id) else author.id


def _sent_at(mail: Mail, arrival: Arrival) -> datetime:
    date = mail.date
    if date is None or not arrival.at - LATE <= date <= arrival.at + EARLY:
        return arrival.at
    return min(date, arrival.at)


def _answers(mail: Mail) -> tuple[str, ...]:
    nearest = [mail.in_reply_to] if mail.in_reply_to else []
    return tuple(dict.fromkeys((*nearest, *reversed(mail.references))))[:MOST_ANSWERS]


def _nature(mail: Mail) -> Nature:
    if mail.kind is Kind.AUTO_REPLY:
        return Nature.GENERATED if mail.automatic is Automatic.GENERATED else Nature.REPLIED
    return Nature(mail.kind.value)


def _attachments(mail: Mail) -> Iterator[Attachment]:
    for number, file in enumerate(mail.attachments, start=1):
        yield Attachment(file.sha256, file.filename or f"attachment-{number}", file.content_type, file.size)


def _undelivered(mail: Mail) -> Iterator[Undelivered]:
    bounce = mail.bounce
    if bounce is None:
        return
    failed: Iterable[FailedRecipient] = bounce.recipients or (
        FailedRecipient(None, None, None, None, permanent=False),
    )
    for each in failed:
        reason = " ".join(part for part in (each.status, each.diagnostic) if part)
        late = each.action == "delayed"
        yield Undelivered((each.address or "").lower(), reason, each.permanent, late, bounce.complaint)
