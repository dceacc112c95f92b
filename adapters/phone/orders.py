"""What is ordered of a provider, as the form its REST API takes.

The parameters stand in the order of Twilio's own client, so that the two can be compared byte by byte.
https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from collections.abc import Mapping
from dataclasses import dataclass

Form = Mapping[str, str | list[str]]
"""A list is a parameter given several times."""
RINGING = 25
"""Seconds; most voicemail answers later."""
EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call to `to`. Whoever answers hears what `url` says, or, where that is "", the inline `twiml`.

    `seconds`: it lasts no longer. `status` and `machine`: where the provider tells how it goes, and who
    answered; the answer is not held back until that is known (asynchronous detection,
    https://www.twilio.com/docs/voice/answering-machine-detection).
    """

    to: str
    status: str
    machine: str
    seconds: int
    url: str = ""
    twiml: str = ""

    def form(self, own: str) -> Form:
        """`own`: our number it comes from."""
        first: Form = {"To": self.to, "From": own, **({"Method": "POST"} if self.url else {})}
        return {
            **first,
            "StatusCallback": self.status,
            "StatusCallbackEvent": list(EVENTS),
            "Timeout": str(RINGING),
            "MachineDetection": "Enable",
            "AsyncAmd": "true",
            "AsyncAmdStatusCallback": self.machine,
            "AsyncAmdStatusCallbackMethod": "POST",
            "TimeLimit": str(self.seconds),
            **({"Url": self.url} if self.url else {"Twiml": self.twiml}),
        }


@dataclass(frozen=True, slots=True)
class TextOrder:
    """A text to `to`, at most 1,600 characters. `status`: where the provider tells how it goes."""

    to: str
    status: str
    body: str

    def form(self, own: str) -> Form:
        """`own`: our number it comes from."""
        return {"To": self.to, "StatusCallback": self.status, "From": own, "Body": self.body}
