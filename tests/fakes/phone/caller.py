"""Somebody on a telephone: calls the hotline, or picks up when the desk calls; the provider between them.

    dana = Caller(provider, "+491701234567")
    await dana.ring()
    assert "press 1" in dana.hears
    await dana.press("1")

Every request is signed by Twilio's own package and carries what Twilio sends.
https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from tests.fakes.phone.server import Account
from tests.fakes.phone.twiml import Document, read

_WHEN = "Mon, 02 Mar 2026 10:00:00 +0000"


@dataclass(slots=True)
class Exchange:
    """The provider's side of all calls. `client` reaches the desk under its public address."""

    account: Account
    public: str
    client: httpx.AsyncClient
    waiting: dict[str, Caller] = field(default_factory=dict)
    tokens: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    sids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def post(
        self, url: str, form: Mapping[str, str], *, token: str | None = None, signature: str | None = None
    ) -> httpx.Response:
        """`token`: of an earlier request that is sent again; `signature`: another one than the right one."""
        right = RequestValidator(self.account.token).compute_signature(url, dict(form))
        headers = {
            "X-Twilio-Signature": right if signature is None else signature,
            "I-Twilio-Idempotency-Token": token or f"idem-{next(self.tokens)}",
        }
        return await self.client.post(url, data=dict(form), headers=headers)

    def sid(self, kind: str) -> str:
        return f"{kind}{next(self.sids):032x}"


@dataclass(slots=True)
class Caller:
    """`hears`: everything said since they last did something. `last`: the newest answer, as it came."""

    exchange: Exchange
    number: str
    ours: str = "+4930555000"
    more: Mapping[str, str] = field(default_factory=dict)
    sid: str = ""
    document: Document = field(default_factory=Document)
    hears: str = ""
    languages: tuple[str, ...] = ()
    over: bool = False
    last: httpx.Response | None = None
    asked: tuple[str, Mapping[str, str], str] | None = None
    sequence: int = 0
    hold: Document | None = None

    async def ring(self) -> None:
        self.sid = self.exchange.sid("CA")
        await self._go(f"{self.exchange.public}/phone/voice", CallStatus="ringing")

    async def pick_up(self, url: str, sid: str) -> None:
        """The desk has called them; `url` is what it ordered."""
        self.sid, self.more = sid, {**self.more, "Direction": "outbound-api"}
        await self._go(url)

    async def press(self, key: str) -> None:
        await self._answer(Digits=key)

    async def say(self, words: str) -> None:
        await self._answer(SpeechResult=words, Confidence="0.93")

    async def silent(self) -> None:
        await self._answer()

    async def _answer(self, **result: str) -> None:
        assert self.document.verb == "Gather", self.document
        assert self.document.attributes["actionOnEmptyResult"] == "true"
        await self._go(self.document.attributes["action"], **result)

    async def speak_after_the_tone(self, seconds: int = 20) -> tuple[str, str]:
        """Recording's sid and where its words are to be brought."""
        assert self.document.verb == "Record", self.document
        record, sid = self.document.attributes, self.exchange.sid("RE")
        url = f"https://provider.example/{sid}"
        told = {"RecordingSid": sid, "RecordingUrl": url, "RecordingDuration": str(seconds)}
        await self._go(record["action"], **told, Digits="#")
        done = {**self._form(), **told, "RecordingStatus": "completed"}
        answer = await self.exchange.post(record["recordingStatusCallback"], done)
        assert answer.status_code == httpx.codes.NO_CONTENT
        return sid, record["transcribeCallback"]

    async def transcript(
        self, recording: tuple[str, str], text: str, status: str = "completed"
    ) -> httpx.Response:
        sid, url = recording
        told = {"RecordingSid": sid, "TranscriptionSid": f"TR{sid[2:]}", "TranscriptionStatus": status}
        return await self.exchange.post(url, {**self._form(), **told, "TranscriptionText": text})

    async def wait(self) -> None:
        """In the queue: what they hear next; and when it is over, what comes then."""
        assert self.hold is not None
        answer = await self._ask(self.hold.attributes["waitUrl"], QueuePosition="1", QueueTime="8")
        document = read(answer.content, waiting=True)
        self._hear(document)
        if document.verb == "Leave":
            await self._left("leave")

    async def _left(self, result: str) -> None:
        assert self.hold is not None
        action, self.hold = self.hold.attributes["action"], None
        self.exchange.waiting = {
            name: each for name, each in self.exchange.waiting.items() if each is not self
        }
        heard = self.hears
        await self._go(action, QueueResult=result, QueueTime="21")
        self.hears = f"{heard}\n{self.hears}"

    async def hang_up(self, status: str = "completed", *, times: int = 1) -> None:
        self.over = True
        self.sequence += 1
        numbered = {"CallStatus": status, "SequenceNumber": str(self.sequence), "CallDuration": "34"}
        form = {**self._form(), **numbered, "Timestamp": _WHEN, "CallbackSource": "call-progress-events"}
        for _ in range(times):
            answer = await self.exchange.post(f"{self.exchange.public}/phone/status", form)
            assert answer.status_code == httpx.codes.NO_CONTENT

    async def again(self) -> httpx.Response:
        """The provider got no answer, and sends the very same request once more."""
        assert self.asked is not None
        url, form, token = self.asked
        return await self.exchange.post(url, form, token=token)

    def _form(self) -> dict[str, str]:
        outbound = self.more.get("Direction", "").startswith("outbound")
        theirs, ours = (self.ours, self.number) if outbound else (self.number, self.ours)
        base = {
            "AccountSid": self.exchange.account.sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Called": ours,
            "Caller": theirs,
            "Direction": "inbound",
            "From": theirs,
            "To": ours,
            "FromCountry": "DE",
            "ToCountry": "DE",
            "StirVerstat": "TN-Validation-Passed-A",
        }
        return {**base, **self.more}

    async def _ask(self, url: str, **more: str) -> httpx.Response:
        form, token = {**self._form(), **more}, f"idem-{next(self.exchange.tokens)}"
        self.asked = url, form, token
        self.last = await self.exchange.post(url, form, token=token)
        return self.last

    async def _go(self, url: str, **more: str) -> None:
        """Ask, and do what the document says until somebody must do something."""
        self.hears, self.languages = "", ()
        answer = await self._ask(url, **more)
        for _ in range(20):
            if answer.status_code != httpx.codes.OK:
                self.over = True
                return
            self.document = read(answer.content)
            self._hear(self.document)
            if self.document.verb == "Redirect":
                answer = await self._ask(self.document.text)
                continue
            await self._act()
            return
        raise AssertionError("a document that leads to itself for ever")

    async def _act(self) -> None:
        match self.document.verb:
            case "Hangup" | "":
                self.over = True
            case "Enqueue":
                self.hold = self.document
                self.exchange.waiting[self.document.text] = self
            case "Dial":
                await self._dial()

    async def _dial(self) -> None:
        """Whoever waits hears the greeting, and then the two talk until this one is done."""
        other = self.exchange.waiting.pop(self.document.text, None)
        if other is not None:
            greeting = await other._ask(self.document.attributes["url"], DequeingCallSid=self.sid)
            other._hear(read(greeting.content))
        heard, action = self.hears, self.document.attributes["action"]
        await self._go(action, DialCallStatus="answered" if other else "completed")
        self.hears = f"{heard}\n{self.hears}"
        if other is not None:
            await other._left("bridged")

    def _hear(self, document: Document) -> None:
        self.hears = "\n".join(
            [*([self.hears] if self.hears else []), *(each.text for each in document.says)]
        )
        self.languages = (*self.languages, *(each.language for each in document.says))
