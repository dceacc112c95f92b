"""What a provider tells the desk of a call or a text that the desk ordered.

    heard = await webhooks.taken_by_a_human(call, "4")
    await webhooks.taken_by_a_machine(call)
    busy = progress(provider.account, call, "initiated", "ringing", "busy")
    await webhooks.post_all(reversed([*busy, *busy]))

What is told are plain values, so that a test can reorder and repeat them, as a provider's network does.
https://www.twilio.com/docs/voice/api/call-resource#statuscallback
https://www.twilio.com/docs/voice/answering-machine-detection
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree

import httpx
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from tests.fakes.phone.server import Account, Placed

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


def picked_up(account: Account, call: Placed) -> Webhook:
    """The question what whoever picked up shall hear, where the order does not say so itself."""
    return Webhook(call["Url"], _call(account, call, "in-progress"))


def pressed(account: Account, call: Placed, heard: str, digits: str) -> Webhook:
    """Keys pressed while what was `heard` waits for them (its first <Gather>)."""
    gather = ElementTree.fromstring(heard).find(".//Gather")  # noqa: S314 - the desk's own words
    assert gather is not None, f"nobody waits for keys: {heard}"
    url = urljoin(call["Url"], gather.get("action", ""))
    return Webhook(url, _call(account, call, "in-progress") | {"Digits": digits})


def fate(account: Account, text: Placed, *statuses: str, error: str = "30003") -> list[Webhook]:
    """The status callbacks of a text that goes so: "sent", then "delivered", "undelivered" or "failed"."""
    return [Webhook(text["StatusCallback"], _text(account, text, status, error)) for status in statuses]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Posts to the desk as the provider does, signed. `local` is where `public` really is."""

    account: Account
    public: str
    local: str
    client: httpx.AsyncClient

    async def post(self, webhook: Webhook) -> httpx.Response:
        assert webhook.url.startswith(f"{self.public}/")
        url, form = self.local + webhook.url.removeprefix(self.public), dict(webhook.form)
        return await self.client.post(url, data=form, headers=signed(self.account, webhook))

    async def post_all(self, webhooks: Iterable[Webhook]) -> list[httpx.Response]:
        return [await self.post(each) for each in webhooks]

    async def heard(self, call: Placed) -> str:
        """The TwiML that whoever picked up hears first."""
        if "Twiml" in call.form:
            return call["Twiml"]
        return await self._asked(picked_up(self.account, call))

    async def taken_by_a_human(self, call: Placed, *presses: str) -> list[str]:
        """Somebody picks up, presses these keys one after the other, and hangs up. What they heard, as
        TwiML."""
        *before, end = progress(self.account, call, *ANSWERED)
        await self.post_all(before)
        heard = [await self.heard(call)]
        await self.post(answered_by(self.account, call, "human"))
        for digits in presses:
            heard.append(await self._asked(pressed(self.account, call, heard[-1], digits)))
        await self.post(end)
        return heard

    async def taken_by_a_machine(self, call: Placed) -> None:
        """An answering machine picks up and listens to the end."""
        *before, end = progress(self.account, call, *ANSWERED)
        await self.post_all(before)
        await self.heard(call)
        await self.post_all([answered_by(self.account, call, "machine_start"), end])

    async def missed(self, call: Placed, how: str) -> None:
        """Nobody picks up: it is "busy", there is "no-answer", or it "failed"."""
        ringing = ("ringing",) if how == "no-answer" else ()
        await self.post_all(progress(self.account, call, "initiated", *ringing, how))

    async def _asked(self, webhook: Webhook) -> str:
        answer = await self.post(webhook)
        assert answer.status_code == httpx.codes.OK
        return answer.text


def signed(account: Account, webhook: Webhook) -> dict[str, str]:
    """https://www.twilio.com/docs/usage/security#validating-requests"""
    signature = RequestValidator(account.token).compute_signature(webhook.url, dict(webhook.form))
    return {"X-Twilio-Signature": signature}


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
