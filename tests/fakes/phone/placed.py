"""What a provider tells the desk of a call or a text that the desk ordered.

    heard = await network.taken_by_a_human(call, "4")
    await network.taken_by_a_machine(call)
    busy = progress(provider.account, call, "initiated", "ringing", "busy")
    await network.tell(*reversed([*busy, *busy]))

What is told are plain values, so that a test can reorder and repeat them, as a provider's network does.
https://www.twilio.com/docs/voice/api/call-resource#statuscallback
https://www.twilio.com/docs/voice/answering-machine-detection
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.phone.caller import Caller, Exchange
from tests.fakes.phone.server import Account, Placed
from tests.fakes.phone.twiml import read

_EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""Which event a status belongs to; every other status is the call's end."""
_ENDED = "completed"
_WHEN = "Mon, 02 Nov 2026 09:00:00 +0000"
_VERSION = "2010-04-01"
ANSWERED = ("initiated", "ringing", "in-progress", "completed")
WHO = ("human", "machine_start", "fax", "unknown")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One POST to the desk. `url` is the public one, which is what is signed."""

    url: str
    form: Mapping[str, str]

    @property
    def token(self) -> str:
        """The same when it is sent again."""
        return hashlib.sha256(repr((self.url, sorted(self.form.items()))).encode()).hexdigest()


def progress(account: Account, call: Placed, *statuses: str) -> list[Webhook]:
    """The status callbacks of a call that goes so, of the events that were asked for."""
    wanted = call.form.get("StatusCallbackEvent", [_ENDED])
    told = [status for status in statuses if _EVENTS.get(status, _ENDED) in wanted]
    return [
        Webhook(call["StatusCallback"], _call(account, call, status) | _numbered(number, status))
        for number, status in enumerate(told)
    ]


def answered_by(account: Account, call: Placed, who: str) -> Webhook:
    """What the answering machine's detection found, while the call goes on."""
    assert who in WHO
    assert (call["MachineDetection"], call["AsyncAmd"]) == ("Enable", "true")
    found = {"CallSid": call.sid, "AccountSid": account.sid, "AnsweredBy": who}
    return Webhook(call["AsyncAmdStatusCallback"], {**found, "MachineDetectionDuration": "2740"})


def fate(account: Account, text: Placed, *statuses: str, error: str = "30003") -> list[Webhook]:
    """The status callbacks of a text that goes so: "sent", then "delivered", "undelivered" or "failed"."""
    return [Webhook(text["StatusCallback"], _text(account, text, status, error)) for status in statuses]


@dataclass(frozen=True, slots=True)
class Network:
    """Whoever is called, and the provider that tells the desk how it goes."""

    exchange: Exchange

    async def tell(self, *webhooks: Webhook) -> None:
        for each in webhooks:
            answer = await self.exchange.post(each.url, each.form, token=each.token)
            assert answer.is_success, answer

    async def taken_by_a_human(self, call: Placed, *keys: str) -> list[str]:
        """Somebody picks up, presses these keys one after the other, and hangs up. What they heard."""
        account, person = self.exchange.account, Caller(self.exchange, call["To"], call["From"])
        *before, end = progress(account, call, *ANSWERED)
        await self.tell(*before)
        heard = [await _picked_up(person, call)]
        await self.tell(answered_by(account, call, "human"))
        for key in keys:
            await person.press(key)
            heard.append(person.hears)
        await self.tell(end)
        return heard

    async def taken_by_a_machine(self, call: Placed) -> None:
        """An answering machine picks up and listens to the end."""
        account, machine = self.exchange.account, Caller(self.exchange, call["To"], call["From"])
        *before, end = progress(account, call, *ANSWERED)
        await self.tell(*before)
        await _picked_up(machine, call)
        await self.tell(answered_by(account, call, "machine_start"), end)

    async def missed(self, call: Placed, how: str) -> None:
        """Nobody picks up: it is "busy", there is "no-answer", or it "failed"."""
        ringing = ("ringing",) if how == "no-answer" else ()
        await self.tell(*progress(self.exchange.account, call, "initiated", *ringing, how))


async def _picked_up(person: Caller, call: Placed) -> str:
    """What is heard first: the order says it, or where to ask for it."""
    if "Twiml" in call.form:
        return "\n".join(each.text for each in read(call["Twiml"]).says)
    await person.pick_up(call["Url"], call.sid)
    return person.hears


def _call(account: Account, call: Placed, status: str) -> dict[str, str]:
    return {
        "AccountSid": account.sid,
        "ApiVersion": _VERSION,
        "CallSid": call.sid,
        "CallStatus": status,
        "Called": call["To"],
        "Caller": call["From"],
        "Direction": "outbound-api",
        "From": call["From"],
        "To": call["To"],
    }


def _numbered(number: int, status: str) -> dict[str, str]:
    ended = {} if status in _EVENTS else {"CallDuration": "0" if status != "completed" else "21"}
    source = {"CallbackSource": "call-progress-events", "SequenceNumber": str(number)}
    return {**source, "Timestamp": _WHEN, **ended}


def _text(account: Account, text: Placed, status: str, error: str) -> dict[str, str]:
    told = {
        "AccountSid": account.sid,
        "ApiVersion": _VERSION,
        "From": text["From"],
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text["To"],
    }
    return told | ({"ErrorCode": error} if status in {"undelivered", "failed"} else {})
