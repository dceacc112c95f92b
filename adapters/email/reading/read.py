"""Reading a mail: bytes in, a Mail out, whatever the bytes are.

Who wrote when to whom is read by itself: whatever becomes of the body, that is known.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from adapters.email.mail import AttachedFile, Correspondent, Limits, Mail, Ours
from adapters.email.reading.addresses import correspondents
from adapters.email.reading.authentication import authentication
from adapters.email.reading.bounces import read_bounce
from adapters.email.reading.budget import Budget, OutOfTime, Seconds
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.contents import Contents
from adapters.email.reading.dates import sent_at
from adapters.email.reading.envelope import beginning, delivered_to, even_line_ends, is_spam
from adapters.email.reading.fields import Block, read_block
from adapters.email.reading.files import attached
from adapters.email.reading.headers import Headers
from adapters.email.reading.identifiers import first_id, thread
from adapters.email.reading.language import language_of
from adapters.email.reading.nature import judge
from adapters.email.reading.newtext import new_text
from adapters.email.reading.structure import Part, Structure
from adapters.email.reading.words import decoded

T = TypeVar("T")
OURS = Ours()
LIMITS = Limits()
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_ANSWERS = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|odp|res|rif|ynt|回复|答复|回覆|回信|返信|答覆)\s*(?:\[\d{1,4}\])?\s*[:：]",
    re.IGNORECASE,
)
_ONCE = ("from", "subject", "date", "message-id", "to", "content-type")
"""RFC 5322 section 3.6 and RFC 2045 allow one of each."""


def read_mail(
    raw: bytes, ours: Ours = OURS, limits: Limits = LIMITS, *, seconds: Seconds = time.thread_time
) -> Mail:
    """Never fails: what cannot be read is left out, and a defect says so. `seconds`: what measures
    `limits.seconds`."""
    budget = Budget.starting(limits, seconds, len(raw))
    reading = Reading.opened(raw, budget)
    # The parts first: what they are written in tells how to read a header that does not say so.
    reading.guarded("parts", reading.divide, None)
    mail = reading.guarded("header", lambda: reading.header(ours), Mail())
    reading.guarded("body", reading.gather, None)
    mail = replace(mail, attachments=tuple(reading.attachments()))
    mail = reading.guarded("text", lambda: reading.said(mail, ours), mail)
    return replace(mail, defects=tuple(budget.defects))


def attachment(raw: bytes, sha256: str, limits: Limits = LIMITS) -> bytes | None:
    """The file that `read_mail` listed with that digest, decoded. None if there is none."""
    reading = Reading.opened(raw, Budget.starting(limits, time.thread_time, len(raw)))
    reading.guarded("parts", reading.divide, None)
    reading.guarded("body", reading.gather, None)
    for file in reading.contents.files:
        found = reading.guarded("attachment", partial(attached, file, frozenset[str]()), None)
        if found and found.sha256 == sha256.lower():
            return b"".join(file.pieces())
    return None


@dataclass(slots=True)
class Reading:
    """One mail while it is being read."""

    raw: bytes
    block: Block
    budget: Budget
    charsets: Charsets
    contents: Contents
    headers: Headers = field(default_factory=Headers)
    root: Part | None = None

    @classmethod
    def opened(cls, raw: bytes, budget: Budget) -> "Reading":
        charsets = Charsets(budget)
        even = even_line_ends(raw, budget)
        if len(even) > budget.limits.size:
            budget.note(f"larger than {budget.limits.size} bytes: the rest is left out")
        block = read_block(even, beginning(even, budget), min(len(even), budget.limits.size), budget)
        return cls(even, block, budget, charsets, Contents(even, charsets, budget))

    def guarded(self, what: str, read: Callable[[], T], otherwise: T) -> T:
        """A mail must reach a human whatever is in it, also when there is a fault here."""
        try:
            return read()
        except OutOfTime:
            self.budget.note(f"{what}: took more than {self.budget.limits.seconds:g} seconds")
        except Exception as error:
            self.budget.note(f"{what}: not read ({type(error).__name__})")
        return otherwise

    def divide(self) -> None:
        """Into parts. Raises OutOfTime."""
        end = min(len(self.raw), self.budget.limits.size)
        self.root = Structure(self.raw, self.charsets, self.budget).read(self.block, end)

    def gather(self) -> None:
        """What is in the parts. Raises OutOfTime."""
        if self.root is not None:
            self.contents.gather(self.root)

    def header(self, ours: Ours) -> Mail:
        self.headers = Headers(tuple((each.name, self._value(each.value)) for each in self.block.fields))
        self._count()
        get = self.headers.get
        senders = self._people("from")
        return Mail(
            message_id=first_id(get("Message-ID")),
            in_reply_to=first_id(get("In-Reply-To")),
            references=thread(get("References")),
            date=sent_at(get("Date"), self.headers.all("Received"), self.budget),
            sender=senders[0] if senders else None,
            senders=senders,
            reply_to=self._people("reply-to"),
            to=self._people("to"),
            cc=self._people("cc"),
            subject=get("Subject"),
            authentication=authentication(self.headers, senders, ours.authserv_ids),
            delivered_to=delivered_to(self.headers),
            spam=is_spam(self.headers),
        )

    def attachments(self) -> Iterator[AttachedFile]:
        shown = frozenset(self.contents.shown)
        for file in self.contents.files:
            found = self.guarded("attachment", partial(attached, file, shown), None)
            if found:
                yield found

    def said(self, mail: Mail, ours: Ours) -> Mail:
        """`mail` with its words, and what these make of it."""
        text = self.contents.text
        is_reply = bool(mail.in_reply_to or mail.references or _ANSWERS.match(mail.subject or ""))
        new = new_text(text, is_reply=is_reply)
        bounce = read_bounce(self.headers, self.contents.reports, text)
        kind, automatic = judge(
            self.headers,
            sender=mail.sender.address if mail.sender else None,
            subject=mail.subject,
            text=text,
            content_type=self.root.type if self.root else "text/plain",
            report=bounce,
            ours=ours,
        )
        language = language_of(new or text)
        return replace(
            mail, text=text, new_text=new, language=language, kind=kind, automatic=automatic, bounce=bounce
        )

    def _value(self, raw: bytes) -> str:
        words = decoded(self.charsets.text(raw), self.charsets)
        return _CONTROL.sub("", words).replace("\t", " ").strip()

    def _people(self, name: str) -> tuple[Correspondent, ...]:
        values = [each.value for each in self.block.fields if each.name.lower() == name]
        return tuple(
            each for value in values for each in correspondents(self.charsets.text(value), self.charsets)
        )

    def _count(self) -> None:
        names = [name.lower() for name, _ in self.headers.fields]
        for name in _ONCE:
            if names.count(name) > 1:
                self.budget.note(f"more than one {name.title()}")
        if "from" not in names:
            self.budget.note("no From")
