"""What Twilio's REST API takes, parameter by parameter, and how it refuses the rest.

https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

Form = dict[str, list[str]]
Check = Callable[[str], bool]
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_REPEATABLE = {"StatusCallbackEvent", "MediaUrl"}


class ApiError(Exception):
    """Refused, in Twilio's own shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message


def is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in (parts.hostname or "")


def _between(low: int, high: int) -> Check:
    return lambda value: value.isdigit() and low <= int(value) <= high


def _of(*values: str) -> Check:
    return lambda value: value in values


def _short(most: int) -> Check:
    return lambda value: 0 < len(value) <= most


@dataclass(frozen=True, slots=True)
class Shape:
    """The parameters of one resource with the error code for each, and what it cannot do without."""

    checks: Mapping[str, tuple[int, Check]]
    needed: Mapping[str, int]
    one_of: tuple[str, ...] = ()

    def read(self, body: str) -> tuple[Form, list[str]]:
        """The form by name, and what a correct client never sends. Raises ApiError."""
        form: Form = {}
        for name, value in parse_qsl(body, keep_blank_values=True, strict_parsing=True):
            form.setdefault(name, []).append(value)
        wrong = [f"unknown parameter {name}" for name in form if name not in self.checks]
        wrong += [f"{n} twice" for n, values in form.items() if len(values) > 1 and n not in _REPEATABLE]
        return form, wrong

    def judge(self, form: Mapping[str, list[str]]) -> None:
        """Raises ApiError for the first that is wrong."""
        for name, code in self.needed.items():
            if name not in form:
                raise ApiError(400, code, f"No '{name}' number is specified")
        if self.one_of and sum(name in form for name in self.one_of) != 1:
            raise ApiError(400, 21205, f"Exactly one of {', '.join(self.one_of)} is required")
        for name, values in form.items():
            code, check = self.checks[name]
            for value in values:
                if not check(value):
                    raise ApiError(400, code, f"Invalid '{name}': {value!r}")


CALLS = Shape(
    checks={
        "To": (21211, is_number),
        "From": (21212, is_number),
        "Url": (21205, _is_url),
        "Twiml": (32018, _short(4000)),
        "Method": (21222, _of("GET", "POST")),
        "Timeout": (21208, _between(1, 600)),
        "TimeLimit": (21222, _between(1, 14400)),
        "StatusCallback": (21609, _is_url),
        "StatusCallbackMethod": (21222, _of("GET", "POST")),
        "StatusCallbackEvent": (21626, _of("initiated", "ringing", "answered", "completed")),
        "MachineDetection": (21222, _of("Enable", "DetectMessageEnd")),
        "MachineDetectionTimeout": (21222, _between(3, 59)),
        "AsyncAmd": (21222, _of("true", "false")),
        "AsyncAmdStatusCallback": (21222, _is_url),
        "AsyncAmdStatusCallbackMethod": (21222, _of("GET", "POST")),
    },
    needed={"To": 21201, "From": 21213},
    one_of=("Url", "Twiml"),
)
MESSAGES = Shape(
    checks={
        "To": (21211, is_number),
        "From": (21212, is_number),
        "Body": (21617, _short(1600)),
        "StatusCallback": (21609, _is_url),
        "ValidityPeriod": (21222, _between(1, 36000)),
    },
    needed={"To": 21604, "From": 21603, "Body": 21602},
)
