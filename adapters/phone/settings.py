"""What the telephone's adapter must be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext

CALL, SMS = "call", "sms"
"""The names of its two channels."""
VOICE_PATH = "/phone/voice"
"""A call comes in here; each later step of a conversation is VOICE_PATH/STEP or VOICE_PATH/STEP/ABOUT+ABOUT.
"""
SMS_PATH = "/phone/sms"
STATUS_PATH = "/phone/status"
MACHINE_PATH = "/phone/machine"
RECORDING_PATH = "/phone/recording"
TRANSCRIPT_PATH = "/phone/transcript"
OFFICIAL = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Provider:
    """One account at a provider. `number` is the one of ours that it calls and texts from."""

    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    api_url: str = OFFICIAL


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """`providers`: the first is used while it works, then the next. `voices`: the provider's name of a voice
    by language, such as "Polly.Amy". `calls_at_once`: at most so many of our calls at the same time.
    `trouble`: what a caller hears, by language, when the desk itself fails. `tls`: None trusts the machine's
    authorities."""

    providers: tuple[Provider, ...]
    public_url: str
    voices: Mapping[str, str] = field(default_factory=dict)
    calls_at_once: int = 3
    trouble: Mapping[str, str] = field(default_factory=dict)
    tls: SSLContext | None = field(default=None, repr=False)
