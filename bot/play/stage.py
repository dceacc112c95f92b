"""A channel on the stage: it keeps what was said, and fails on cue."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.errors import DeliveryError, MovedTo, OutcomeUnknown, RateLimited, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import (
    Button,
    Capabilities,
    Edit,
    Invite,
    Limit,
    OpenRoom,
    Outgoing,
    Pin,
    Post,
    Receipt,
    Spoken,
)
from bot.ports import Clock


@dataclass(slots=True)
class Shown:
    """One thing the desk did on a channel. `what` is "post", "edit", "room", "invite" or "pin"."""

    at: datetime
    what: str
    place: Address
    text: str
    key: str
    message_id: str
    buttons: tuple[Button, ...] = ()
    reply_to: str | None = None
    people: tuple[str, ...] = ()
    claimed: bool = False
    spoken: Spoken | None = None


@dataclass(slots=True)
class Fault:
    """`kind`: rate_limited, down, lost_reply, unreachable or moved; for one conversation or all ("")."""

    kind: str
    until: datetime
    conversation: str = ""
    moved_to: str = ""


@dataclass(slots=True)
class StageChannel:
    """Keeps `bot.ports.Channel`, with the capabilities and limits of the channel it plays."""

    name: str
    capabilities: Capabilities
    clock: Clock
    pace: tuple[Limit, ...] = ()
    shown: list[Shown] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _ids: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        shared = self.capabilities.lines or self.capabilities.coded  # of the whole channel, as they stand
        return tuple(
            each if shared else replace(each, scope=f"{self.name}:{conversation}:{each.scope}")
            for each in self.pace
        )

    async def send(self, message: Outgoing) -> Receipt:
        place = Address(message.channel, message.name) if isinstance(message, OpenRoom) else message.at
        fault = self._fault(place)
        if fault is not None and fault.kind != "lost_reply":
            raise self._error(fault)
        receipt = self._show(message, place)
        if fault is not None:
            raise OutcomeUnknown("the answer was lost")
        return receipt

    async def find(self, key: str, at: Address) -> Receipt | None:
        found = next((each for each in self.shown if each.key == key and each.what == "post"), None)
        return Receipt(found.place, found.message_id) if found else None

    def _fault(self, place: Address) -> Fault | None:
        now = self.clock.now()
        self.faults = [each for each in self.faults if each.until > now]
        return next((each for each in self.faults if each.conversation in ("", place.conversation)), None)

    def _error(self, fault: Fault) -> DeliveryError:
        match fault.kind:
            case "rate_limited":
                return RateLimited(max(fault.until - self.clock.now(), timedelta(seconds=1)))
            case "unreachable":
                return Unreachable("not a member of the conversation")
            case "moved":
                return MovedTo(fault.moved_to)
            case _:
                return Temporary("the platform is down")

    def _show(self, message: Outgoing, place: Address) -> Receipt:
        message_id = f"{self.name}-{next(self._ids)}"
        shown = Shown(self.clock.now(), "post", place, "", message.key, message_id)
        match message:
            case Post():
                shown.text, shown.buttons, shown.reply_to = message.text, message.buttons, message.reply_to
                shown.spoken = message.spoken
            case Edit():
                shown.what, shown.text, shown.message_id = "edit", message.text, message.message_id
            case OpenRoom():
                shown.what, shown.text, shown.people, shown.message_id = (
                    "room",
                    message.topic,
                    message.people,
                    "",
                )
            case Invite():
                shown.what, shown.people, shown.message_id = "invite", message.people, ""
            case Pin():
                shown.what, shown.message_id = "pin", message.message_id
        self.shown.append(shown)
        return Receipt(place, shown.message_id)


# As the real channels declare them; tests/contract holds the two against each other.
PLAYED: dict[str, tuple[Capabilities, tuple[Limit, ...]]] = {
    "slack": (
        Capabilities(
            can_edit=True,
            can_thread=True,
            can_find=True,
            can_ack_inline=True,
            can_open_room=True,
            max_length=12000,
        ),
        (Limit("second", 1, 1.0),),
    ),
    "telegram": (
        Capabilities(
            can_edit=True,
            can_ack_inline=True,
            max_length=4096,
        ),
        (Limit("second", 1, 1.0), Limit("minute", 20, 60.0)),
    ),
    "email": (
        Capabilities(
            max_length=100_000,
            formal=True,
            knows_again=True,
            sparing=True,
        ),
        (),
    ),
    "call": (
        Capabilities(
            max_length=1500,
            sparing=True,
            direct=True,
            spoken=True,
            wakes=True,
            verified=True,
            reported=True,
            lines="call:lines",
        ),
        (Limit("call:pace", 1, 1.0), Limit("call:lines", 3, 120.0)),
    ),
    "sms": (
        Capabilities(
            max_length=1600,
            sparing=True,
            direct=True,
            coded=True,
            wakes=True,
            verified=True,
            reported=True,
        ),
        (Limit("sms:pace", 1, 1.0),),
    ),
    "web": (Capabilities(max_length=100_000, direct=True), ()),
    "push": (
        Capabilities(
            can_ack_inline=True,
            max_length=3500,
            direct=True,
            verified=True,
        ),
        (),
    ),
}


def stage(name: str, clock: Clock) -> StageChannel:
    """The channel of that name as it behaves. Raises KeyError for one nobody plays."""
    capabilities, pace = PLAYED[name]
    return StageChannel(name, capabilities, clock, pace)
