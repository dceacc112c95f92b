"""What the desk tells the world, in the core's own words. Channels translate these and send them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.inbound import Address


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. Pressing it is `VerbInvoked(text=verb)`; `verb` is at most 60 ASCII bytes."""

    label: str
    verb: str


class Sound(StrEnum):
    """How loud the reader's device may be."""

    SILENT = "silent"
    NORMAL = "normal"
    LOUD = "loud"
    ALARM = "alarm"
    """Through "do not disturb", where the device allows it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a telephone call has around its words: with which `step` the conversation goes on once somebody
    answers, and what it is `about` (see bot.telephone). "": the words are read out, and that is all."""

    step: str = ""
    about: tuple[str, ...] = ()
    language: str = "en"


class Hand(StrEnum):
    """Whose hand wrote a message; RFC 3834's words for it."""

    HUMAN = "no"
    REPLIED = "auto-replied"
    GENERATED = "auto-generated"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a formal channel (e-mail) puts around the words.

    `subject` is whole, with the ticket's number in it. `ticket`: answers are recognised by a token for it;
    `page`: the reader is an engineer who may acknowledge by answering. `facts`: the ticket's card as label
    and value, in the reader's language. `thread`: ids of earlier messages of the thread, the oldest first.
    `copies`: who else reads it.
    """

    subject: str
    ticket: int | None = None
    page: bool = False
    hand: Hand = Hand.GENERATED
    facts: tuple[tuple[str, str], ...] = ()
    thread: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Post:
    """A new message.

    `key` is unique for this message for ever: channels that can carry it (Slack metadata) do, so that a
    restarted desk can ask whether it had already been posted.
    `reply_to` is the message it answers; a channel without threads shows it as a reply, Slack posts it in
    that message's thread (unless `at.thread` says otherwise).
    `text` is plain text. Customer words in it are data: a channel must send it so that nothing in it
    becomes markup, a link preview or a mention.
    `heading` is there where the channel is `formal`, `spoken` where it is a telephone; others have no use
    for them.
    """

    key: str
    at: Address
    text: str
    reply_to: str | None = None
    buttons: tuple[Button, ...] = ()
    heading: Heading | None = None
    spoken: Spoken | None = None
    sound: Sound = Sound.NORMAL


@dataclass(frozen=True, slots=True)
class Edit:
    """A message of ours now reads differently (the live ticket card)."""

    key: str
    at: Address
    message_id: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A conversation for one incident with these people (platform ids); `topic` is shown at its head."""

    key: str
    channel: str
    name: str
    topic: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invite:
    """More people (platform ids) join a conversation. People already in it are no error."""

    key: str
    at: Address
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """A message of ours is pinned. Already pinned is no error."""

    key: str
    at: Address
    message_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """JSON for a program. Every try sends the very same `body` under the same `key`: it is signed, and known
    again by that."""

    key: str
    at: Address
    body: str


Outgoing = Post | Edit | OpenRoom | Invite | Pin | Document


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel answered.

    `at` is where the message ended up: for OpenRoom the new room's address; for a post, normally
    `Post.at` with the thread filled in. `message_id` is "" when there is no message (OpenRoom, Invite, Pin).
    """

    at: Address
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in `seconds` per `scope` (any string: a conversation, a whole bot)."""

    scope: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, as data; the core never asks a channel for its name.

    `max_length`: characters of one message's text. `can_find`: `Channel.find` is meaningful.
    `can_ack_inline`: buttons work. `can_open_room`: OpenRoom, Invite and Pin work. `formal`: messages have a
    Heading. `knows_again`: a message sent a second time under its key is recognised as the same one.
    `sparing`: people are written to less often. `direct`: a conversation is one person's own line, on which
    nobody can say which message they answer. `coded`: pages are answered by a short code. `spoken`: messages
    are read out. `wakes`: it always makes a noise. `verified`: engineers are reached only by contacts that
    they have confirmed. `reported`: whether it arrived is said afterwards, in `Reported`. `lines`: the scope
    of the Limit whose place is free again once a message is reported to be over. `retries`: after how long a
    message is tried again, failure by failure, before it is given up; meanwhile nothing overtakes it. None:
    for ever, and at least once a minute.
    """

    max_length: int
    can_edit: bool = False
    can_thread: bool = False
    can_find: bool = False
    can_ack_inline: bool = False
    can_open_room: bool = False
    formal: bool = False
    knows_again: bool = False
    sparing: bool = False
    direct: bool = False
    coded: bool = False
    spoken: bool = False
    wakes: bool = False
    verified: bool = False
    reported: bool = False
    lines: str = ""
    retries: tuple[timedelta, ...] | None = None
