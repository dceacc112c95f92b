"""The provider's forms in the core's words. Nothing is decided here.

https://www.twilio.com/docs/voice/twiml#request-parameters,
https://www.twilio.com/docs/voice/api/call-resource#statuscallback,
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from adapters.phone.form import Form
from adapters.phone.numbers import e164, party
from adapters.phone.settings import CALL, SMS
from bot.inbound import (
    Address,
    Attachment,
    CallEnded,
    Fate,
    MessagePosted,
    Person,
    Recorded,
    Reported,
    Transcribed,
)
from bot.telephone import Heard

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""Of a call."""
_RANKS = {"accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3}
_FINAL = 4
"""Reports about texts bear no number; this is the order they are made in. A word nobody knows yet comes
first, so that what follows still counts."""
_LOST = frozenset({"undelivered", "failed", "canceled"})
_ARRIVED = frozenset({"delivered", "read"})
MACHINE = "an answering machine"
_MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Request:
    """`token` is the provider's I-Twilio-Idempotency-Token, "" where there is none; `received_at` is UTC."""

    form: Form
    token: str
    received_at: datetime

    @property
    def at(self) -> Address:
        """The other end of a call; of a withheld number the call itself."""
        return Address(CALL, e164(self.form[self._theirs]) or self.form["CallSid"])

    @property
    def _theirs(self) -> str:
        """In a call that we placed they are who is called."""
        return "To" if self.form["Direction"].startswith("outbound") else "From"

    @property
    def _ours(self) -> str:
        return "From" if self._theirs == "To" else "To"

    def key(self, *what: str) -> str:
        """The same for every redelivery: by the provider's token, else by what the request says."""
        if self.token:
            return self.token
        said = "\0".join([*what, *(f"{name}={self.form[name]}" for name in sorted(self.form.fields))])
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]

    def heard(self, step: str, about: tuple[str, ...]) -> Heard:
        form = self.form
        return Heard(
            event_key=f"{form['CallSid']}:{self.key(step, *about)}",
            call=form["CallSid"],
            step=step,
            party=party(form[self._theirs], form[self._ours], form["StirVerstat"]),
            heard_at=self.received_at,
            about=about,
            digits=form["Digits"] if form["Digits"] != "hangup" else "",
            speech=form["SpeechResult"],
            result=form["QueueResult"] or form["DialCallStatus"],
        )

    def ended(self) -> CallEnded | None:
        """None while the call goes on."""
        form = self.form
        if form["CallStatus"] not in OVER:
            return None
        return CallEnded(
            event_key=f"{form['CallSid']}:end:{form['SequenceNumber'] or self.key('status')}",
            call=form["CallSid"],
            at=self.at,
            status=form["CallStatus"],
            ended_at=self._said_at(),
            sequence=form.number("SequenceNumber"),
        )

    def reported(self, key: str) -> Reported:
        """What became of the message under this key of the outbox."""
        return self._of_text(key) if self.form["MessageSid"] else self._of_call(key)

    def _of_call(self, key: str) -> Reported:
        """That a call was completed says nothing of a human; the detection does, or a pressed key."""
        status = self.form["CallStatus"]
        failed = status in OVER and status != "completed"
        fate = Fate.FAILED if failed else Fate.PENDING
        reason = status if failed else ""
        number = self.form.number("SequenceNumber")
        return self._report(key, CALL, fate, reason, number, over=status in OVER)

    def _of_text(self, key: str) -> Reported:
        status, code = self.form["MessageStatus"] or self.form["SmsStatus"], self.form["ErrorCode"]
        rank = _FINAL if status in _LOST | _ARRIVED else _RANKS.get(status, 0)
        fate = Fate.DELIVERED if status in _ARRIVED else Fate.PENDING
        if status in _LOST:
            fate = Fate.FAILED
        reason = f"{status} (error {code})" if code else status
        part = self.form["MessageSid"]
        return self._report(f"{key}#{part}", SMS, fate, reason, rank, over=False)

    def machine(self, key: str) -> Reported:
        """Who answered (https://www.twilio.com/docs/voice/answering-machine-detection)."""
        who = self.form["AnsweredBy"]
        fate = Fate.DELIVERED if who == "human" else Fate.PENDING
        if who.startswith("machine") or who == "fax":
            fate = Fate.FAILED
        return self._report(key, CALL, fate, MACHINE if fate is Fate.FAILED else who, None, over=False)

    def _report(
        self, key: str, channel: str, fate: Fate, reason: str, sequence: int | None, *, over: bool
    ) -> Reported:
        at = Address(channel, e164(self.form["To"]) or self.form["To"])
        return Reported(self.key(key), at, key, fate, reason, self.received_at, sequence, over)

    def recorded(self) -> Recorded | None:
        """None where there is nothing to listen to (silence, or nothing was kept)."""
        form = self.form
        if form["RecordingStatus"] not in ("", "completed"):
            return None
        seconds = form.number("RecordingDuration") or 0
        sid, url = form["RecordingSid"], form["RecordingUrl"]
        return Recorded(f"recording:{sid}", form["CallSid"], self.at, sid, url, seconds, self.received_at)

    def transcribed(self) -> Transcribed:
        form = self.form
        text = form["TranscriptionText"] if form["TranscriptionStatus"] != "failed" else ""
        key = f"transcript:{form['TranscriptionSid'] or form['RecordingSid']}"
        return Transcribed(key, form["CallSid"], self.at, form["RecordingSid"], text, self.received_at)

    def text(self) -> MessagePosted:
        """A text to us. A sender that is no number (a bank's name, a short code) is kept as it is."""
        form = self.form
        sender = e164(form["From"]) or form["From"]
        sid = form["MessageSid"] or form["SmsSid"] or self.key("sms")
        return MessagePosted(
            event_key=sid,
            at=Address(SMS, sender),
            message_id=sid,
            author=Person(SMS, sender),
            text=form["Body"],
            sent_at=self.received_at,
            private=True,
            attachments=tuple(self._files()),
        )

    def _files(self) -> list[Attachment]:
        count = min(self.form.number("NumMedia") or 0, _MOST_FILES)
        urls = [(self.form[f"MediaUrl{place}"], place) for place in range(count)]
        return [
            Attachment(url, url.rpartition("/")[2], self.form[f"MediaContentType{place}"], url=url)
            for url, place in urls
            if url
        ]

    def _said_at(self) -> datetime:
        """The provider's own time, where it gives one that can be."""
        try:
            said = parsedate_to_datetime(self.form["Timestamp"])
        except (TypeError, ValueError, OverflowError):
            return self.received_at
        aware = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
        return min(aware.astimezone(UTC), self.received_at)
